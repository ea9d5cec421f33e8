/** The log of a process: coloured lines for a person at a terminal, JSON lines for everybody else. Secrets are in neither. */
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { printable } from './printable.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What these keys hold is never logged, wherever they are. */
const SECRET_KEYS = ['password', 'passphrase', 'token', 'key', 'psk', 'secret'];
/** How deep in the fields of a line they are found: one more than the deepest option. */
const SECRET_DEPTH = 5;

export interface LogOptions {
  readonly level: LogLevel;
  /** A person reads it there. */
  readonly terminal: boolean;
  /** Of the program. */
  readonly name: string;
  /** Where lines go; standard output if left out. */
  readonly write?: (text: string) => void;
}

export const createLog = ({ level, terminal, name, write = writeStdout }: LogOptions): Logger =>
  pino(
    { level, name, base: { name }, redact: { paths: secretPaths(), censor: '[secret]' } },
    terminal ? prettyStream(write) : { write },
  );

const writeStdout = (text: string): void => {
  process.stdout.write(text);
};

const secretPaths = (): string[] =>
  Array.from({ length: SECRET_DEPTH }, (_, depth) => '*.'.repeat(depth)).flatMap((parents) =>
    SECRET_KEYS.map((key) => parents + key),
  );

const prettyStream = (write: (text: string) => void): DestinationStream => {
  // In this process, not in a worker: the last lines before an exit are the ones that matter.
  const pretty = prettyFactory({
    colorize: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname,name',
  });
  return { write: (line) => write(pretty(JSON.stringify(JSON.parse(line, harmless)))) };
};

/** Escapes what could steer the terminal; a stack keeps its lines. */
const harmless = (key: string, value: unknown): unknown => {
  if (typeof value === 'string') {
    return key === 'stack' ? value.split('\n').map(printable).join('\n') : printable(value);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, content]) => [printable(name), content]));
};
