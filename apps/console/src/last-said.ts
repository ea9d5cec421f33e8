/**
 * What operators say at any console holds at all of them: retained on the bus, kept by every console, the newest wins. A
 * console that hears something older than it knows says its own again, so a console that was away brings nothing back.
 */
import type { MessageOf } from '@cotbus/contracts';
import type { Bus, Clock } from '@cotbus/service';

type Said = 'override' | 'acknowledgement';

/** Until then the broker has sent what it retains. */
const REPEAT_AFTER_MS = 2000;

export interface LastSaid<M> {
  /** Says it to everybody. Its time is set so that it is the newest of its key. */
  say(message: M): void;
  /** It holds no more, for nobody. */
  forget(key: string): void;
  values(): readonly M[];
}

export interface LastSaidParts<N extends Said> {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly name: N;
  /** The level of its topic. */
  readonly keyOf: (message: MessageOf<N>) => string;
  /** Of an earlier run. */
  readonly before: readonly MessageOf<N>[];
  /** More are not kept; the oldest goes. */
  readonly limit: number;
  /** Called with what holds now; undefined when nothing does any more. */
  readonly changed: (key: string, message: MessageOf<N> | undefined) => void;
}

export const openLastSaid = async <N extends Said>(parts: LastSaidParts<N>): Promise<LastSaid<MessageOf<N>>> => {
  const { bus, clock, name, keyOf, before, limit, changed } = parts;
  const known = new Map<string, MessageOf<N>>();
  /** What the bus has as we have it. */
  const said = new Set<string>();
  /** What our connection repeats whenever it comes back, as we said it last. */
  const repeated = new Set<string>();
  const idsOf = (key: string) => (name === 'override' ? { num: key } : { id: key });
  const publish = (key: string, message: MessageOf<N>): void => {
    said.add(key);
    repeated.add(key);
    bus.publish(name, message);
  };
  const clear = (key: string): void => {
    said.delete(key);
    repeated.delete(key);
    // The table of topics pairs the name with its ids; TypeScript cannot follow it through the parameter.
    bus.clear(name, idsOf(key) as Parameters<typeof bus.clear<N>>[1]);
  };
  const forget = (key: string): void => {
    if (!known.delete(key)) return;
    clear(key);
    changed(key, undefined);
  };
  /** The newest hold, at every console the same ones: an echo of what is gone already changes nothing. */
  const keep = (key: string, message: MessageOf<N>): boolean => {
    const oldest = known.has(key) || known.size < limit ? undefined : oldestOf(known);
    if (oldest !== undefined && isNewer(oldest.message, message)) return false;
    if (oldest !== undefined) forget(oldest.key);
    known.set(key, message);
    return true;
  };
  const hear = (key: string, message: MessageOf<N> | undefined): void => {
    const own = known.get(key);
    if (message === undefined) {
      said.delete(key);
      if (known.delete(key)) changed(key, undefined);
      if (repeated.has(key)) clear(key);
    } else if (own === undefined || isNewer(message, own)) {
      if (!keep(key, message)) return clear(key);
      if (repeated.has(key)) publish(key, message);
      else said.add(key);
      changed(key, message);
    } else if (isNewer(own, message)) publish(key, own);
    else said.add(key);
  };

  for (const message of before.slice(-limit)) {
    known.set(keyOf(message), message);
    changed(keyOf(message), message);
  }
  await bus.subscribe(name, {}, (message, ids) => hear(Object.values<string>(ids)[0] ?? '', message));
  clock.after(REPEAT_AFTER_MS, () => {
    for (const [key, message] of known) if (!said.has(key)) publish(key, message);
  });
  return {
    say: (message) => {
      const key = keyOf(message);
      const earlierMs = (known.get(key) ?? oldestOf(known)?.message)?.atMs ?? 0;
      const newest = { ...message, atMs: Math.max(message.atMs, earlierMs + 1) };
      keep(key, newest);
      publish(key, newest);
      changed(key, newest);
    },
    forget,
    values: () => [...known.values()],
  };
};

interface Stamped {
  readonly atMs: number;
  readonly console: string;
}

const isNewer = (a: Stamped, b: Stamped): boolean => a.atMs > b.atMs || (a.atMs === b.atMs && a.console > b.console);

const oldestOf = <M extends Stamped>(known: ReadonlyMap<string, M>): { key: string; message: M } | undefined => {
  let oldest: { key: string; message: M } | undefined;
  for (const [key, message] of known) {
    if (oldest === undefined || isNewer(oldest.message, message)) oldest = { key, message };
  }
  return oldest;
};
