/** How events go out to clients: to all or to those who are named, and to those who are away. */
import type { Room, Session } from './client-queues.ts';
import type { Client } from './known-clients.ts';
import type { Outlet } from './outlet.ts';
import { isMessage } from './outgoing.ts';
import type { Outgoing } from './outgoing.ts';
import type { Recipients } from './recipients.ts';
import type { TakPeer } from './tak-peer.ts';

export interface OfferHow {
  /** Who gave it to us. */
  readonly except?: TakPeer | undefined;
  /** Left out: everybody. */
  readonly to?: Recipients | undefined;
  /** Also to those who have not said who they are: one of them may be meant. */
  readonly maybe?: boolean | undefined;
  /** Whether this listener lets its clients have it. */
  readonly allows: (listener: string) => boolean;
}

export const offering = ({ parts, sessions, clients, anybody, strangers }: Room) => {
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
    waiting: (): number =>
      clients.away().reduce((sum, { away }) => sum + away.waiting(), anybody.waiting() + strangers.waiting()),
    isNobody: (): boolean => sessions.size + clients.size === 0,
    tick: (): void => {
      for (const outlet of [anybody, strangers]) outlet.tick();
      for (const { outlet } of sessions.values()) outlet.tick();
      for (const { away } of clients.away()) away.tick();
      clients.tick();
    },
  };
};
