/** The listeners of an egress and their clients: who joins, what they send, what each is called in the status. */
import { create } from '@bufbuild/protobuf';
import { LinkState, LinkStatusSchema } from '@cotbus/contracts';
import { createRateLimit, printable } from '@cotbus/service';
import type { ServiceContext } from '@cotbus/service';
import { buildEventXml } from '@cotbus/codec';
import type { Clients } from './clients.ts';
import type { StreamOutput } from './event-stream.ts';
import { openListener } from './listener.ts';
import type { Certificate, Listener, ListenerEvents, ListenerOptions } from './listener.ts';
import type { TakEgressOptions } from './options.ts';
import type { Feed } from './outlet.ts';
import { buildPong } from './ping.ts';
import type { Source } from './source.ts';
import type { TakPeer } from './tak-peer.ts';
import { openTlsListener } from './tls-listener.ts';

/** Characters of a name from outside in a status. */
const MAX_NAME_CHARACTERS = 64;
/** Somebody who knocks without a certificate knocks often. */
const REFUSAL_LOG_MS = 10_000;
/** How soon the status says that a message waits for somebody to come. */
const WAITING_LOOK_MS = 1_000;

export type ListenerName = 'listen' | 'listenTls';

export interface ListenersParts {
  readonly context: ServiceContext;
  readonly options: TakEgressOptions;
  readonly clients: Clients;
  /** What a client that joins is told. */
  readonly picture: (listener: ListenerName) => Feed;
  readonly takeIn: (source: Source, output: StreamOutput) => void;
}

export interface Listeners {
  readonly isAny: boolean;
  /** Says in the status who the client is. */
  identify(source: Source, callsign: string, uid: string): void;
}

interface Guest {
  readonly source: Source;
  readonly certificate: Certificate | undefined;
  readonly sinceMs: number;
  callsign: string;
  uid: string;
  heardMs: number;
}

/** Opens what is configured; it is closed through the context. @throws ServiceError. */
export const openListeners = async (parts: ListenersParts): Promise<Listeners> => {
  const { context, options } = parts;
  const guests = new Map<TakPeer, Guest>();
  let lastId = 0;
  const nextName = (): string => `client-${++lastId}`;
  const open = (name: ListenerName, listen: Omit<ListenerOptions, 'section'>): Promise<Listener> =>
    openOne(parts, { name, listen: { ...listen, section: name }, guests, nextName });
  if (options.listen.enabled) await open('listen', options.listen);
  const tls = await openTlsListener(context, options.listenTls, (listen) => open('listenTls', listen));
  return {
    get isAny() {
      return options.listen.enabled || tls.isOpen;
    },
    identify: (source, callsign, uid) => {
      const guest = source.client && guests.get(source.client);
      if (source.client === undefined || guest === undefined) return;
      Object.assign(guest, { callsign, uid });
      reportClient(context, guest);
      parts.clients.identify(source.client, uid, callsign);
    },
  };
};

interface OneListener {
  readonly name: ListenerName;
  readonly listen: ListenerOptions;
  readonly guests: Map<TakPeer, Guest>;
  readonly nextName: () => string;
}

const openOne = async (parts: ListenersParts, one: OneListener): Promise<Listener> => {
  const { context } = parts;
  const { clock, log, status } = context;
  const { name, listen } = one;
  let lastError = '';
  let waiting = 0;
  const report = (error = lastError): void => {
    lastError = printable(error);
    waiting = parts.clients.waiting();
    status.setLink(
      create(LinkStatusSchema, {
        name,
        transport: name === 'listenTls' ? 'tls-server' : 'tcp-server',
        address: listener.address,
        state: LinkState.OPEN,
        clients: listener.clientCount,
        waiting,
        lastError,
      }),
    );
  };
  const keepalive = (): string => buildEventXml(buildPong(clock.now()));
  const events = eventsOf(parts, one, report);
  const listener: Listener = await openListener(listen, clock, keepalive, events);
  const stopLooking = clock.every(WAITING_LOOK_MS, () => {
    if (parts.clients.waiting() !== waiting) report();
  });
  context.onStop(`TAK listener ${name}`, async () => {
    stopLooking();
    await listener.close();
    status.removeLink(name);
  });
  log.info({ address: listener.address }, 'listener.opened');
  report();
  return listener;
};

