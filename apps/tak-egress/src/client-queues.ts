/** What waits for clients of the listeners: for those who are here, for those who are away, and for whoever comes. */
import type { Clock, ServiceReport } from '@cotbus/service';
import type { Deliveries } from './deliveries.ts';
import type { Client, KnownClients } from './known-clients.ts';
import type { Certificate } from './listener.ts';
import type { OutboxLimits, Waiting } from './outbox.ts';
import { createOutlet } from './outlet.ts';
import type { Leftovers, Outlet } from './outlet.ts';
import { isMessage } from './outgoing.ts';
import type { Outgoing } from './outgoing.ts';
import type { TakPeer } from './tak-peer.ts';
import type { WaitingEvents } from './waiting-events.ts';

/** For whoever comes first, when nobody is known; and for people by their uid who have not been here. */
export const ANYBODY = 'anybody';
export const STRANGERS = 'strangers';
const CLIENT = 'client ';
export const ownerOf = (id: string): string => `${CLIENT}${id}`;

export interface ClientsParts {
  readonly clock: Clock;
  readonly limits: OutboxLimits;
  readonly mayWrite: () => boolean;
  readonly status: Pick<ServiceReport, 'count'>;
  readonly deliveries: Deliveries;
  readonly waiting: WaitingEvents;
}

/** A connection of a client. */
export interface Session {
  readonly peer: TakPeer;
  readonly outlet: Outlet;
  readonly certificate: Certificate | undefined;
  /** Name of its listener. */
  readonly listener: string;
  client: Client<Session> | undefined;
}

/** What waits, and where. */
export interface Room {
  readonly parts: ClientsParts;
  readonly sessions: Map<TakPeer, Session>;
  readonly clients: KnownClients<Session>;
  readonly anybody: Outlet;
  readonly strangers: Outlet;
}

/** @param owner a name that a restart does not change; without one what waits is not journaled. */
export const openOutlet = (parts: ClientsParts, owner: () => string | undefined): Outlet => {
  const { clock, limits, mayWrite, status, deliveries, waiting } = parts;
  const forget = (out: Outgoing): void => {
    const name = owner();
    if (name !== undefined) waiting.forget(name, out);
  };
  // The picture tells the next connection of all states.
  return createOutlet({ ...limits, mayWrite, isRepeated: isMessage }, clock, {
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

/** Ends what waited for a client that is gone, and that nobody else should have instead. */
export const giveUp = (
  { deliveries, waiting, status }: ClientsParts,
  left: readonly Waiting[],
  owner: string | undefined,
): void => {
  for (const { out } of left) {
    if (owner !== undefined) waiting.forget(owner, out);
    status.count('client_events_expired_total');
    deliveries.unsent(out.item, 'client', { out, reason: 'expired', detail: 'its client is gone' });
  }
};

export const restore = ({ parts: { waiting }, clients, anybody, strangers }: Room): void => {
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
export const hand = (
  { waiting }: Pick<ClientsParts, 'waiting'>,
  left: Leftovers,
  [owner, to, newOwner]: Handing,
): void => {
  for (const { out } of owner === newOwner ? [] : left.waiting) {
    if (owner !== undefined) waiting.forget(owner, out);
    if (newOwner !== undefined) waiting.note(newOwner, out, []);
  }
  to.takeOver(left);
};
