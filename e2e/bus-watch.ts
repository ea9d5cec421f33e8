/** What can be seen on the bus from outside: items on their way, outcomes, who is there. Survives restarts of the broker. */
import {
  buildFilter,
  createMessage,
  decodeMessage,
  DEFAULT_ROOT,
  encodeMessage,
  itemKey,
  LinkState,
} from '@cotbus/contracts';
import type { Item, OutcomeBatch, ServiceStatus, TopicName } from '@cotbus/contracts';
import { Socket } from 'node:net';
import { connect } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { isNumberedSender } from './frames.ts';
import { findLabel, labelText } from './label.ts';
import type { Label } from './label.ts';
import { createSettled } from './settled.ts';
import { until } from './wait.ts';

const RECONNECT_MS = 50;
const CONNECT_TIMEOUT_MS = 2000;
const UP_MS = 120_000;
const ASK_LIFE_MS = 5000;
/** Of one run, so that a product that floods the bus does not take the machine with it. */
const MAX_BATCHES = 500_000;
const MAX_ITEMS = 500_000;

const WATCHED: readonly TopicName[] = [
  'outcome',
  'frameHeard',
  'fragmentHeard',
  'eventHeard',
  'serviceStatus',
  'agentStatus',
  'receipt',
];

/** An item that its origin has published: it was accepted. */
export interface WatchedItem {
  readonly key: string;
  /** All that any publish of it named. */
  readonly destinations: ReadonlySet<string>;
  readonly label: Label | undefined;
  readonly publishes: number;
}

export interface BusWatch {
  readonly items: ReadonlyMap<string, WatchedItem>;
  readonly batches: readonly OutcomeBatch[];
  /** Keys of the items that a sink has called settled. */
  settledBy(sink: string): ReadonlySet<string>;
  /** An item that turned out to be of no kind that the destination takes: it has no outcome there. */
  readonly isDeclined: (key: string, destination: string) => boolean;
  /** Messages so far: grows as long as anything happens. */
  readonly activity: number;
  /** What could not be kept or read. */
  readonly overflow: number;
  readonly connected: boolean;
  /** Resolves when it is connected and has its subscriptions, everywhere or at the broker of a port. */
  untilConnected(port?: number): Promise<void>;
  /** Destinations that are registered now, as everybody or the broker of a port knows. */
  destinations(port?: number): readonly string[];
  /** Agents whose radio is open now. */
  openAgents(): readonly string[];
  /** Called with the TCP port of an egress whenever it says one. */
  onTakPort(listener: (egress: string, port: number) => void): void;
  /** Asks every owner of outcomes for its newest again: a broker that died may have had some of them. */
  askOutcomes(): Promise<void>;
  close(): Promise<void>;
}

/** A broker to listen at. */
export interface WatchedBroker {
  readonly port: number;
  /** Of a user who may read all; anybody may, if left out. */
  readonly user?: { readonly username: string; readonly password: string };
}

/** Several brokers are one bus, when bridges join them: what crosses is seen at each and counts once. */
export const watchBus = (brokers: readonly WatchedBroker[]): BusWatch => {
  const seen = createSeen();
  const doors = brokers.map((broker) => openDoor(broker, (topic, payload) => seen.take(topic, payload, broker.port)));
  const areOpen = (port: number | undefined): boolean =>
    doors.every((door) => (port !== undefined && door.port !== port) || door.isSubscribed());
  return {
    ...seen.views,
    get activity() {
      return seen.counts.activity;
    },
    get overflow() {
      return seen.counts.overflow;
    },
    get connected() {
      return areOpen(undefined);
    },
    untilConnected: async (port) => until('watching the bus', UP_MS, () => areOpen(port)),
    askOutcomes: async () => {
      const owners = new Set(seen.views.batches.map(({ owner }) => owner));
      await Promise.all(doors.flatMap(({ client }) => [...owners].map(async (owner) => ask(client, owner))));
    },
    close: async () => {
      await Promise.all(doors.map(async ({ client }) => client.endAsync(true)));
    },
  };
};

const openDoor = ({ port, user }: WatchedBroker, take: (topic: string, payload: Uint8Array) => void) => {
  const client = connect({
    host: '127.0.0.1',
    port,
    protocol: 'mqtt',
    protocolVersion: 4,
    clientId: `e2e-watch-${process.pid}`,
    clean: true,
    reconnectPeriod: RECONNECT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    resubscribe: false,
    keepalive: 15,
    ...user,
  });
  let subscribed = false;
  const filters = WATCHED.map((name) => buildFilter(DEFAULT_ROOT, name));
  client.on('error', () => undefined);
  client.on('close', () => {
    subscribed = false;
  });
  client.on('connect', () => {
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    client.subscribe(filters, { qos: 1 }, (error) => {
      subscribed = error === null;
    });
  });
  client.on('message', take);
  return { port, client, isSubscribed: () => subscribed };
};