const eventsOf = (parts: ListenersParts, one: OneListener, report: (error?: string) => void): ListenerEvents => {
  const { context, clients, takeIn, picture } = parts;
  const { clock, log, status } = context;
  const { name, guests, nextName } = one;
  const mayLog = createRateLimit(clock, REFUSAL_LOG_MS);
  return {
    joined: (peer, certificate) => {
      const source: Source = {
        name: nextName(),
        address: peer.address,
        link: name,
        client: peer,
        user: certificate?.name,
        answer: (xml) => peer.answer(xml),
      };
      const guest = { source, certificate, sinceMs: clock.now(), callsign: '', uid: '', heardMs: 0 };
      guests.set(peer, guest);
      log.info({ link: source.name, address: peer.address, certificate: certificate?.name }, 'client.joined');
      status.count('clients_joined_total');
      reportClient(context, guest);
      report();
      clients.joined(peer, name, certificate, picture(name));
    },
    output: (peer, output) => {
      const guest = guests.get(peer);
      clients.heard(peer);
      if (guest === undefined) return;
      heardOf(context, guest);
      takeIn(guest.source, output);
    },
    room: (peer) => clients.room(peer),
    left: (peer, fault) => {
      const guest = guests.get(peer);
      guests.delete(peer);
      clients.left(peer);
      if (guest === undefined) return;
      log.info({ link: guest.source.name, fault }, 'client.left');
      status.removeLink(guest.source.name);
      if (fault !== '') status.count('clients_lost_total');
      report(fault === '' ? undefined : `${guest.source.name} ${peer.address}: ${fault}`);
    },
    turnedAway: () => {
      log.warn('client.turned_away');
      status.count('clients_turned_away_total');
    },
    refused: (address, why) => {
      status.count('clients_refused_total');
      const heldBack = mayLog(name);
      if (heldBack === undefined) return;
      log.warn({ link: name, address, why: printable(why), heldBack }, 'client.refused');
      report(`${address} was refused: ${why}`);
    },
    failed: (error) => {
      log.error({ err: error }, 'listener.failed');
      report(error.message);
    },
  };
};

/** How often the status learns when a client spoke last. */
const HEARD_EVERY_MS = 10_000;

const heardOf = (context: ServiceContext, guest: Guest): void => {
  const nowMs = context.clock.now();
  const isFirst = guest.heardMs === 0;
  if (nowMs - guest.heardMs < HEARD_EVERY_MS && nowMs >= guest.heardMs) return;
  guest.heardMs = nowMs;
  reportClient(context, guest, isFirst);
};

/** @param isNews false: it goes with the next heartbeat */
const reportClient = ({ status }: ServiceContext, guest: Guest, isNews = true): void => {
  const { source, certificate, sinceMs, heardMs } = guest;
  const textOf = (name: string): string => printable(name.slice(0, MAX_NAME_CHARACTERS));
  const [callsign, uid, name] = [guest.callsign, guest.uid, certificate?.name ?? ''].map(textOf) as [
    string,
    string,
    string,
  ];
  const names = [callsign, uid, name && `certificate ${name}`].filter((text) => text !== '');
  const { fingerprint = '' } = certificate ?? {};
  const client = { listener: source.link, address: source.address, callsign, uid, certificate: name, fingerprint };
  status.setLink(
    create(LinkStatusSchema, {
      name: source.name,
      transport: source.link === 'listenTls' ? 'tls' : 'tcp',
      address: [source.address, ...names].join(' '),
      state: LinkState.OPEN,
      client: { ...client, sinceMs, heardMs },
    }),
    { isNews },
  );
};
