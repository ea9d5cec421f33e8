/** The bus within one process, for tests: the same rules as over MQTT, through the same encoding. */
import { clearMessage, DEFAULT_ROOT, encodeMessage, splitTopic, topics } from '@cotbus/contracts';
import type { Publication, TopicName } from '@cotbus/contracts';
import type { Bus, BusWill } from '../bus.ts';
import { systemClock } from '../clock.ts';
import { createSubscriptions } from '../subscriptions.ts';
import type { Count, Subscriptions } from '../subscriptions.ts';
import { silentLog } from './silent-log.ts';

export interface MemoryBroker {
  connect(options?: { readonly will?: BusWill; readonly count?: Count }): Bus;
  /** The broker goes away: everybody is cut off, last wills are published, retained messages are forgotten. */
  disconnectAll(): void;
  /** Cuts off one participant: its last will is published; it comes back with reconnect(). */
  cut(bus: Bus): void;
  /** It is back: everybody is connected again. */
  reconnect(): void;
  /** Any bytes on any topic, as a stranger could publish them. */
  publishRaw(topic: string, payload: Uint8Array, retain?: boolean): void;
}

interface Participant {
  readonly subscriptions: Subscriptions;
  readonly will: Publication | undefined;
  /** Newest own message of each retained topic. */
  readonly own: Map<string, Publication>;
  readonly listeners: ((connected: boolean) => void)[];
  connected: boolean;
}

export const createMemoryBroker = (): MemoryBroker => {
  const participants = new Set<Participant>();
  const byBus = new Map<Bus, Participant>();
  const retained = new Map<string, Uint8Array>();
  let up = true;
  let turn = 0;

  // One queue, as in a broker: what was published before a subscription is in its retained messages, what comes after is delivered.
  const accept = ({ topic, payload, retain }: Pick<Publication, 'topic' | 'payload' | 'retain'>): void => {
    queueMicrotask(() => {
      if (!up) return;
      if (retain && payload.length === 0) retained.delete(topic);
      else if (retain) retained.set(topic, payload);
      const split = splitTopic(DEFAULT_ROOT, topic);
      for (const participant of participants) {
        const group = participant.subscriptions.all.find(({ name }) => name === split?.name)?.group;
        if (
          participant.connected &&
          (group === undefined || isTurnOf(participants, participant, { group, name: split?.name, turn }))
        ) {
          participant.subscriptions.receive(topic, payload);
        }
      }
      turn += 1;
    });
  };
  const setConnected = (participant: Participant, connected: boolean): void => {
    if (participant.connected === connected) return;
    participant.connected = connected;
    if (connected) {
      for (const [topic, payload] of retained) {
        queueMicrotask(() => participant.subscriptions.receive(topic, payload));
      }
      for (const publication of participant.own.values()) accept(publication);
    }
    for (const listener of participant.listeners) listener(connected);
  };

  return {
    connect: ({ will, count = () => {} } = {}) => {
      const participant: Participant = {
        subscriptions: createSubscriptions({ root: DEFAULT_ROOT, clock: systemClock, log: silentLog(), count }),
        will: will && encodeMessage(DEFAULT_ROOT, will.name, will.message),
        own: new Map(),
        listeners: [],
        connected: up,
      };
      participants.add(participant);
      const bus = createParticipantBus(participant, {
        accept,
        retained,
        leave: () => {
          participants.delete(participant);
          setConnected(participant, false);
        },
      });
      byBus.set(bus, participant);
      return bus;
    },
    cut: (bus) => {
      const participant = byBus.get(bus);
      if (participant?.connected !== true) return;
      setConnected(participant, false);
      if (participant.will !== undefined) accept(participant.will);
    },
    disconnectAll: () => {
      up = false;
      retained.clear();
      const wills = [...participants].flatMap(({ will }) => (will === undefined ? [] : [will]));
      for (const participant of participants) setConnected(participant, false);
      // Nobody is there to hear a will; a retained one is found by whoever comes back.
      for (const will of wills) if (will.retain) retained.set(will.topic, will.payload);
    },
    reconnect: () => {
      up = true;
      for (const participant of participants) setConnected(participant, true);
    },
    publishRaw: (topic, payload, retain = false) => accept({ topic, payload, retain }),
  };
};

/** Members of a group take turns. */
const isTurnOf = (
  participants: ReadonlySet<Participant>,
  participant: Participant,
  { group, name, turn }: { readonly group: string; readonly name: TopicName | undefined; readonly turn: number },
): boolean => {
  const isMember = ({ subscriptions }: Participant): boolean =>
    subscriptions.all.some((subscription) => subscription.name === name && subscription.group === group);
  const members = [...participants].filter((other) => other.connected && isMember(other));
  return members[turn % members.length] === participant;
};

const createParticipantBus = (
  participant: Participant,
  broker: {
    accept(publication: Publication): void;
    readonly retained: ReadonlyMap<string, Uint8Array>;
    leave(): void;
  },
): Bus => {
  const send = (publication: Publication): boolean => {
    if (publication.retain) participant.own.set(publication.topic, publication);
    if (!participant.connected) return false;
    broker.accept(publication);
    return true;
  };
  return {
    publish: (name, message, payload) => send(encodeMessage(DEFAULT_ROOT, name, message, payload)),
    clear: (name, ids) => {
      send(clearMessage(DEFAULT_ROOT, name, ids));
    },
    subscribe: async (name, ids, handler, { group } = {}) => {
      await Promise.resolve();
      const subscription = participant.subscriptions.add(name, ids, handler, group);
      if (!participant.connected || !topics[name].retain) return;
      for (const [topic, payload] of broker.retained) {
        participant.subscriptions.receiveFor(subscription, topic, payload);
      }
    },
    get connected() {
      return participant.connected;
    },
    onConnection: (listener) => {
      participant.listeners.push(listener);
    },
    close: async () => broker.leave(),
  };
};
