/** Who gets an event: links, clients, those it is addressed to. */
import type { Clients } from './clients.ts';
import type { ConfiguredLink } from './configured-link.ts';
import type { Deliveries } from './deliveries.ts';
import type { Directory } from './directory.ts';
import type { Filter } from './filter.ts';
import type { FilterCounts } from './filter-counts.ts';
import type { ListenerName, Listeners } from './listeners.ts';
import { isMessage } from './outgoing.ts';
import type { Outgoing } from './outgoing.ts';
import { recipientsOf } from './recipients.ts';
import type { Recipients } from './recipients.ts';
import type { Source } from './source.ts';

/** Everything about who gets what. */
export interface Routing {
  readonly clients: Clients;
  readonly listeners: Listeners;
  readonly links: readonly ConfiguredLink[];
  readonly directory: Directory;
  readonly deliveries: Deliveries;
  readonly toClients: Readonly<Record<ListenerName, Filter>>;
  readonly filterCounts: FilterCounts;
  /** Events of this link may leave over others. */
  readonly mayRelay: (link: string) => boolean;
}

/** All it is addressed to are people on a mesh. */
export const isForMesh = (routing: Routing, out: Outgoing): boolean => {
  const to = recipientsOf(out.event, (uid) => isUser(routing, uid));
  return to !== undefined && placesOf(routing, to, undefined).isNowhere;
};

/** @returns to how many it was written at once. */
export const offerToAll = (routing: Routing, out: Outgoing, source: Source | undefined): number => {
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

const allowing = ({ toClients, filterCounts, deliveries }: Routing, out: Outgoing): ((listener: string) => boolean) => {
  const verdicts = new Map(Object.entries(toClients).map(([name, filter]) => [name, filter(out.event)]));
  const told = new Set<string>();
  return (listener) => {
    const verdict = verdicts.get(listener);
    if (verdict === undefined) return true;
    if (!told.has(listener)) {
      told.add(listener);
      filterCounts.note(listener, 'out', verdict);
      if (!verdict.passes) deliveries.refuse(out.item, listener, verdict.detail);
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
