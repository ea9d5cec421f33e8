/**
 * The clients of the listeners, connected and away. A queue belongs to a client, not to its connection: a phone that was away
 * gets the messages it missed although others were here.
 */
import { offering } from './client-offers.ts';
import type { OfferHow } from './client-offers.ts';
import { ANYBODY, giveUp, openOutlet, ownerOf, restore, STRANGERS } from './client-queues.ts';
import type { ClientsParts, Room, Session } from './client-queues.ts';
import { joining } from './client-sessions.ts';
import { createKnownClients } from './known-clients.ts';
import type { Certificate } from './listener.ts';
import type { Feed, Outlet } from './outlet.ts';
import type { Outgoing } from './outgoing.ts';
import type { Recipients } from './recipients.ts';
import type { TakPeer } from './tak-peer.ts';

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
  /** Messages for clients that are away, and for whoever comes. */
  waiting(): number;
  /** Nobody is here, and nobody is waited for. */
  isNobody(): boolean;
  tick(): void;
}

export const createClients = (parts: ClientsParts): Clients => {
  const { waiting, clock } = parts;
  const clients = createKnownClients<Session>({
    clock,
    waiting,
    openOutlet: (id) => openOutlet(parts, () => ownerOf(id)),
    giveUp: (away, id) => giveUp(parts, away.empty().waiting, ownerOf(id)),
  });
  const [anybody, strangers] = [ANYBODY, STRANGERS].map((owner) => openOutlet(parts, () => owner)) as [Outlet, Outlet];
  const room: Room = { parts, sessions: new Map(), clients, anybody, strangers };
  restore(room);
  return { ...joining(room), ...offering(room) };
};
