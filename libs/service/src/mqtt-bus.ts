/** The bus over MQTT 3.1.1: any broker, over any stream. */
import type { Duplex } from 'node:stream';
import { clearMessage, encodeMessage, LinkState } from '@cotbus/contracts';
import type { Publication } from '@cotbus/contracts';
import type { Logger } from 'pino';
import type { Bus, BusWill } from './bus.ts';
import type { Clock } from './clock.ts';
import { openMqttSession } from './mqtt-session.ts';
import type { MqttSession } from './mqtt-session.ts';
import { createOwnRetained } from './own-retained.ts';
import type { OwnRetained } from './own-retained.ts';
import { ServiceError } from './service.ts';
import { covers, filterOf } from './subscription-plan.ts';
import { createSubscriptions } from './subscriptions.ts';
import type { Count, Subscriptions } from './subscriptions.ts';
import { superviseLink } from './supervise-link.ts';
import type { Connection } from './supervise-link.ts';

/** How long close() waits for acknowledgements. */
const FLUSH_MS = 1000;
/** For the answers to the subscriptions of a new connection. */
const SUBSCRIBE_TIMEOUT_MS = 10_000;
const KEEPALIVE_SECONDS = 15;

export interface MqttBusOptions {
  /** Of every topic, such as `cotbus/v1`. */
  readonly root: string;
  /** Unique on the broker; at most 23 letters and digits for old ones. */
  readonly clientId: string;
  /** A new stream to the broker; may throw, or fail later. */
  readonly openStream: () => Duplex;
  readonly username?: string;
  readonly password?: string;
  readonly will?: BusWill;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** Counts `bus_refused_<reason>_total`, `bus_handler_failed_total`, `bus_congested_total`. */
  readonly count?: Count;
  readonly keepaliveSeconds?: number;
}

/**
 * Connects now, and again whenever the connection dies, until close().
 * @throws TopicError when an id of the last will cannot be a topic level.
 */
export const createMqttBus = (options: MqttBusOptions): Bus => {
  const { root, clock, log, count = () => {} } = options;
  const will = options.will && encodeMessage(root, options.will.name, options.will.message);
  const subscriptions = createSubscriptions({ root, clock, log, count });
  const own = createOwnRetained();
  const listeners: ((connected: boolean) => void)[] = [];
  const abort = new AbortController();
  // The session exists from CONNACK; it is connected when its subscriptions are restored.
  let session: MqttSession | undefined;
  let connected = false;

  const setConnected = (now: boolean): void => {
    if (!now) session = undefined;
    if (connected === now) return;
    connected = now;
    if (now) own.restart();
    session?.sendOwn();
    for (const listener of listeners) guard(log, () => listener(now));
  };
  const supervised = superviseLink({
    open: async (signal) => {
      session = await openSession(options, { will, subscriptions, own, count }, signal);
      return restore(session, options, signal);
    },
    clock,
    random: options.random,
    signal: abort.signal,
    onState: (state, detail) => {
      if (state === LinkState.WAITING) log.warn({ detail }, connected ? 'bus.lost' : 'bus.unreachable');
      if (state === LinkState.OPEN) log.info('bus.connected');
      setConnected(state === LinkState.OPEN);
    },
  });

  const publish = (publication: Publication): boolean => {
    if (publication.retain) own.set(publication);
    return connected && session !== undefined && session.send(publication);
  };
  return {
    publish: (name, message, payload) => publish(encodeMessage(root, name, message, payload)),
    clear: (name, ids) => {
      publish(clearMessage(root, name, ids));
    },
    subscribe: async (name, ids, handler, { group } = {}) => {
      const subscription = subscriptions.add(name, ids, handler, group);
      const filter = filterOf(root, subscription);
      if (session === undefined) return;
      const current = session;
      queueMicrotask(() => current.catchUp(subscription));
      const refused = await current.subscribeAll();
      if (refused.some((one) => covers(one, filter))) throw new ServiceError('bus_unusable', refusedText(filter));
    },
    get connected() {
      return connected;
    },
    onConnection: (listener) => {
      listeners.push(listener);
    },
    close: async () => {
      if (connected && session !== undefined) await within(FLUSH_MS, session.flushed(), clock);
      abort.abort();
      await supervised;
    },
  };
};

interface BusParts {
  readonly will: Publication | undefined;
  readonly subscriptions: Subscriptions;
  readonly own: OwnRetained;
  readonly count: Count;
}

const openSession = async (options: MqttBusOptions, parts: BusParts, signal: AbortSignal): Promise<MqttSession> => {
  const { keepaliveSeconds = KEEPALIVE_SECONDS, openStream } = options;
  return openMqttSession({ ...options, ...parts, keepaliveSeconds, stream: openStream() }, signal);
};

/** The session with its subscriptions restored: not before then does the bus count as connected. */
const restore = async (
  session: MqttSession,
  { clock, log }: MqttBusOptions,
  signal: AbortSignal,
): Promise<Connection> => {
  const cut = (): void => session.cut();
  const cancel = clock.after(SUBSCRIBE_TIMEOUT_MS, cut);
  signal.addEventListener('abort', cut, { once: true });
  const refused = await session.subscribeAll();
  signal.removeEventListener('abort', cut);
  cancel();
  for (const filter of refused) log.error({ filter }, 'subscription.refused');
  return { closed: session.closed, close: async () => session.leave() };
};

const refusedText = (filter: string): string =>
  `the MQTT broker refuses the subscription to ${filter}: its access list must allow it`;

const guard = (log: Logger, call: () => void): void => {
  try {
    call();
  } catch (error) {
    log.error({ err: error }, 'handler.failed');
  }
};

const within = async (ms: number, promise: Promise<void>, clock: Clock): Promise<void> => {
  let cancel = (): void => {};
  const over = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  await Promise.race([promise, over]);
  cancel();
};
