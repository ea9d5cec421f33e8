/** What a message costs at least on this machine and this broker: there and back through a worker that does nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectTimed } from './bench-mqtt.ts';
import { startMosquitto } from './mosquitto.ts';
import { createProcesses } from './process.ts';
import { HarnessError } from './wait.ts';

const WORKER = fileURLToPath(import.meta.resolve('./bench-echo-worker.js'));
/** About what a frame with its sender is on the bus. */
const PAYLOAD_BYTES = 256;
const TRY_EVERY_MS = 50;
const OPEN_TRIES = 200;
const STUCK_MS = 30_000;

export interface EchoResult {
  readonly latenciesMs: readonly number[];
  readonly perSecond: number;
}

export interface EchoOptions {
  readonly count: number;
  /** Messages under way at a time; 1 measures the round trip. */
  readonly underWay: number;
}

/** Calls `use` with a running echo. */
export const withEcho = async <T>(
  mosquitto: string,
  use: (run: (options: EchoOptions) => Promise<EchoResult>) => Promise<T>,
): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-echo-'));
  const processes = createProcesses();
  try {
    const broker = await startMosquitto(processes, mosquitto, folder);
    processes.start({ name: 'echo', file: process.execPath, args: [WORKER, String(broker.port)], folder });
    const client = await connectTimed(broker.port, 'bench/out');
    for (let tries = 0; client.received === 0; tries += 1) {
      if (tries === OPEN_TRIES) throw new HarnessError('cannot_start', 'the echo worker does not answer');
      client.publish('bench/in', Buffer.alloc(PAYLOAD_BYTES));
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
    const result = await use((options) => echoRound(client, options));
    await client.close();
    return result;
  } finally {
    await processes.endAll();
    rmSync(folder, { recursive: true, force: true });
  }
};

type TimedClient = Awaited<ReturnType<typeof connectTimed>>;

const echoRound = (client: TimedClient, { count, underWay }: EchoOptions): Promise<EchoResult> =>
  new Promise((resolve, reject) => {
    const sentMs: number[] = [];
    const latenciesMs: number[] = [];
    const beginMs = performance.now();
    const timer = setTimeout(() => reject(new HarnessError('timeout', 'echoes stay away')), STUCK_MS);
    const send = (): void => {
      const payload = Buffer.alloc(PAYLOAD_BYTES);
      payload.writeUInt32BE(sentMs.length + 1);
      sentMs.push(performance.now());
      client.publish('bench/in', payload);
    };
    client.onMessage((payload, atMs) => {
      const number = payload.readUInt32BE();
      // Left over from the opening.
      if (number === 0) return;
      latenciesMs.push(atMs - (sentMs[number - 1] ?? atMs));
      if (sentMs.length < count) send();
      if (latenciesMs.length < count) return;
      clearTimeout(timer);
      resolve({ latenciesMs, perSecond: (count * 1000) / (performance.now() - beginMs) });
    });
    for (let at = 0; at < Math.min(count, underWay); at += 1) send();
  });
