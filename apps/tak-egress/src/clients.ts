/**
 * The clients of the listeners, connected and away. A queue belongs to a client, not to its connection: a phone that was away
 * gets the messages it missed although others were here.
 */
import type { Clock, ServiceReport } from '@cotbus/service';
import type { Deliveries } from './deliveries.ts';
import { createKnownClients } from './known-clients.ts';
import type { Client, KnownClients } from './known-clients.ts';
import type { Certificate } from './listener.ts';
import type { OutboxLimits, Waiting } from './outbox.ts';
import { createOutlet } from './outlet.ts';
import type { Feed, Leftovers, Outlet } from './outlet.ts';
import { isMessage } from './outgoing.ts';
import type { Outgoing } from './outgoing.ts';
import { recipientsOf } from './recipients.ts';
import type { Recipients } from './recipients.ts';
import type { TakPeer } from './tak-peer.ts';
import type { WaitingEvents } from './waiting-events.ts';

/** For whoever comes first, when nobody is known; and for people by their uid who have not been here. */
const ANYBODY = 'anybody';
const STRANGERS = 'strangers';
const CLIENT = 'client ';
const ownerOf = (id: string): string => `${CLIENT}${id}`;

export interface ClientsParts {
  readonly clock: Clock;
  readonly limits: OutboxLimits;
  readonly status: Pick<ServiceReport, 'count'>;
  readonly deliveries: Deliveries;
  readonly waiting: WaitingEvents;
}

/** A connection of a client. */
interface Session {
  readonly peer: TakPeer;
  readonly outlet: Outlet;
  readonly certificate: Certificate | undefined;
  /** Name of its listener. */
  readonly listener: string;
  client: Client<Session> | undefined;
}

interface OfferHow {
  /** Who gave it to us. */
  readonly except?: TakPeer | undefined;
  /** Left out: everybody. */
  readonly to?: Recipients | undefined;
  /** Also to those who have not said who they are: one of them may be meant. */
  readonly maybe?: boolean | undefined;
  /** Whether this listener lets its clients have it. */
  readonly allows: (listener: string) => boolean;
}

export interface Clients {
  joined(peer: TakPeer, listener: string, certificate: Certificate | undefined, feed: Feed): void;
  /** Who it says it is, by its first report. */
  identify(peer: TakPeer, uid: string, callsign: string): void;
  room(peer: TakPeer): void;
  heard(peer: TakPeer): void;
  left(peer: TakPeer): void;
  /** To all, or to those who are named; messages also to those who are away. @returns how many have it now. */
  offer(out: Outgoing, how: OfferHow): number;
  /** Lets it wait for whoever comes first, or for those it is addressed to. */
  keep(out: Outgoing, isAddressed: boolean): void;
  /** Which of them are clients, connected or away. */
  known(to: Recipients): Recipients;
  isUser(uid: string): boolean;
  /** Nobody is here, and nobody is waited for. */
  isNobody(): boolean;
  tick(): void;
}

/** What waits, and where. */
interface Room {
  readonly parts: ClientsParts;
  readonly sessions: Map<TakPeer, Session>;
  readonly clients: KnownClients<Session>;
  readonly anybody: Outlet;
  readonly strangers: Outlet;
}

export const createClients = (parts: ClientsParts): Clients => {
  const { waiting, clock } = parts;
  const clients = createKnownClients<Session>({
    clock,
    waiting,
    openOutlet: (id) => openOutlet(parts, () => ownerOf(id)),
    giveUp: (away, id) => giveUp(parts, away, ownerOf(id)),
  });
  const [anybody, strangers] = [ANYBODY, STRANGERS].map((owner) => openOutlet(parts, () => owner)) as [Outlet, Outlet];
  const room: Room = { parts, sessions: new Map(), clients, anybody, strangers };
  restore(room);
  return { ...joining(room), ...offering(room) };
};

