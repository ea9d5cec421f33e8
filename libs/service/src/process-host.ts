/** The process a service runs in, as far as its life is concerned: replaced in tests. */
export type ProcessEvent = 'SIGINT' | 'SIGTERM' | 'uncaughtException' | 'unhandledRejection';

export interface ProcessHost {
  /** Of the command line, without the program. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A person reads the log. */
  readonly terminal: boolean;
  writeLog(text: string): void;
  /** What the person who started it should read. */
  writeError(text: string): void;
  on(event: ProcessEvent, listener: (reason: unknown) => void): void;
  exit(status: number): void;
}

/** This process. */
export const nodeProcess: ProcessHost = {
  args: process.argv.slice(2),
  env: process.env,
  terminal: process.stdout.isTTY,
  writeLog: (text) => {
    process.stdout.write(text);
  },
  writeError: (text) => {
    process.stderr.write(text);
  },
  on: (event, listener) => {
    process.on(event, listener);
  },
  exit: (status) => {
    process.exit(status);
  },
};
