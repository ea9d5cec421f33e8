/** One MQTT connection to the broker of an uplink, from CONNECT to its death: it dies of a missing answer, too. */
import { openMqttConnection } from '@cotbus/service';
import type { Clock, MqttConnectionOptions, SubscribeAnswer } from '@cotbus/service';
import { closedByUs } from './radio.ts';

/** A broker that is gone without a word is noticed within half as much again. */
const KEEPALIVE_SECONDS = 15;
/** For SUBACK and PUBACK. */
const ANSWER_TIMEOUT_MS = 10_000;
/** The longest real envelope has about 435 bytes; what is longer is no traffic of a mesh. */
const MAX_PAYLOAD_BYTES = 4096;

export interface BrokerConnectionOptions extends Pick<
  MqttConnectionOptions,
  'stream' | 'clientId' | 'username' | 'password' | 'onOversize'
> {
  readonly clock: Clock;
  readonly onMessage: (message: {
    readonly topic: string;
    readonly payload: Uint8Array;
    readonly retained: boolean;
  }) => void;
}

export interface BrokerConnection {
  /** Resolves with why, in words, once. */
  readonly closed: Promise<string>;
  /** Never answered, or `ended`, when the connection dies before; it dies of a missing answer. */
  subscribe(filter: string): Promise<SubscribeAnswer>;
  /** With QoS 1, not retained. Never acknowledged when the connection dies before; it dies of a missing answer. */
  publish(topic: string, payload: Uint8Array, onAcknowledged: () => void): void;
  /** Ends it. @param why the first one given is what `closed` says. */
  close(why?: string): Promise<void>;
}

/** @throws Error with the broker's or the stream's reason in words. Never leaves a stream open behind it. */
export const openBrokerConnection = async (
  options: BrokerConnectionOptions,
  signal: AbortSignal,
): Promise<BrokerConnection> => {
  const { clock, onMessage } = options;
  const connection = await openMqttConnection(
    {
      ...options,
      keepaliveSeconds: KEEPALIVE_SECONDS,
      maxPayloadBytes: MAX_PAYLOAD_BYTES,
      onMessage: (topic, payload, retained) => onMessage({ topic, payload, retained }),
    },
    signal,
  );
  const deadlines = new Set<() => void>();
  let why: string | undefined;
  const closed = connection.closed.then((reason) => {
    for (const cancel of deadlines) cancel();
    why ??= reason;
    return why;
  });
  /** @returns to be called when the answer has come. */
  const answerWithin = (what: string): (() => void) => {
    const cancel = clock.after(ANSWER_TIMEOUT_MS, () => connection.cut(`the broker does not answer a ${what}`));
    deadlines.add(cancel);
    return () => {
      cancel();
      deadlines.delete(cancel);
    };
  };
  return {
    closed,
    subscribe: async (filter) => {
      const answered = answerWithin('subscription');
      const answer = await connection.subscribe(filter);
      answered();
      return answer;
    },
    publish: (topic, payload, onAcknowledged) => {
      if (why !== undefined) return;
      const answered = answerWithin('message');
      connection.publish({ topic, payload, qos: 1, retain: false }, () => {
        answered();
        onAcknowledged();
      });
    },
    close: async (reason = closedByUs) => {
      why ??= reason;
      await connection.leave();
      await closed;
    },
  };
};