/** @param owner a name that a restart does not change; without one what waits is not journaled. */
const openOutlet = (parts: ClientsParts, owner: () => string | undefined): Outlet => {
  const { clock, limits, status, deliveries, waiting } = parts;
  const forget = (out: Outgoing): void => {
    const name = owner();
    if (name !== undefined) waiting.forget(name, out);
  };
  // The picture tells the next connection of all states.
  return createOutlet({ ...limits, isRepeated: isMessage }, clock, {
    waits: (out) => {
      const name = owner();
      if (name !== undefined) waiting.note(name, out, deliveries.delivered(out.item));
    },
    written: (out) => {
      forget(out);
      status.count('client_events_late_total');
      deliveries.written(out.item, 'client');
    },
    unsent: (unsent) => {
      forget(unsent.out);
      status.count(`client_events_${unsent.reason}_total`);
      deliveries.unsent(unsent.out.item, 'client', unsent);
    },
    repeated: () => status.count('events_repeated_total'),
  });
};

const giveUp = ({ deliveries, waiting, status }: ClientsParts, outlet: Outlet, owner: string | undefined): void => {
  for (const { out } of outlet.empty().waiting) {
    if (owner !== undefined) waiting.forget(owner, out);
    status.count('client_events_expired_total');
    deliveries.unsent(out.item, 'client', { out, reason: 'expired', detail: 'its client is gone' });
  }
};

/** The picture tells the next connection of all states: one that waited would follow what is newer. */
const endStates = ({ deliveries, waiting, status }: ClientsParts, left: readonly Waiting[], owner: string): void => {
  for (const { out } of left) {
    if (isMessage(out)) continue;
    waiting.forget(owner, out);
    status.count('client_events_expired_total');
    deliveries.unsent(out.item, 'client', { out, reason: 'expired', detail: 'its client is gone' });
  }
};

const restore = ({ parts: { waiting }, clients, anybody, strangers }: Room): void => {
  for (const { owner, out, sinceMs } of waiting.recovered) {
    if (owner === ANYBODY) anybody.restore({ out, sinceMs });
    else if (owner === STRANGERS) strangers.restore({ out, sinceMs });
    else if (owner.startsWith(CLIENT) && isMessage(out)) {
      // Of a client that was forgotten meanwhile the message may be for anybody.
      const away = clients.get(owner.slice(CLIENT.length))?.away;
      if (away !== undefined) away.restore({ out, sinceMs });
      else hand({ waiting }, { waiting: [{ out, sinceMs }], repeats: [] }, [owner, strangers, STRANGERS]);
    }
  }
};

type Handing = readonly [owner: string | undefined, to: Outlet, newOwner: string | undefined];

/** What waited in one outlet goes on waiting in another, or is written there. */
const hand = ({ waiting }: Pick<ClientsParts, 'waiting'>, left: Leftovers, [owner, to, newOwner]: Handing): void => {
  for (const { out } of owner === newOwner ? [] : left.waiting) {
    if (owner !== undefined) waiting.forget(owner, out);
    if (newOwner !== undefined) waiting.note(newOwner, out, []);
  }
  to.takeOver(left);
};

