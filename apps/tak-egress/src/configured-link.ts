/** A configured link at work: what it takes, what it tells the other side by itself, and its supervision. */
import { Kind } from '@cotbus/contracts';
import { superviseLink } from '@cotbus/service';
import { MAX_DATAGRAM_BYTES } from './datagrams.ts';
import { createFilter } from './filter.ts';
import type { FilterCounts } from './filter-counts.ts';
import { openLinkConnection } from './link-connection.ts';
import type { LinkConnectionParts } from './link-connection.ts';
import { openLinkOutlet } from './link-outlet.ts';
import type { LinkOutletParts } from './link-outlet.ts';
import { createLinkReport } from './link-report.ts';
import type { Offer, Writer } from './outlet.ts';
import type { Outgoing } from './outgoing.ts';
import type { Picture } from './picture.ts';
import { createVirtualClients } from './virtual-clients.ts';
import { withoutEndpoint } from './without-endpoint.ts';

/** A server limits what one client may send: a sync takes its time. */
const SYNC_EVENTS_EACH_SECOND = 20;
const TICK_MS = 1_000;

export interface ConfiguredLink {
  readonly name: string;
  readonly relay: boolean;
  /** Why it does not take the event; undefined when it does. */
  refuses(out: Outgoing): string | undefined;
  offer(out: Outgoing): void;
  /** What waits, next one first. */
  waiting(): readonly Outgoing[];
  readonly isOpen: boolean;
}

export interface ConfiguredLinkParts extends LinkOutletParts, LinkConnectionParts {
  readonly syncIntervalSeconds: number;
  /** Shows the gateway on this link. */
  readonly isShown: boolean;
  readonly picture: Picture;
  readonly filterCounts: FilterCounts;
  /** Whether an event that came over that link, or from a client, may leave over another one. */
  readonly mayRelay: (from: string | undefined) => boolean;
}

/** Starts it; it ends through the context. */
export const startLink = (parts: ConfiguredLinkParts): ConfiguredLink => {
  const { context, options, picture, identity, isShown } = parts;
  const { clock, status, onStop } = context;
  const { name, kind } = options;
  const isStream = kind === 'tcp' || kind === 'tls';
  const outlet = openLinkOutlet(parts);
  const filter = createFilter(options.out);
  const sends = options.direction !== 'in';

  const refuses = (out: Outgoing): string | undefined => {
    const verdict = filter(out.event);
    parts.filterCounts.note(name, 'out', verdict);
    if (!verdict.passes) return verdict.detail;
    const bytes = isStream ? 0 : Buffer.byteLength(out.xml);
    return bytes > MAX_DATAGRAM_BYTES ? `${bytes} of ${MAX_DATAGRAM_BYTES} bytes of a datagram` : undefined;
  };
  const mayHave = (out: Outgoing): boolean =>
    sends && (out.from === undefined || (options.relay && out.from !== name && parts.mayRelay(out.from)));
  // A server binds an address to a connection, not to a person behind it: who writes there would write into a void.
  const virtual = createVirtualClients(parts);
  const dressed = (out: Outgoing): Outgoing =>
    isStream && out.from === undefined && out.event.kind === Kind.PLI ? withoutEndpoint(out) : out;

  const sync = function* (skipped: ReadonlySet<string>): Generator<Outgoing> {
    for (const out of picture.snapshot((one) => mayHave(one) && filter(one.event).passes)) {
      if (!skipped.has(stampOf(out)) && !virtual.carries(out)) yield dressed(out);
    }
  };
  const each = (): number =>
    Math.max(SYNC_EVENTS_EACH_SECOND, Math.ceil((2 * picture.size) / parts.syncIntervalSeconds));
  const greet = function* (): Generator<Outgoing> {
    if (isShown) yield identity.report();
    yield* sync(new Set());
  };
  const opened = (writer: Writer): void => {
    if (!sends) return;
    // Of all else it comes first: a server knows its client by it.
    if (isShown) writer.write(identity.report());
    outlet.attach(writer, sync(new Set(outlet.list().map(stampOf))), each());
  };
  const report = createLinkReport(parts, outlet);
  const stop = new AbortController();
  const supervised = superviseLink({
    open: (signal) => openLinkConnection(parts, outlet, opened, report, signal),
    clock,
    random: context.random,
    signal: stop.signal,
    onState: (state, detail) => report.state(state, detail),
  });
  const stopTicks = clock.every(TICK_MS, () => {
    outlet.tick();
    virtual.tick();
    report.waiting(virtual.open);
  });
  const stopSync = clock.every(parts.syncIntervalSeconds * 1000, () => {
    if (!outlet.isOpen()) return;
    outlet.feed(greet());
    virtual.sync();
  });
  onStop(`link ${name}`, async () => {
    stopTicks();
    stopSync();
    stop.abort();
    await virtual.close();
    await supervised;
    status.removeLink(name);
  });

  return {
    name,
    relay: options.relay,
    refuses: (out) => (mayHave(out) ? refuses(out) : ''),
    offer: (out) => {
      const isWritten = outlet.isOpen() && virtual.take(out);
      const offer: Offer = isWritten ? { kind: 'written' } : outlet.offer(dressed(out));
      parts.deliveries.offer(out.item, { link: name }, offer);
    },
    waiting: () => outlet.list(),
    get isOpen() {
      return outlet.isOpen();
    },
  };
};

/** Tells an event from a later one of its uid. */
const stampOf = ({ event }: Outgoing): string => `${event.timeMs} ${event.uid}`;
