/** What the bus does over one connection: subscriptions, retained messages, acknowledgements. It goes with the connection. */
import { MAX_MESSAGE_BYTES, topics } from '@cotbus/contracts';
import type { Publication } from '@cotbus/contracts';
import { openMqttConnection } from './mqtt-connection.ts';
import type { MqttConnectionOptions, SubscribeAnswer } from './mqtt-connection.ts';
import type { OwnRetained } from './own-retained.ts';
import { createRetainedCache } from './retained-cache.ts';
import { planFilters } from './subscription-plan.ts';
import type { Count, Subscription, Subscriptions } from './subscriptions.ts';

/** Published and not yet acknowledged; beyond it a broker that reads but does not answer would fill the memory. */
const MAX_UNACKNOWLEDGED = 16_384;
const MAX_UNACKNOWLEDGED_BYTES = 16 * 1024 * 1024;

export interface MqttSessionOptions extends Omit<
  MqttConnectionOptions,
  'onMessage' | 'maxPayloadBytes' | 'onOversize'
> {
  readonly root: string;
  readonly subscriptions: Subscriptions;
  readonly own: OwnRetained;
  readonly count: Count;
}

export interface MqttSession {
  readonly closed: Promise<string>;
  /** @returns false when too much is unacknowledged; own retained messages follow when that is over. */
  send(publication: Publication): boolean;
  /** Sends what of the own retained messages was not sent yet. */
  sendOwn(): void;
  /** Asks the broker for what is wanted and not yet asked for. @returns the filters it refuses. */
  subscribeAll(): Promise<readonly string[]>;
  /** Gives a late subscription the retained messages that came before it. */
  catchUp(subscription: Subscription): void;
  /** When nothing is unacknowledged. */
  flushed(): Promise<void>;
  leave(): Promise<void>;
  cut(): void;
}

export const openMqttSession = async (options: MqttSessionOptions, signal: AbortSignal): Promise<MqttSession> => {
  const { root, subscriptions, own, count } = options;
  const retained = createRetainedCache();
  /** Filters asked for, with the broker's answer. */
  const filters = new Map<string, Promise<SubscribeAnswer>>();
  const onFlushed: (() => void)[] = [];
  let unacknowledged = 0;
  let unacknowledgedBytes = 0;

  const onMessage = (topic: string, payload: Uint8Array, isRetained: boolean): void => {
    if (isRetained && !retained.isNews(topic, payload)) return;
    const name = subscriptions.receive(topic, payload);
    if (name !== undefined && topics[name].retain) retained.set(topic, payload);
  };
  const connection = await openMqttConnection(
    {
      ...options,
      maxPayloadBytes: MAX_MESSAGE_BYTES,
      onOversize: ({ topic, payloadBytes }) => subscriptions.leftOut(topic, payloadBytes),
      onMessage,
    },
    signal,
  );

  const sendOwn = (): void => {
    for (const publication of own.unsent()) send(publication);
  };
  const acknowledged = (publication: Publication): void => {
    unacknowledged -= 1;
    unacknowledgedBytes -= publication.payload.length;
    own.acknowledged(publication);
    if (unacknowledged > 0) return;
    for (const resolve of onFlushed.splice(0)) resolve();
    sendOwn();
  };
  const send = (publication: Publication): boolean => {
    const { length } = publication.payload;
    if (unacknowledged >= MAX_UNACKNOWLEDGED || unacknowledgedBytes + length > MAX_UNACKNOWLEDGED_BYTES) {
      count('bus_congested_total');
      return false;
    }
    unacknowledged += 1;
    unacknowledgedBytes += length;
    own.sent(publication);
    connection.publish(publication, () => acknowledged(publication));
    return true;
  };

  return {
    closed: connection.closed,
    send,
    sendOwn,
    subscribeAll: async () => {
      const wanted = planFilters(root, subscriptions.all);
      for (const filter of wanted) if (!filters.has(filter)) filters.set(filter, connection.subscribe(filter));
      for (const filter of filters.keys()) {
        if (wanted.has(filter)) continue;
        filters.delete(filter);
        connection.unsubscribe(filter);
      }
      const asked = [...filters];
      const granted: readonly SubscribeAnswer[] = await Promise.all(asked.map(async ([, answer]) => answer));
      // The death of the connection speaks for itself.
      return asked.filter((_, index) => granted[index] === 'refused').map(([filter]) => filter);
    },
    catchUp: (subscription) => {
      for (const [topic, payload] of retained.entries()) subscriptions.receiveFor(subscription, topic, payload);
    },
    flushed: async () =>
      new Promise((resolve) => {
        if (unacknowledged === 0) resolve();
        else onFlushed.push(resolve);
      }),
    leave: async () => connection.leave(),
    cut: () => connection.cut(),
  };
};
