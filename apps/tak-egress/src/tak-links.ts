/** All TAK links of an egress as one: who gets an event, and how it ends. */
import { Reason } from '@cotbus/contracts';
import type { ServiceContext } from '@cotbus/service';
import { createClients } from './clients.ts';
import type { Clients } from './clients.ts';
import { ownerOf, startLink } from './configured-link.ts';
import type { ConfiguredLink } from './configured-link.ts';
import { createDeliveries } from './deliveries.ts';
import type { Deliveries, End, Receiver } from './deliveries.ts';
import { createDirectory } from './directory.ts';
import type { Directory } from './directory.ts';
import type { StreamOutput } from './event-stream.ts';
import { createFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import type { Identity } from './identity.ts';
import { openListeners } from './listeners.ts';
import type { ListenerName, Listeners } from './listeners.ts';
import { allLinks } from './options.ts';
import type { TakEgressOptions } from './options.ts';
import { isMessage } from './outgoing.ts';
import type { Outgoing } from './outgoing.ts';
import type { Picture } from './picture.ts';
import { recipientsOf } from './recipients.ts';
import type { Recipients } from './recipients.ts';
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
  /** Everything that an earlier life left has been handed out. */
  recovered(): void;
}

export interface TakLinksParts {
  readonly context: ServiceContext;
  readonly options: TakEgressOptions;
  readonly picture: Picture;
  readonly identity: Identity;
  readonly takeIn: (source: Source, output: StreamOutput) => void;
}

/** Everything about who gets what. */
interface Routing {
  readonly context: ServiceContext;
  readonly clients: Clients;
  readonly listeners: Listeners;
  readonly links: readonly ConfiguredLink[];
  readonly directory: Directory;
  readonly deliveries: Deliveries;
  readonly toClients: Readonly<Record<ListenerName, Filter>>;
  /** Events of this link may leave over others. */
  readonly mayRelay: (link: string) => boolean;
}

/** Opens what is configured; it is closed through the context. */
export const openTakLinks = async (parts: TakLinksParts): Promise<TakLinks> => {
  const { context, options, picture, identity, takeIn } = parts;
  const { clock, status, onStop } = context;
  const all = allLinks(options);
  const waiting = await openWaitingEvents(context);
  const deliveries = createDeliveries();
  restoreDeliveries(waiting, deliveries, new Set(all.map(({ name }) => ownerOf(name))));
  const limits = { maxEvents: options.queue.entries, maxWaitMs: options.queue.seconds * 1000 };
  const clients = createClients({ clock, limits, status, deliveries, waiting });
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
      identity,
      isShown: options.identity.show === 'everywhere' || link.kind === 'tcp' || link.kind === 'tls',
      picture,
      mayRelay,
      deliveries,
      waiting,
      takeIn,
    }),
  );
  const directory = createDirectory(clock);
  return useLinks({ context, clients, listeners, links, directory, deliveries, toClients, mayRelay }, options);
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
    recovered: () => deliveries.forgetRestored(),
  };
};

const KEPT = { detail: 'kept for clients that join' };
const MESH_ONLY: End = { reason: Reason.NOT_FOR_TAK, detail: 'it is for people on a mesh' };

const isForMesh = (routing: Routing, out: Outgoing): boolean => {
  const to = recipientsOf(out.event, (uid) => isUser(routing, uid));
  return to !== undefined && placesOf(routing, to, undefined).isNowhere;
};

/** @returns to how many it was written at once. */
const offerToAll = (routing: Routing, out: Outgoing, source: Source | undefined): number => {
  const { clients, listeners, links, deliveries } = routing;
  const recipients = recipientsOf(out.event, (uid) => isUser(routing, uid));
  const places = recipients && placesOf(routing, recipients, source);
  let written = 0;
  for (const link of inOrder(links)) {
    const why = places === undefined || places.links === 'all' || places.links.has(link.name) ? link.refuses(out) : '';
    if (why === undefined) {
      link.offer(out);
      if (link.isOpen) written += 1;
    } else if (why !== '') deliveries.refuse(out.item, link.name, why);
  }
  if (!routing.mayRelay(source?.link ?? '')) return written;
  const allows = allowing(routing, out);
  const { clients: to } = places ?? {};
  const maybe = places?.isUnknown === true || places?.isNowhere === true;
  written += clients.offer(out, { except: source?.client, to, maybe, allows });
  const isForNobody = places === undefined ? clients.isNobody() : places.isUnknown;
  if (isForNobody && listeners.isAny && source === undefined && isMessage(out)) clients.keep(out, places !== undefined);
  return written;
};

/** Those that can write now first: what waits elsewhere then says who has it already. */
const inOrder = (links: readonly ConfiguredLink[]): readonly ConfiguredLink[] =>
  links.toSorted((one, other) => Number(other.isOpen) - Number(one.isOpen));

const allowing = ({ toClients, context, deliveries }: Routing, out: Outgoing): ((listener: string) => boolean) => {
  const verdicts = new Map(Object.entries(toClients).map(([name, filter]) => [name, filter(out.event)]));
  const told = new Set<string>();
  return (listener) => {
    const verdict = verdicts.get(listener);
    if (verdict === undefined) return true;
    if (!told.has(listener)) {
      told.add(listener);
      if (!verdict.passes) {
        context.status.count('events_filtered_total');
        deliveries.refuse(out.item, listener, verdict.detail);
      } else if (verdict.wouldDeny !== undefined) context.status.count('events_would_be_filtered_total');
    }
    return verdict.passes;
  };
};

const isUser = ({ clients, directory }: Routing, uid: string): boolean =>
  clients.isUser(uid) || directory.linkOf(uid) !== undefined || directory.isOnMesh(uid);

interface Places {
  readonly clients: Recipients;
  readonly links: ReadonlySet<string> | 'all';
  /** Some are not known: they may be beyond any link, or come later. */
  readonly isUnknown: boolean;
  /** All are on a mesh. */
  readonly isNowhere: boolean;
}

/** Where the people are whom an event is addressed to. */
const placesOf = ({ clients, directory }: Routing, to: Recipients, source: Source | undefined): Places => {
  const here = clients.known(to);
  const names = [...to.uids, ...to.callsigns];
  const isHere = (name: string): boolean => here.uids.includes(name) || here.callsigns.includes(name);
  const away = names.filter((name) => !isHere(name));
  const beyond = away.flatMap((name) => directory.linkOf(name) ?? []);
  const unknown = away.filter((name) => directory.linkOf(name) === undefined && !directory.isOnMesh(name));
  const isUnknown = unknown.length > 0;
  return {
    clients: here,
    links: isUnknown ? 'all' : new Set(beyond.filter((link) => link !== source?.link)),
    isUnknown,
    isNowhere: here.uids.length + here.callsigns.length + beyond.length + unknown.length === 0,
  };
};
