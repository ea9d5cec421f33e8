/** How a process ends: by a signal, by a fault nobody handled, and never later than its deadline. */
import type { Logger } from 'pino';
import { systemClock } from './clock.ts';
import type { ProcessHost } from './process-host.ts';
import type { Shutdown } from './shutdown.ts';

/** From the signal to the end of the process; what takes longer is cut off. */
const STOP_DEADLINE_MS = 2000;
/** Exit status of a process that a signal interrupted. */
const INTERRUPTED = 130;

/** Stops in order on SIGINT and SIGTERM (exit 0) and on a fault (exit 1); a second signal exits at once. */
export const endWithProcess = (host: ProcessHost, log: Logger, shutdown: Shutdown): void => {
  let stopping = false;
  const stop = (status: number): void => {
    if (stopping) return;
    stopping = true;
    const cancel = systemClock.after(STOP_DEADLINE_MS, () => {
      log.error('stop.overdue');
      host.exit(1);
    });
    void shutdown.close().then(() => {
      cancel();
      host.exit(status);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    host.on(signal, () => {
      if (stopping) {
        host.exit(INTERRUPTED);
        return;
      }
      log.info({ signal }, 'stop.requested');
      stop(0);
    });
  }
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    host.on(fault, (reason) => {
      log.fatal({ err: reason }, 'process.failed');
      stop(1);
    });
  }
};
