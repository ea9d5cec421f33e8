/** All TAK links of an egress as one: opened together, and told of how an item ended at all of them. */
import { Reason } from '@cotbus/contracts';
import type { ServiceContext } from '@cotbus/service';
import { watchCertificates } from './certificate-life.ts';
import { createClients } from './clients.ts';
import { startLink } from './configured-link.ts';
import { createDeliveries } from './deliveries.ts';
import type { Deliveries, End, Receiver } from './deliveries.ts';
import { createDirectory } from './directory.ts';
import type { StreamOutput } from './event-stream.ts';
import type { Subjects } from './explain/subjects.ts';
import { createFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import type { FilterCounts } from './filter-counts.ts';
import type { Identity } from './identity.ts';
import { ownerOf } from './link-outlet.ts';
import { openListeners } from './listeners.ts';
import type { ListenerName } from './listeners.ts';
import { allLinks } from './options.ts';
import type { TakEgressOptions } from './options.ts';
import { isMessage } from './outgoing.ts';
import type { Outgoing } from './outgoing.ts';
import type { Picture } from './picture.ts';
import { isForMesh, offerToAll } from './routing.ts';
import type { Routing } from './routing.ts';
import type { Source } from './source.ts';
import { openWaitingEvents } from './waiting-events.ts';
import type { WaitingEvents } from './waiting-events.ts';

const TICK_MS = 1_000;

export interface TakLinks {
  /** Hands an event of the mesh to all that may have it. @param settle called once, now or when it has ended everywhere. */
  deliver(out: Outgoing & { readonly item: string }, settle: (end: End) => void, isKept: boolean): void;
  /** An item that already waited in an earlier life. */
  isRestored(item: string): boolean;
  resume(item: string, settle: (end: End) => void): void;
  /** Passes an event from TAK on to the others. @returns to how many it was written at once. */
  relay(out: Outgoing, source: Source): number;
  /** Says who a client is. */
  identify(source: Source, callsign: string, uid: string): void;
  /** Somebody reported over this source, or on a mesh. */
  heardOf(uid: string, callsign: string, source: Source | undefined): void;
  /** Why the link of this source does not let an event in. */
  refusesIn(source: Source): Filter;
  /** What waits for a link, next one first. */
  waitingFor(link: string): readonly Outgoing[];
  /** Everything that an earlier life left has been handed out. */
  recovered(): void;
}

export interface TakLinksParts {
  readonly context: ServiceContext;
  readonly options: TakEgressOptions;
  readonly picture: Picture;
  readonly identity: Identity;
  /** This egress may write to TAK now. */
  readonly mayWrite: () => boolean;
  readonly takeIn: (source: Source, output: StreamOutput) => void;
  readonly subjects: Pick<Subjects, 'follow'>;
  readonly filterCounts: FilterCounts;
}

/** Opens what is configured; it is closed through the context. */
export const openTakLinks = async (parts: TakLinksParts): Promise<TakLinks> => {
  const { context, options, picture, identity, mayWrite, takeIn, filterCounts } = parts;
  const { clock, status, onStop } = context;
  const all = allLinks(options);
  const waiting = await openWaitingEvents(context);
  const deliveries = parts.subjects.follow(createDeliveries());
  restoreDeliveries(waiting, deliveries, new Set(all.map(({ name }) => ownerOf(name))));
  const limits = { maxEvents: options.queue.entries, maxWaitMs: options.queue.seconds * 1000 };
  const clients = createClients({ clock, limits, mayWrite, status, deliveries, waiting });
  const stopTicks = clock.every(TICK_MS, () => clients.tick());
  onStop('clients', stopTicks);

  const closed = new Set(all.filter(({ relay }) => !relay).map(({ name }) => name));
  const mayRelay = (from: string | undefined): boolean => from === undefined || !closed.has(from);
  const toClients = { listen: createFilter(options.listen.out), listenTls: createFilter(options.listenTls.out) };
  const isShownToClients = options.identity.show === 'everywhere';
  const pictureFor = function* (listener: ListenerName): Generator<Outgoing> {
    if (isShownToClients) yield identity.report();
    yield* picture.snapshot((out) => mayRelay(out.from) && toClients[listener](out.event).passes);
  };
  const listeners = await openListeners({ context, options, clients, picture: pictureFor, takeIn });
  if (isShownToClients) {
    const show = (): void => void clients.offer(identity.report(), { allows: () => true });
    onStop('identity', clock.every(options.syncIntervalSeconds * 1000, show));
  }
  const links = all.map((link) =>
    startLink({
      context,
      options: link,
      defaults: options.queue,
      syncIntervalSeconds: options.syncIntervalSeconds,
      mayWrite,
      identity,
      isShown: options.identity.show === 'everywhere' || link.kind === 'tcp' || link.kind === 'tls',
      picture,
      filterCounts,
      mayRelay,
      deliveries,
      waiting,
      takeIn,
    }),
  );
  watchCertificates(context, all);
  const directory = createDirectory(clock);
  return useLinks({ clients, listeners, links, directory, deliveries, toClients, filterCounts, mayRelay }, options);
};

/** What waited when the process died goes on waiting; links that are configured no more take nothing. */
const restoreDeliveries = (waiting: WaitingEvents, deliveries: Deliveries, owners: ReadonlySet<string>): void => {
  const items = new Map<string, { receivers: Receiver[]; delivered: readonly string[] }>();
  for (const { owner, out, delivered } of waiting.recovered) {
    const isLink = owner.startsWith('link ');
    // A state that waited for a client is handed out anew: in its order, and into the picture.
    if (isLink ? !owners.has(owner) : !isMessage(out)) {
      waiting.forget(owner, out);
      continue;
    }
    if (out.item === undefined) continue;
    const entry = items.get(out.item) ?? { receivers: [], delivered };
    entry.receivers.push(isLink ? { link: owner.slice('link '.length) } : 'client');
    items.set(out.item, entry);
  }
  for (const [item, { receivers, delivered }] of items) deliveries.restore(item, receivers, delivered);
};

const useLinks = (routing: Routing, options: TakEgressOptions): TakLinks => {
  const { listeners, directory, deliveries } = routing;
  const filtersIn = new Map<string, Filter>([
    ['listen', createFilter(options.listen.in)],
    ['listenTls', createFilter(options.listenTls.in)],
    ...allLinks(options).map((link): [string, Filter] => [link.name, createFilter(link.in)]),
  ]);
  const nobody: End = {
    reason: Reason.NO_CLIENT,
    detail: listeners.isAny ? `nobody came within ${options.queue.seconds} s` : '',
  };
  const letsAllIn: Filter = () => ({ passes: true });
  return {
    deliver: (out, settle, isKept) => {
      const { item } = out;
      deliveries.begin(item, settle);
      offerToAll(routing, out, undefined);
      deliveries.offered(item, isForMesh(routing, out) ? MESH_ONLY : { ...nobody, ...(isKept && KEPT) });
    },
    isRestored: (item) => deliveries.isRestored(item),
    resume: (item, settle) => {
      deliveries.begin(item, settle);
      deliveries.offered(item, nobody);
    },
    relay: (out, source) => offerToAll(routing, out, source),
    identify: (source, callsign, uid) => listeners.identify(source, callsign, uid),
    heardOf: (uid, callsign, source) => {
      if (source?.client === undefined) directory.note(uid, callsign, source?.link);
    },
    refusesIn: ({ link }) => filtersIn.get(link) ?? letsAllIn,
    waitingFor: (link) => routing.links.find(({ name }) => name === link)?.waiting() ?? [],
    recovered: () => deliveries.forgetRestored(),
  };
};

const KEPT = { detail: 'kept for clients that join' };
const MESH_ONLY: End = { reason: Reason.NOT_FOR_TAK, detail: 'it is for people on a mesh' };