/** How connections come, say who they are, and go. */
const joining = (room: Room) => {
  const { parts, sessions, clients, anybody, strangers } = room;
  const adopt = (session: Session, client: Client<Session>): void => {
    const owner = ownerOf(client.id);
    session.client = client;
    client.session = session;
    clients.seen(client);
    hand(parts, client.away.empty(), [owner, session.outlet, owner]);
    hand(parts, anybody.empty(), [ANYBODY, session.outlet, owner]);
    handExpected(session, client);
  };
  const handExpected = ({ outlet }: Session, { id, uid, callsign }: Client<Session>): void => {
    if (strangers.waiting() === 0) return;
    const { waiting: all } = strangers.empty();
    const isTheirs = ({ out }: Waiting): boolean => {
      const to = recipientsOf(out.event, () => true);
      return to !== undefined && (to.uids.includes(uid) || to.callsigns.includes(callsign));
    };
    strangers.takeOver({ waiting: all.filter((one) => !isTheirs(one)), repeats: [] });
    hand(parts, { waiting: all.filter(isTheirs), repeats: [] }, [STRANGERS, outlet, ownerOf(id)]);
  };
  return {
    joined: (peer: TakPeer, listener: string, certificate: Certificate | undefined, feed: Feed): void => {
      const outlet = openOutlet(parts, () => session.client && ownerOf(session.client.id));
      const session: Session = { peer, listener, certificate, client: undefined, outlet };
      sessions.set(peer, session);
      outlet.attach(peer, feed);
      const client = certificate && clients.ofCertificate(certificate.fingerprint);
      if (client !== undefined) adopt(session, client);
      else if (clients.size === 0) hand(parts, anybody.empty(), [ANYBODY, outlet, undefined]);
    },
    identify: (peer: TakPeer, uid: string, callsign: string): void => {
      const session = sessions.get(peer);
      if (session !== undefined) adopt(session, clients.named(session.certificate?.fingerprint, uid, callsign));
    },
    room: (peer: TakPeer): void => sessions.get(peer)?.outlet.drain(),
    heard: (peer: TakPeer): void => sessions.get(peer)?.outlet.heard(),
    left: (peer: TakPeer): void => {
      const session = sessions.get(peer);
      if (session === undefined) return;
      sessions.delete(peer);
      const { client, outlet } = session;
      outlet.detach();
      if (client === undefined) return giveUp(parts, outlet, undefined);
      if (client.session === session) {
        client.session = undefined;
        clients.seen(client);
      }
      const owner = ownerOf(client.id);
      const { waiting, repeats } = outlet.empty();
      const messages = waiting.filter(({ out }) => isMessage(out));
      endStates(parts, waiting, owner);
      hand(parts, { waiting: messages, repeats }, [owner, client.session?.outlet ?? client.away, owner]);
    },
  };
};

/** How events go out. */
const offering = ({ parts, sessions, clients, anybody, strangers }: Room) => {
  const { status, deliveries } = parts;
  const offerTo = (outlet: Outlet, out: Outgoing): boolean => {
    const offer = outlet.offer(out);
    if (offer.kind === 'ended') status.count(`client_events_${offer.reason}_total`);
    deliveries.offer(out.item, 'client', offer);
    return offer.kind === 'written';
  };
  return {
    offer: (out: Outgoing, { except, to, maybe = false, allows }: OfferHow): number => {
      const named = to && new Set(clients.byName(to));
      const isMeant = (client: Client<Session> | undefined): boolean =>
        named === undefined || (client === undefined ? maybe : named.has(client));
      let written = 0;
      for (const { peer, client, listener, outlet } of sessions.values()) {
        if (peer === except || !isMeant(client) || !allows(listener)) continue;
        if (offerTo(outlet, out)) written += 1;
      }
      const away = isMessage(out) ? clients.away().filter(isMeant) : [];
      for (const client of away) offerTo(client.away, out);
      return written;
    },
    keep: (out: Outgoing, isAddressed: boolean): void => void offerTo(isAddressed ? strangers : anybody, out),
    known: (to: Recipients): Recipients => {
      const found = clients.byName(to);
      return {
        uids: to.uids.filter((uid) => found.some((client) => client.uid === uid)),
        callsigns: to.callsigns.filter((callsign) => found.some((client) => client.callsign === callsign)),
      };
    },
    isUser: (uid: string): boolean => clients.byName({ uids: [uid], callsigns: [] }).length > 0,
    isNobody: (): boolean => sessions.size + clients.size === 0,
    tick: (): void => {
      for (const outlet of [anybody, strangers]) outlet.tick();
      for (const { outlet } of sessions.values()) outlet.tick();
      for (const { away } of clients.away()) away.tick();
      clients.tick();
    },
  };
};
