/**
 * Where events leave: a configured link, or a client of a listener, connected or away. It writes while a connection is open
 * and has room, and lets wait what it cannot write. Every event that it took ends once: written, or why not.
 */
import type { Clock } from '@cotbus/service';
import { createOutbox } from './outbox.ts';
import type { OutboxLimits, Unsent, Waiting } from './outbox.ts';
import type { Outgoing } from './outgoing.ts';
import { createUnsureWrites, MAX_UNSURE } from './unsure-writes.ts';

/** A peer that has not taken one needs no third. */
const MAX_FEEDS = 2;

/** An open connection. */
export interface Writer {
  /** False while too much waits in it, or it may not write at all. */
  readonly hasRoom: boolean;
  write(out: Outgoing): void;
}

/** What it owes its peer besides what is offered: lazily made, written as there is room. */
export type Feed = Iterator<Outgoing>;

export type Offer = { readonly kind: 'written' } | { readonly kind: 'waits' } | ({ readonly kind: 'ended' } & Unsent);

export interface OutletEvents {
  /** It waits from now on. */
  readonly waits: (out: Outgoing) => void;
  /** What waited is written, or is not going to be. */
  readonly written: (out: Outgoing) => void;
  readonly unsent: (unsent: Unsent) => void;
  /** Written again, because the link before died with it: how it ended was told. */
  readonly repeated: (out: Outgoing) => void;
}

export interface OutletOptions extends OutboxLimits {
  /** False: nothing is written now, whatever room there is. */
  readonly mayWrite: () => boolean;
  /** What has to be written again when the connection dies with it. */
  readonly isRepeated: (out: Outgoing) => boolean;
}

/** What an outlet had when its peer was gone. */
export interface Leftovers {
  readonly waiting: readonly Waiting[];
  /** Was written, and perhaps in vain. */
  readonly repeats: readonly Waiting[];
}

export interface Outlet {
  /** How many wait. */
  waiting(): number;
  isOpen(): boolean;
  /** All that waits, what is written again included. */
  list(): readonly Outgoing[];
  /** Takes what can be written now or later; what has no room, this or another, ends. */
  offer(out: Outgoing): Offer;
  /** Takes over what waited elsewhere. */
  takeOver(from: Leftovers): void;
  /** What an earlier life let wait. */
  restore(waiting: Waiting): void;
  /** @param feed follows on what waits. @param eachSecond how many of it may be written. */
  attach(writer: Writer, feed?: Feed, eachSecond?: number): void;
  /** Something to write besides; behind what is being fed. */
  feed(feed: Feed): void;
  /** There may be room again. */
  drain(): void;
  /** Bytes came from the peer: what was written well before them has arrived. */
  heard(): void;
  /** The connection is dead; what it may have died with waits for the next one. */
  detach(): void;
  /** Gives up all that waits, without ending it. */
  empty(): Leftovers;
  /** Once a second. */
  tick(): void;
}

