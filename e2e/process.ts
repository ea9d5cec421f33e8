/** Real processes: started, watched, hurt and started again; none outlives the harness. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { HarnessError, until } from './wait.ts';

/** Characters of output kept per process, the newest. */
const MAX_OUTPUT_CHARACTERS = 256 * 1024;
/** From SIGTERM to SIGKILL. */
const STOP_MS = 3000;
const HEALTH_TIMEOUT_MS = 1000;

export interface Command {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Working directory, the same in every life. */
  readonly folder: string;
  /** Of its health page, where it does not say it. */
  readonly healthPort?: number;
  /** Besides PATH. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How a life ended that nobody asked to end. */
export interface Death {
  readonly name: string;
  readonly how: string;
  /** The end of its output. */
  readonly lastWords: string;
}

export interface RunningProcess {
  readonly name: string;
  /** Undefined when it does not run. */
  readonly pid: number | undefined;
  readonly lives: number;
  /** Standard output and error of this life, the newest 256 Ki characters. */
  output(): string;
  /** kill -9; resolves when it is dead. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL when it takes longer than 3 s. */
  stop(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Starts it again with the same command and folder; nothing when it runs. */
  start(): void;
  /** True when its output, this life, holds the text. */
  said(text: string): boolean;
  /** Why it is not ready, by its health page; undefined when it is. */
  unready(): Promise<string | undefined>;
}

export interface Processes {
  start(command: Command): RunningProcess;
  /** Those that ended by themselves. */
  readonly deaths: readonly Death[];
  /** Kills everything that was started here and still runs, by its id. */
  endAll(): Promise<void>;
}

/** Ids of children that run: killed when this process ends, whatever ends it short of SIGKILL. */
const alive = new Set<number>();
process.on('exit', () => {
  for (const pid of alive) signal(pid, 'SIGKILL');
});

const signal = (pid: number | undefined, name: NodeJS.Signals): void => {
  if (pid === undefined) return;
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
};

export const createProcesses = (): Processes => {
  const deaths: Death[] = [];
  const all: RunningProcess[] = [];
  return {
    deaths,
    start: (command) => {
      const running = createProcess(command, (death) => deaths.push(death));
      all.push(running);
      running.start();
      return running;
    },
    endAll: async () => {
      await Promise.all(all.map((running) => running.kill()));
    },
  };
};

const createProcess = (command: Command, died: (death: Death) => void): RunningProcess => {
  const { name } = command;
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  let output = '';
  let lives = 0;
  let wanted = false;

  const start = (): void => {
    if (child !== undefined) return;
    const mine = spawn(command.file, [...command.args], {
      cwd: command.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', ...command.env },
    });
    child = mine;
    lives += 1;
    output = '';
    wanted = true;
    const keep = (chunk: Buffer): void => {
      if (child === mine) output = (output + chunk.toString('utf8')).slice(-MAX_OUTPUT_CHARACTERS);
    };
    mine.stdout.on('data', keep);
    mine.stderr.on('data', keep);
    const { pid } = mine;
    if (pid !== undefined) alive.add(pid);
    ended = new Promise((resolve) => {
      mine.once('error', (error) => resolve(error.message));
      mine.once('exit', (code, by) => resolve(by ?? `exit ${code ?? '?'}`));
    }).then((how) => {
      if (pid !== undefined) alive.delete(pid);
      child = undefined;
      if (wanted) died({ name, how: String(how), lastWords: output.trim().slice(-500) });
      return how;
    });
  };
  const end = async (how: NodeJS.Signals): Promise<void> => {
    wanted = false;
    signal(child?.pid, how);
    await ended;
  };

  return {
    name,
    get pid() {
      return child?.pid;
    },
    get lives() {
      return lives;
    },
    output: () => output,
    kill: async () => end('SIGKILL'),
    stop: async () => {
      const pid = child?.pid;
      // A paused process hears SIGTERM only when it goes on.
      signal(pid, 'SIGCONT');
      const timer = setTimeout(() => signal(pid, 'SIGKILL'), STOP_MS);
      await end('SIGTERM');
      clearTimeout(timer);
    },
    pause: () => signal(child?.pid, 'SIGSTOP'),
    resume: () => signal(child?.pid, 'SIGCONT'),
    start,
    said: (text) => output.includes(text),
    unready: async () => whyUnready(command.healthPort ?? healthPort(output)),
  };
};

/** Of the line in which a service says where its health page is. */
const healthPort = (output: string): number | undefined => {
  const line = output.split('\n').find((text) => text.includes('"health.opened"'));
  const port = line === undefined ? undefined : /"port":(\d+)/.exec(line)?.[1];
  return port === undefined ? undefined : Number(port);
};

const whyUnready = async (port: number | undefined): Promise<string | undefined> => {
  if (port === undefined) return 'no health page';
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    const text = await answer.text();
    return answer.ok ? undefined : text;
  } catch (error) {
    return `its health page: ${String(error)}`;
  }
};

/** @throws HarnessError `timeout` with what the process has said so far. */
export const untilReady = async (running: RunningProcess, timeoutMs: number): Promise<void> => {
  let why: string | undefined;
  const isReady = async (): Promise<boolean> => {
    why = await running.unready();
    return why === undefined;
  };
  try {
    await until(`${running.name} ready`, timeoutMs, isReady);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    throw new HarnessError(error.code, `${error.message} (${why}); it said:\n${running.output().slice(-2000)}`);
  }
};
