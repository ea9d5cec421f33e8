/**
 * The egress while its instance is active: the service with a bus and journals that fall silent with the lease. It can be
 * started anew in the same process: it finds in its journals what an earlier life, here or at the other instance, left.
 */
import { randomBytes } from 'node:crypto';
import { createShutdown } from '@cotbus/service';
import type { Bus, JournalFs, ServiceContext } from '@cotbus/service';

export interface LifeParts {
  readonly context: ServiceContext;
  /** As the two are called together. */
  readonly name: string;
  readonly fs: JournalFs;
  readonly holds: () => boolean;
  readonly start: (context: ServiceContext) => Promise<void>;
}

export interface ActiveLife {
  /** Resolves when it is open; rejects when it cannot be. */
  readonly opened: Promise<void>;
  /** Closes links, then the rest. Never rejects. */
  close(): Promise<void>;
}

export const openLife = ({ context, name, fs, holds, start }: LifeParts): ActiveLife => {
  const { clock, log, journals } = context;
  const abort = new AbortController();
  const shutdown = createShutdown(clock, log);
  const opened = start({
    ...context,
    instance: name,
    bus: silentBus(context.bus, holds, abort.signal),
    journals: { ...journals, fs },
    nonce: randomBytes(8).readBigUInt64LE(),
    signal: abort.signal,
    onStop: (what, close) => shutdown.add(what, close),
  });
  opened.catch(() => {});
  return {
    opened,
    close: async () => {
      abort.abort();
      await opened.catch(() => {});
      await shutdown.close();
      context.status.setDestination(undefined);
    },
  };
};

/** Says nothing without the lease, and hears nothing once the life is over: subscriptions are for the life of the bus. */
const silentBus = (bus: Bus, holds: () => boolean, ended: AbortSignal): Bus => ({
  publish: (name, message, payload) => holds() && bus.publish(name, message, payload),
  clear: (name, ids) => {
    if (holds()) bus.clear(name, ids);
  },
  subscribe: (name, ids, handler, options) =>
    bus.subscribe(
      name,
      ids,
      (message, of, payload) => {
        if (!ended.aborted) handler(message, of, payload);
      },
      options,
    ),
  get connected() {
    return bus.connected && holds();
  },
  onConnection: (listener) =>
    bus.onConnection((connected) => {
      if (!ended.aborted) listener(connected);
    }),
  close: async () => {},
});
