/** How connections of clients come, say who they are, and go; what waits moves with them. */
import { ANYBODY, giveUp, hand, openOutlet, ownerOf, STRANGERS } from './client-queues.ts';
import type { Room, Session } from './client-queues.ts';
import type { Client } from './known-clients.ts';
import type { Certificate } from './listener.ts';
import type { Waiting } from './outbox.ts';
import type { Feed } from './outlet.ts';
import { isMessage } from './outgoing.ts';
import { recipientsOf } from './recipients.ts';
import type { TakPeer } from './tak-peer.ts';

export const joining = (room: Room) => {
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
      if (client === undefined) return giveUp(parts, outlet.empty().waiting, undefined);
      if (client.session === session) {
        client.session = undefined;
        clients.seen(client);
      }
      const owner = ownerOf(client.id);
      const { waiting, repeats } = outlet.empty();
      // The picture tells the next connection of all states: one that waited would follow what is newer.
      const [messages, states] = [
        waiting.filter(({ out }) => isMessage(out)),
        waiting.filter(({ out }) => !isMessage(out)),
      ];
      giveUp(parts, states, owner);
      hand(parts, { waiting: messages, repeats }, [owner, client.session?.outlet ?? client.away, owner]);
    },
  };
};
