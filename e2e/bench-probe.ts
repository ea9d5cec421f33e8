/** What a process says of itself: its processor time (process.cpuUsage), its memory, whether it is ready. */
import { readFileSync } from 'node:fs';
import { until } from './wait.ts';

const READY_MS = 60_000;
const ANSWER_MS = 5000;
/** Of processor time in /proc, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface ProcessFigures {
  /** User and system, all threads, since its start. */
  readonly cpuMicros: number;
  readonly residentMb: number;
  /** Of JavaScript; 0 when it has none. */
  readonly heapMb: number;
}

export interface Probe {
  figures(): Promise<ProcessFigures>;
  /** Of its metrics page, by name; 0 when it is not there. */
  metric(name: string): Promise<number>;
  untilReady(): Promise<void>;
}

const MICROS = 1_000_000;
const MB = 1024 * 1024;

/** The value of a metric without labels other than those of the service. @returns 0 when it is not there. */
const metric = (text: string, name: string): number =>
  Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0);

/** Out of the text of /metrics. */
export const readFigures = (text: string): ProcessFigures => ({
  cpuMicros: metric(text, 'process_cpu_seconds_total') * MICROS,
  residentMb: metric(text, 'process_resident_memory_bytes') / MB,
  heapMb: metric(text, 'nodejs_heap_size_used_bytes') / MB,
});

/** Of a service of ours, by its health page. */
export const probeService = (healthPort: number): Probe => {
  const ask = async (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${healthPort}${path}`, { signal: AbortSignal.timeout(ANSWER_MS) });
  const isReady = async (): Promise<boolean> => {
    try {
      const answer = await ask('/readyz');
      await answer.text();
      return answer.ok;
    } catch {
      return false;
    }
  };
  return {
    figures: async () => readFigures(await (await ask('/metrics')).text()),
    metric: async (name) => metric(await (await ask('/metrics')).text(), name),
    untilReady: async () => until(`the service with health page ${healthPort} ready`, READY_MS, isReady),
  };
};

/** Of any process, by /proc; nothing but zeros where that is not. */
export const probeProcess = (pid: () => number | undefined): Probe => ({
  figures: async () => readProc(pid()),
  metric: async () => 0,
  untilReady: async () => {},
});

const readProc = (pid: number | undefined): ProcessFigures => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which is in brackets and may hold anything, utime and stime are the 12th and 13th.
    const [utime = 0, stime = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    const resident = Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    return { cpuMicros: ((utime + stime) * MICROS) / TICKS_PER_SECOND, residentMb: resident / 1024, heapMb: 0 };
  } catch {
    return { cpuMicros: 0, residentMb: 0, heapMb: 0 };
  }
};
