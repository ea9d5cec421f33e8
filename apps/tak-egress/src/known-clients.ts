/**
 * Clients that are, or were, connected. One is known by its certificate, else by the uid it reports; where several phones
 * share a certificate, by both. Who was not here for a day is not waited for.
 */
import type { Clock } from '@cotbus/service';
import type { Outlet } from './outlet.ts';
import type { Recipients } from './recipients.ts';
import { CLIENT_KEPT_MS } from './waiting-events.ts';
import type { KnownClient, WaitingEvents } from './waiting-events.ts';

/** The one seen longest ago goes. */
const MAX_CLIENTS = 1_000;
const NOTE_AGAIN_MS = 60 * 60_000;

/** @typeParam S a connection */
export interface Client<S> {
  readonly id: string;
  uid: string;
  callsign: string;
  seenMs: number;
  /** Its newest connection. */
  session: S | undefined;
  /** While there is none. */
  readonly away: Outlet;
}

export interface KnownClientsParts {
  readonly clock: Clock;
  readonly waiting: WaitingEvents;
  /** Where its messages wait. */
  readonly openOutlet: (id: string) => Outlet;
  /** Ends what waits for one that is not waited for any more. */
  readonly giveUp: (away: Outlet, id: string) => void;
}

export interface KnownClients<S> {
  readonly size: number;
  get(id: string): Client<S> | undefined;
  /** The client who says this of himself. */
  named(fingerprint: string | undefined, uid: string, callsign: string): Client<S>;
  /** Whose certificate it is, unless several share it. */
  ofCertificate(fingerprint: string): Client<S> | undefined;
  byName(to: Recipients): readonly Client<S>[];
  away(): readonly Client<S>[];
  all(): Iterable<Client<S>>;
  /** It is here now. */
  seen(client: Client<S>): void;
  tick(): void;
}

export const createKnownClients = <S>(parts: KnownClientsParts): KnownClients<S> => {
  const { clock, waiting } = parts;
  const clients = new Map<string, Client<S>>();
  const sharing = createSharing();

  const forget = (client: Client<S>): void => {
    clients.delete(client.id);
    waiting.forgetClient(client.id);
    parts.giveUp(client.away, client.id);
  };
  const away = (): readonly Client<S>[] => [...clients.values()].filter(({ session }) => session === undefined);
  const add = (known: KnownClient): Client<S> => {
    const client: Client<S> = { ...known, session: undefined, away: parts.openOutlet(known.id) };
    clients.set(known.id, client);
    const oldest = clients.size > MAX_CLIENTS ? away().toSorted((a, b) => a.seenMs - b.seenMs)[0] : undefined;
    if (oldest !== undefined) forget(oldest);
    return client;
  };
  const seen = (client: Client<S>): void => {
    client.seenMs = clock.now();
    const { id, uid, callsign, seenMs } = client;
    waiting.noteClient({ id, uid, callsign, seenMs });
  };
  for (const known of waiting.clients) {
    sharing.restore(known);
    add(known);
  }

  return {
    get size() {
      return clients.size;
    },
    get: (id) => clients.get(id),
    named: (fingerprint, uid, callsign) => {
      const id = sharing.idOf(fingerprint, uid);
      const client = clients.get(id) ?? add({ id, uid, callsign, seenMs: clock.now() });
      return Object.assign(client, { uid, callsign });
    },
    ofCertificate: (fingerprint) => (sharing.isShared(fingerprint) ? undefined : clients.get(fingerprint)),
    byName: ({ uids, callsigns }) =>
      [...clients.values()].filter(({ uid, callsign }) => uids.includes(uid) || callsigns.includes(callsign)),
    away,
    all: () => clients.values(),
    seen,
    tick: () => {
      for (const client of clients.values()) {
        if (client.session === undefined && clock.now() - client.seenMs >= CLIENT_KEPT_MS) forget(client);
        else if (client.session !== undefined && clock.now() - client.seenMs >= NOTE_AGAIN_MS) seen(client);
      }
    },
  };
};

/** The first uid under a certificate goes by the certificate alone: it is known again before it says anything. */
const createSharing = () => {
  const uidsOf = new Map<string, readonly string[]>();
  const note = (fingerprint: string, uid: string): readonly string[] => {
    const uids = uidsOf.get(fingerprint) ?? [];
    const all = uids.includes(uid) ? uids : [...uids, uid].slice(0, MAX_CLIENTS);
    uidsOf.set(fingerprint, all);
    return all;
  };
  return {
    idOf: (fingerprint: string | undefined, uid: string): string => {
      if (fingerprint === undefined) return uid;
      return note(fingerprint, uid)[0] === uid ? fingerprint : `${fingerprint} ${uid}`;
    },
    isShared: (fingerprint: string): boolean => (uidsOf.get(fingerprint)?.length ?? 0) > 1,
    restore: ({ id, uid }: KnownClient): void => {
      if (id !== uid) note(id.split(' ')[0] ?? id, uid);
    },
  };
};
