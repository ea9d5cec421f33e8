/** A configured link at work: its outlet, its supervision, and what it says of itself. */
import { create } from '@bufbuild/protobuf';
import { Kind, LinkState, LinkStatusSchema } from '@cotbus/contracts';
import { printable, superviseLink } from '@cotbus/service';
import type { Connection, ServiceContext } from '@cotbus/service';
import { MAX_DATAGRAM_BYTES } from './datagrams.ts';
import { openDatagramLink } from './datagram-link.ts';
import type { Deliveries } from './deliveries.ts';
import type { StreamOutput } from './event-stream.ts';
import { createFilter } from './filter.ts';
import type { FilterCounts } from './filter-counts.ts';
import type { Identity } from './identity.ts';
import type { LinkOptions } from './link-options.ts';
import { createOutlet } from './outlet.ts';
import type { Offer, Outlet, Writer } from './outlet.ts';
import type { Outgoing } from './outgoing.ts';
import type { Picture } from './picture.ts';
import type { Source } from './source.ts';
import { openStreamLink } from './stream-link.ts';
import { createVirtualClients } from './virtual-clients.ts';
import type { WaitingEvents } from './waiting-events.ts';
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

export interface ConfiguredLinkParts {
  readonly context: ServiceContext;
  readonly options: LinkOptions;
  readonly defaults: { readonly seconds: number; readonly entries: number };
  readonly syncIntervalSeconds: number;
  /** Shows the gateway on this link. */
  readonly identity: Identity;
  readonly isShown: boolean;
  readonly picture: Picture;
  readonly filterCounts: FilterCounts;
  /** Whether an event that came over that link, or from a client, may leave over another one. */
  readonly mayRelay: (from: string | undefined) => boolean;
  readonly deliveries: Deliveries;
  readonly waiting: WaitingEvents;
  readonly takeIn: (source: Source, output: StreamOutput) => void;
}

/** Starts it; it ends through the context. */
export const startLink = (parts: ConfiguredLinkParts): ConfiguredLink => {
  const { context, options, picture, identity, isShown } = parts;
  const { clock, status, onStop } = context;
  const { name, kind } = options;
  const isStream = kind === 'tcp' || kind === 'tls';
  const outlet = openOutlet(parts);
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
  const report = createReport(parts, outlet);
  const stop = new AbortController();
  const supervised = superviseLink({
    open: (signal) => openOnce(parts, outlet, opened, report, signal),
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

const openOutlet = ({ context, options, defaults, deliveries, waiting }: ConfiguredLinkParts): Outlet => {
  const { clock, status } = context;
  const { seconds, entries } = options.queue ?? defaults;
  const owner = ownerOf(options.name);
  const receiver = { link: options.name };
  const outlet = createOutlet({ maxEvents: entries, maxWaitMs: seconds * 1000, isRepeated: () => true }, clock, {
    waits: (out) => waiting.note(owner, out, deliveries.delivered(out.item)),
    written: (out) => {
      waiting.forget(owner, out);
      deliveries.written(out.item, receiver);
    },
    unsent: (unsent) => {
      waiting.forget(owner, unsent.out);
      status.count(`link_events_${unsent.reason}_total`);
      deliveries.unsent(unsent.out.item, receiver, unsent);
    },
    repeated: () => status.count('events_repeated_total'),
  });
  for (const one of waiting.recovered) if (one.owner === owner) outlet.restore(one);
  return outlet;
};

/** As it is named among what waits. */
export const ownerOf = (link: string): string => `link ${link}`;

const openOnce = (
  parts: ConfiguredLinkParts,
  outlet: Outlet,
  opened: (writer: Writer) => void,
  report: LinkReport,
  signal: AbortSignal,
): Promise<Connection> => {
  const { context, options, identity, takeIn } = parts;
  const { clock } = context;
  const { name, kind, direction } = options;
  const takes = direction !== 'out';
  const give = (source: Source, output: StreamOutput): void => {
    if (takes) takeIn(source, output);
    else context.status.count('events_not_taken_total');
  };
  const shared = { room: () => outlet.drain(), closed: () => outlet.detach() };
  if (kind === 'udp' || kind === 'multicast') {
    const output = (address: string, output: StreamOutput): void => give({ name, address, link: name }, output);
    const events = { ...shared, opened, output, failed: (error: string) => report.failed(error) };
    return openDatagramLink({ options, clock, ownUid: identity.uid, events });
  }
  return openStreamLink(
    {
      options,
      clock,
      ownUid: identity.uid,
      events: {
        ...shared,
        opened,
        heard: () => outlet.heard(),
        output: (peer, output) =>
          give({ name, address: peer.address, link: name, answer: (xml) => peer.answer(xml) }, output),
      },
    },
    signal,
  );
};

interface LinkReport {
  state(state: LinkState, detail: string): void;
  /** A part of what is written does not leave. */
  failed(error: string): void;
  /** How much waits may have changed. @param clients connections of people on the mesh */
  waiting(clients: number): void;
}

const createReport = ({ context, options }: ConfiguredLinkParts, outlet: Outlet): LinkReport => {
  const { log, status } = context;
  const { name, kind, host, port } = options;
  let current: LinkState = LinkState.CLOSED;
  let lastError = '';
  let told = -1;
  let toldClients = 0;
  const tell = (): void => {
    told = outlet.waiting();
    status.setLink(
      create(LinkStatusSchema, {
        name,
        transport: kind,
        address: `${host}:${port}`,
        state: current,
        waiting: told,
        clients: toldClients,
        lastError,
      }),
    );
  };
  return {
    state: (state, detail) => {
      current = state;
      if (detail !== '') {
        lastError = printable(detail);
        log.warn({ link: name, detail: lastError }, 'link.failed');
        status.count('link_failures_total');
      } else if (state === LinkState.OPEN) {
        lastError = '';
        log.info({ link: name }, 'link.opened');
      }
      tell();
    },
    failed: (error) => {
      status.count('datagrams_failed_total');
      if (lastError === error) return;
      lastError = printable(error);
      tell();
    },
    waiting: (clients) => {
      if (told === outlet.waiting() && toldClients === clients) return;
      toldClients = clients;
      tell();
    },
  };
};
