/** Ordered shutdown: what was opened last is closed first. */
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';

/** For each thing to close; what takes longer is left behind. */
const CLOSE_DEADLINE_MS = 1000;

export interface Shutdown {
  /** Registers something that is open. After close() began it is closed at once. */
  add(what: string, close: () => void | Promise<void>): void;
  /** Closes everything; faults and overdue closings are logged, nothing is thrown. */
  close(): Promise<void>;
}

export const createShutdown = (clock: Clock, log: Logger): Shutdown => {
  const open: { readonly what: string; readonly close: () => void | Promise<void> }[] = [];
  let closing: Promise<void> | undefined;

  const closeOne = async (what: string, close: () => void | Promise<void>): Promise<void> => {
    let cancelDeadline = (): void => {};
    const deadline = new Promise<'late'>((resolve) => {
      cancelDeadline = clock.after(CLOSE_DEADLINE_MS, () => resolve('late'));
    });
    try {
      if ((await Promise.race([close(), deadline])) === 'late') log.warn({ what }, 'close.overdue');
    } catch (error) {
      log.warn({ what, err: error }, 'close.failed');
    } finally {
      cancelDeadline();
    }
  };
  const closeAll = async (): Promise<void> => {
    for (let last = open.pop(); last !== undefined; last = open.pop()) await closeOne(last.what, last.close);
  };

  return {
    add: (what, close) => {
      if (closing === undefined) open.push({ what, close });
      else void closeOne(what, close);
    },
    close: () => (closing ??= closeAll()),
  };
};
