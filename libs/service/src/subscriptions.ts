/** The receiving half of every bus adapter: bytes on a topic become a message for the handlers that asked for it. */
import { decodeMessage } from '@cotbus/contracts';
import type { Incoming, MessageRefusal, TopicIds, TopicName } from '@cotbus/contracts';
import type { Logger } from 'pino';
import type { BusHandler } from './bus.ts';
import type { Clock } from './clock.ts';
import { printable } from './printable.ts';
import { createRateLimit } from './rate-limit.ts';

/** One log line per reason in it: a flood of rubbish must not become a flood of lines. */
const REFUSED_LOG_EVERY_MS = 10_000;
/** Enough of a strange topic to recognise it. */
const MAX_TOPIC_LOGGED = 120;

/** Adds to a counter, 1 by default; the names are those of ServiceReport.count. */
export type Count = (name: string, by?: number) => void;

export interface Subscription {
  readonly name: TopicName;
  /** Ids left out match any. */
  readonly ids: Readonly<Record<string, string>>;
  readonly handler: BusHandler<TopicName>;
  /** Of a shared subscription. */
  readonly group: string | undefined;
}

export interface Subscriptions {
  readonly all: readonly Subscription[];
  add<N extends TopicName>(name: N, ids: Partial<TopicIds<N>>, handler: BusHandler<N>, group?: string): Subscription;
  /**
   * Gives a message to every matching handler, once.
   * @returns its name, or undefined when it is no message of ours: counted, logged and gone.
   */
  receive(topic: string, payload: Uint8Array): TopicName | undefined;
  /** A message that was too large to be read: counted and logged as any that is refused. */
  leftOut(topic: string, bytes: number): void;
  /** Gives it to one subscription only, if it matches: a retained message for who came late. */
  receiveFor(subscription: Subscription, topic: string, payload: Uint8Array): void;
}

export interface SubscriptionsOptions {
  readonly root: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly count: Count;
}

export const createSubscriptions = ({ root, clock, log, count }: SubscriptionsOptions): Subscriptions => {
  const all: Subscription[] = [];
  const mayLog = createRateLimit(clock, REFUSED_LOG_EVERY_MS);

  const refuse = (reason: MessageRefusal, topic: string, bytes: number): void => {
    count(`bus_refused_${reason}_total`);
    const suppressed = mayLog(reason);
    if (suppressed === undefined) return;
    const shown = printable(JSON.stringify(topic.slice(0, MAX_TOPIC_LOGGED)));
    log.warn({ reason, topic: shown, bytes, suppressed }, 'message.refused');
  };

  const decode = (topic: string, payload: Uint8Array): Extract<Incoming, { ok: true }> | undefined => {
    const incoming = decodeMessage(root, topic, payload);
    if (incoming.ok) return incoming;
    refuse(incoming.reason, topic, payload.length);
    return undefined;
  };

  const call = (subscription: Subscription, incoming: Extract<Incoming, { ok: true }>, payload: Uint8Array): void => {
    try {
      subscription.handler(incoming.message, incoming.ids, payload);
    } catch (error) {
      count('bus_handler_failed_total');
      log.error({ err: error, topic: incoming.name }, 'handler.failed');
    }
  };

  return {
    all,
    add: (name, ids, handler, group) => {
      // A handler is only ever called with messages of its own topic name.
      const subscription = { name, ids: { ...ids }, handler, group } as unknown as Subscription;
      all.push(subscription);
      return subscription;
    },
    receive: (topic, payload) => {
      const incoming = decode(topic, payload);
      if (incoming === undefined) return undefined;
      // A copy: handlers may subscribe. The same function under several filters is one handler.
      const wanted = all.filter((subscription) => matches(subscription, incoming));
      const called = new Set<Subscription['handler']>();
      for (const subscription of wanted) {
        if (called.has(subscription.handler)) continue;
        called.add(subscription.handler);
        call(subscription, incoming, payload);
      }
      return incoming.name;
    },
    leftOut: (topic, bytes) => refuse('payload_too_large', topic, bytes),
    receiveFor: (subscription, topic, payload) => {
      const incoming = decodeMessage(root, topic, payload);
      if (incoming.ok && matches(subscription, incoming)) call(subscription, incoming, payload);
    },
  };
};

const matches = (subscription: Subscription, { name, ids }: Extract<Incoming, { ok: true }>): boolean =>
  subscription.name === name &&
  Object.entries(subscription.ids).every(([id, value]) => (ids as Record<string, string>)[id] === value);
