/** One MQTT connection to the broker of an uplink, from CONNECT to its death. Nothing of it outlives it. */
import type { Duplex } from 'node:stream';
import type { Clock } from '@cotbus/service';
import { ErrorWithSubackPacket, MqttClient } from 'mqtt';
import { CLOSE_TIMEOUT_MS, closedByUs, OPEN_TIMEOUT_MS } from './radio.ts';

/** A broker that is gone without a word is noticed within half as much again. */
const KEEPALIVE_SECONDS = 15;
/** For SUBACK and PUBACK. */
const ANSWER_TIMEOUT_MS = 10_000;
/** SUBACK 0x80: refused, by an access list as a rule. */
const SUBSCRIPTION_REFUSED = 0x80;

export interface BrokerConnectionOptions {
  readonly stream: Duplex;
  /** At most 23 letters, digits and `-`; a broker ends an older connection of the same name. */
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
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
  subscribe(filter: string): Promise<'granted' | 'refused' | 'ended'>;
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
  const { stream, clock, onMessage } = options;
  const client = new MqttClient(() => stream, clientOptions(options));
  let why: string | undefined;
  const cut = (): void => void stream.destroy();
  const fail = (error: Error): void => {
    // Failing on every address of a name gives an error that says nothing but its code.
    why ??= error.message || ('code' in error ? String(error.code) : error.name);
    cut();
  };
  client.on('error', fail);
  stream.on('error', fail);
  client.on('message', (topic, payload, { retain: retained }) => {
    // A copy: what is kept of a message must not hold the whole chunk it came in.
    onMessage({ topic, payload: new Uint8Array(payload), retained });
  });
  const deadlines = new Set<() => void>();
  const closed = new Promise<string>((resolve) => {
    client.once('close', () => {
      for (const cancel of deadlines) cancel();
      resolve(why ?? 'the broker closed the connection');
    });
  });
  /** @returns to be called when the answer has come. */
  const answerWithin = (what: string): (() => void) => {
    const cancel = clock.after(ANSWER_TIMEOUT_MS, () => fail(new Error(`the broker does not answer a ${what}`)));
    deadlines.add(cancel);
    return () => {
      cancel();
      deadlines.delete(cancel);
    };
  };

  await connected(client, closed, signal, cut);
  return {
    closed,
    subscribe: async (filter) =>
      new Promise((resolve) => {
        const answered = answerWithin('subscription');
        client.subscribe(filter, { qos: 1 }, (error) => {
          answered();
          if (!(error instanceof Error)) return resolve('granted');
          const answer = error instanceof ErrorWithSubackPacket ? error.packet : undefined;
          resolve(answer?.cmd === 'suback' && answer.granted.includes(SUBSCRIPTION_REFUSED) ? 'refused' : 'ended');
        });
      }),
    publish: (topic, payload, onAcknowledged) => {
      if (why !== undefined) return;
      const answered = answerWithin('message');
      client.publish(topic, Buffer.from(payload), { qos: 1, retain: false }, (error) => {
        answered();
        if (!(error instanceof Error)) onAcknowledged();
      });
    },
    close: async (reason = closedByUs) => {
      why ??= reason;
      await leave(client, closed, clock, cut);
    },
  };
};

const clientOptions = ({ clientId, username, password }: BrokerConnectionOptions) => ({
  protocolId: 'MQTT' as const,
  protocolVersion: 4 as const,
  clientId,
  clean: true,
  keepalive: KEEPALIVE_SECONDS,
  connectTimeout: OPEN_TIMEOUT_MS,
  reconnectPeriod: 0,
  resubscribe: false,
  queueQoSZero: false,
  timerVariant: 'native' as const,
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password }),
});

const connected = async (
  client: MqttClient,
  closed: Promise<string>,
  signal: AbortSignal,
  cut: () => void,
): Promise<void> => {
  if (signal.aborted) cut();
  signal.addEventListener('abort', cut, { once: true });
  const connack = new Promise<undefined>((resolve) => {
    client.once('connect', () => resolve(undefined));
  });
  const failure = await Promise.race([connack, closed]);
  signal.removeEventListener('abort', cut);
  if (failure !== undefined) throw new Error(failure);
};

const leave = async (client: MqttClient, closed: Promise<string>, clock: Clock, cut: () => void): Promise<void> => {
  // The client would wait for these acknowledgements for ever before it says DISCONNECT.
  for (const messageId of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(messageId));
  const cancel = clock.after(CLOSE_TIMEOUT_MS, cut);
  client.end(false);
  await closed;
  cancel();
};
