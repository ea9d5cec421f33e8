/** That something is under way, on standard error, for everything that takes longer than a second. */
import { printable } from '@cotbus/service';
import type { Clock } from '@cotbus/service';

/** What is over by then needs no words. */
const FIRST_MS = 1_000;
/** How often the line on a terminal is written anew. */
const TERMINAL_MS = 500;
/** How often there is a further line where each stays, such as in a log. */
const LOG_MS = 10_000;

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** @param line says how far it is. @returns ends it, and clears the line on a terminal */
export const showProgress = (
  line: () => string,
  clock: Clock,
  output: ProgressOutput = process.stderr,
): (() => void) => {
  const isTerminal = output.isTTY === true;
  let isShown = false;
  const show = (): void => {
    isShown = true;
    output.write(isTerminal ? `\r${printable(line())}\u001b[K` : `${printable(line())}\n`);
  };
  let endEvery = (): void => {};
  const cancelFirst = clock.after(FIRST_MS, () => {
    show();
    endEvery = clock.every(isTerminal ? TERMINAL_MS : LOG_MS, show);
  });
  return () => {
    cancelFirst();
    endEvery();
    if (isShown && isTerminal) output.write('\r\u001b[K');
    isShown = false;
  };
};

const SECONDS_PER_MINUTE = 60;
const MS_PER_SECOND = 1_000;

/** `4:05` */
export const minutesText = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / MS_PER_SECOND));
  return `${Math.floor(seconds / SECONDS_PER_MINUTE)}:${String(seconds % SECONDS_PER_MINUTE).padStart(2, '0')}`;
};