export const createOutlet = (options: OutletOptions, clock: Clock, events: OutletEvents): Outlet => {
  const { isRepeated, mayWrite } = options;
  const outbox = createOutbox(options);
  const again = createRepeats(options, clock);
  const feeds = createFeeds();
  let writer: Writer | undefined;

  const endAll = (all: readonly Unsent[]): void => all.forEach((unsent) => events.unsent(unsent));
  const roomIn = (): Writer | undefined => (writer?.hasRoom === true && mayWrite() ? writer : undefined);
  const write = (to: Writer, out: Outgoing): void => {
    to.write(out);
    if (isRepeated(out)) again.written(out);
  };
  /** Takes from one source while there is room. */
  const writeFrom = (next: () => Outgoing | undefined, done: (out: Outgoing) => void): void => {
    for (let to = roomIn(); to !== undefined; to = roomIn()) {
      const out = next();
      if (out === undefined) return;
      write(to, out);
      done(out);
    }
  };
  const drain = (): void => {
    writeFrom(() => again.take(), events.repeated);
    endAll(outbox.expire(clock.monotonic()));
    if (again.size === 0) writeFrom(() => outbox.take(), events.written);
    if (outbox.size > 0) return;
    for (let to = roomIn(); to !== undefined; to = roomIn()) {
      const out = feeds.take();
      if (out === undefined) return;
      to.write(out);
    }
  };
  const later = (out: Outgoing): Offer => {
    const dropped = outbox.add(out, clock.monotonic());
    const own = dropped.find((unsent) => unsent.out === out);
    if (own === undefined) events.waits(out);
    endAll(dropped.filter((unsent) => unsent !== own));
    return own === undefined ? { kind: 'waits' } : { kind: 'ended', ...own };
  };

  return {
    waiting: () => outbox.size,
    isOpen: () => writer !== undefined,
    list: () => [...again.list(), ...outbox.list()],
    offer: (out) => {
      const to = outbox.size + again.size > 0 ? undefined : roomIn();
      if (to === undefined) return later(out);
      write(to, out);
      return { kind: 'written' };
    },
    takeOver: (from) => {
      again.add(from.repeats);
      endAll(outbox.putBack(from.waiting));
      drain();
    },
    restore: ({ out, sinceMs }) => endAll(outbox.add(out, clock.monotonic(), sinceMs)),
    attach: (opened, feed, eachSecond) => {
      writer = opened;
      feeds.begin(feed, eachSecond);
      drain();
    },
    feed: (feed) => {
      feeds.add(feed);
      drain();
    },
    drain,
    heard: () => again.heard(),
    detach: () => {
      writer = undefined;
      feeds.begin();
      again.died();
    },
    empty: () => ({ waiting: outbox.empty(), repeats: again.empty() }),
    tick: () => {
      feeds.tick();
      drain();
    },
  };
};

/** What was written and may not have arrived; after the death of the connection it is taken again. */
const createRepeats = ({ maxWaitMs }: OutboxLimits, clock: Clock) => {
  let unsure = createUnsureWrites<Outgoing>();
  let repeats: readonly Waiting[] = [];
  const isOver = ({ out, sinceMs }: Waiting): boolean =>
    Math.min(out.staleMs, sinceMs + maxWaitMs) <= clock.monotonic();
  return {
    get size() {
      return repeats.length;
    },
    written: (out: Outgoing): void => unsure.written(out, clock.monotonic()),
    heard: (): void => unsure.read(clock.monotonic()),
    died: (): void => {
      const again = unsure.list().map((out) => ({ out, sinceMs: clock.monotonic() }));
      unsure = createUnsureWrites();
      repeats = [...again, ...repeats].slice(-MAX_UNSURE);
    },
    add: (from: readonly Waiting[]): void => {
      repeats = [...repeats, ...from].slice(-MAX_UNSURE);
    },
    take: (): Outgoing | undefined => {
      const [first, ...rest] = repeats.filter((one) => !isOver(one));
      repeats = rest;
      return first?.out;
    },
    list: (): readonly Outgoing[] => repeats.map(({ out }) => out),
    empty: (): readonly Waiting[] => {
      const all = repeats;
      repeats = [];
      return all;
    },
  };
};

/** One feed after another, so many events each second. */
const createFeeds = () => {
  let feeds: Feed[] = [];
  let eachSecond = Number.POSITIVE_INFINITY;
  let left = 0;
  return {
    begin: (feed?: Feed, each = Number.POSITIVE_INFINITY): void => {
      feeds = feed === undefined ? [] : [feed];
      eachSecond = each;
      left = each;
    },
    add: (feed: Feed): void => {
      if (feeds.length < MAX_FEEDS) feeds.push(feed);
    },
    tick: (): void => {
      left = eachSecond;
    },
    take: (): Outgoing | undefined => {
      if (left <= 0) return undefined;
      for (let [feed] = feeds; feed !== undefined; [feed] = feeds) {
        const next = feed.next();
        if (next.done !== true) {
          left -= 1;
          return next.value;
        }
        feeds.shift();
      }
      return undefined;
    },
  };
};