const ask = async (client: MqttClient, target: string): Promise<void> => {
  const command = createMessage('command', { id: `e2e-${target}`, target, verb: 'outcomes', lifeMs: ASK_LIFE_MS });
  const { topic, payload, qos } = encodeMessage(DEFAULT_ROOT, 'command', command);
  await client.publishAsync(topic, Buffer.from(payload), { qos });
};

const createSeen = () => {
  const items = new Map<string, WatchedItem>();
  const batches: OutcomeBatch[] = [];
  /** By port of the broker and name. */
  const services = new Map<string, { readonly port: number; readonly status: ServiceStatus }>();
  const agents = new Map<string, boolean>();
  /** Destinations that take some kinds only. */
  const selective = new Set<string>();
  const listeners: ((egress: string, port: number) => void)[] = [];
  const settled = createSettled();
  const counts = { activity: 0, overflow: 0 };

  const item = (published: Item | undefined, label: Label | undefined): void => {
    if (published?.id === undefined) return;
    settled.published(published);
    const known = items.get(itemKey(published.id));
    if (known === undefined && items.size === MAX_ITEMS) counts.overflow += 1;
    else items.set(itemKey(published.id), merge(known, published, label));
  };
  const service = (status: ServiceStatus | undefined, name: string, port: number): void => {
    if (status === undefined) services.delete(`${port} ${name}`);
    else services.set(`${port} ${name}`, { port, status });
    if ((status?.destination?.kinds.length ?? 0) > 0) selective.add(status?.destination?.name ?? '');
    const address = status?.links.find(({ transport }) => transport === 'tcp-server')?.address;
    const tcpPort = Number(address?.split(':').at(-1));
    if (status?.name !== 'tak-egress' || !(tcpPort > 0)) return;
    for (const listener of listeners) listener(status.instance, tcpPort);
  };
  const take = (topic: string, payload: Uint8Array, port: number): void => {
    counts.activity += 1;
    const read = decodeMessage(DEFAULT_ROOT, topic, payload);
    if (!read.ok) counts.overflow += 1;
    else if (read.name === 'frameHeard' || read.name === 'fragmentHeard')
      item(read.message?.item, frameLabel(read.message));
    else if (read.name === 'eventHeard') item(read.message?.item, eventLabel(read.message?.event));
    else if (read.name === 'receipt') {
      if (read.message !== undefined) settled.receipt(read.message);
    } else if (read.name === 'serviceStatus') service(read.message, `${read.ids.name}/${read.ids.instance}`, port);
    else if (read.name === 'agentStatus') agents.set(read.ids.agent, read.message?.link === LinkState.OPEN);
    else if (read.name === 'outcome' && read.message !== undefined) {
      if (batches.length === MAX_BATCHES) counts.overflow += 1;
      else batches.push(read.message);
    }
  };
  return {
    take,
    counts,
    views: {
      items,
      batches,
      settledBy: settled.by,
      isDeclined: (key: string, destination: string) =>
        selective.has(destination) && settled.isSettled(key, destination),
      destinations: (port?: number) =>
        [...services.values()]
          .filter((known) => port === undefined || known.port === port)
          .flatMap(({ status: { online, destination } }) => (online && destination ? [destination.name] : [])),
      openAgents: () => [...agents].filter(([, open]) => open).map(([name]) => name),
      onTakPort: (listener: (egress: string, port: number) => void) => {
        listeners.push(listener);
      },
    },
  };
};

const merge = (known: WatchedItem | undefined, { id, addressed }: Item, label: Label | undefined): WatchedItem => ({
  key: id === undefined ? '' : itemKey(id),
  destinations: new Set([...(known?.destinations ?? []), ...addressed.map(({ destination }) => destination)]),
  label: known?.label ?? label,
  publishes: (known?.publishes ?? 0) + 1,
});

interface About {
  readonly node: number;
  readonly packetId: number;
  readonly uid: string;
  readonly callsign: string;
}

/** Which of our numbers this is about, for an outcome as for an item. */
export const labelOf = ({ node, packetId, uid, callsign }: About): Label | undefined =>
  isNumberedSender(node) && packetId !== 0 ? labelText('rx', packetId) : findLabel(`${uid} ${callsign}`);

const frameLabel = (heard: { from: number; packetId: number } | undefined): Label | undefined =>
  heard && labelOf({ node: heard.from, packetId: heard.packetId, uid: '', callsign: '' });

const eventLabel = (event: { uid: string; callsign: string } | undefined): Label | undefined =>
  event && labelOf({ node: 0, packetId: 0, uid: event.uid, callsign: event.callsign });
