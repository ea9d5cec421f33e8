/** One MQTT connection from CONNECT to its death. Nothing of it outlives it: no session, no stored messages, no reconnect. */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Publication } from '@cotbus/contracts';
import { ErrorWithSubackPacket, MqttClient } from 'mqtt';
import type { IClientOptions } from 'mqtt';
import type { Clock } from './clock.ts';
import { withoutOversize } from './without-oversize.ts';
import type { WithoutOversizeOptions } from './without-oversize.ts';

/** From the stream's opening to CONNACK. */
const CONNECT_TIMEOUT_MS = 10_000;
/** For the broker to close the stream after DISCONNECT. */
const LEAVE_TIMEOUT_MS = 500;
/** SUBACK 0x80: refused, by an access list as a rule. */
const SUBSCRIPTION_REFUSED = 0x80;

export interface MqttConnectionOptions extends WithoutOversizeOptions {
  /** To the broker. One inside this process is not looked at for messages that are too large. */
  readonly stream: Duplex;
  /** At most 23 letters, digits and `-` for old brokers; a broker ends an older connection of the same name. */
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly will?: Publication | undefined;
  readonly keepaliveSeconds: number;
  readonly clock: Clock;
  readonly onMessage: (topic: string, payload: Uint8Array, retained: boolean) => void;
}

/** The broker's answer to a subscription; `ended` when the connection died before it came. */
export type SubscribeAnswer = 'granted' | 'refused' | 'ended';

export interface MqttConnection {
  /** Resolves with why, in words, once. */
  readonly closed: Promise<string>;
  /** Never acknowledged when the connection dies before. */
  publish(publication: Publication, onAcknowledged: () => void): void;
  subscribe(filter: string): Promise<SubscribeAnswer>;
  unsubscribe(filter: string): void;
  /** Says goodbye, so that the last will is not published, and ends. */
  leave(): Promise<void>;
  /** Ends at once. @param why what `closed` says, unless it has ended. */
  cut(why?: string): void;
}

/** @throws Error with the broker's or the stream's reason in words. Never leaves a stream open behind it. */
export const openMqttConnection = async (
  options: MqttConnectionOptions,
  signal: AbortSignal,
): Promise<MqttConnection> => {
  const { onMessage } = options;
  const stream = options.stream instanceof Socket ? socketStream(options.stream, options) : options.stream;
  const client = new MqttClient(() => stream, clientOptions(options));
  let reason: string | undefined;
  const cut = (why?: string): void => {
    reason ??= why;
    stream.destroy();
  };
  // Failing on every address of a name gives an error that says nothing but its code.
  const fail = (error: Error): void => cut(error.message || ('code' in error ? String(error.code) : error.name));
  client.on('error', fail);
  stream.on('error', fail);
  client.on('message', (topic, payload, packet) => {
    // A copy: what is kept of a message must not hold the whole chunk it came in.
    onMessage(topic, new Uint8Array(payload), packet.retain);
  });
  const closed = new Promise<string>((resolve) => {
    client.once('close', () => resolve(reason ?? 'the broker closed the connection'));
  });

  await connected(client, closed, signal, cut);
  return {
    closed,
    publish: ({ topic, payload, qos, retain }, onAcknowledged) => {
      const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
      client.publish(topic, bytes, { qos, retain }, (error) => {
        if (!(error instanceof Error)) onAcknowledged();
      });
    },
    subscribe: async (filter) =>
      new Promise((resolve) => {
        client.subscribe(filter, { qos: 1 }, (error) => {
          if (!(error instanceof Error)) return resolve('granted');
          const answer = error instanceof ErrorWithSubackPacket ? error.packet : undefined;
          resolve(answer?.cmd === 'suback' && answer.granted.includes(SUBSCRIPTION_REFUSED) ? 'refused' : 'ended');
        });
      }),
    unsubscribe: (filter) => {
      client.unsubscribe(filter, () => {});
    },
    leave: async () => leave(client, closed, options.clock, cut),
    cut,
  };
};

const socketStream = (socket: Socket, bound: WithoutOversizeOptions): Duplex =>
  withoutOversize(socket.setNoDelay(true), bound);

const clientOptions = (options: MqttConnectionOptions): IClientOptions => {
  const { clientId, username, password, will, keepaliveSeconds } = options;
  return {
    protocolId: 'MQTT',
    protocolVersion: 4,
    clientId,
    clean: true,
    keepalive: keepaliveSeconds,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    timerVariant: 'native',
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(will === undefined ? {} : { will: { ...will, payload: Buffer.from(will.payload) } }),
  };
};

const connected = async (
  client: MqttClient,
  closed: Promise<string>,
  signal: AbortSignal,
  cut: () => void,
): Promise<void> => {
  const giveUp = (): void => cut();
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  const connack = new Promise<undefined>((resolve) => {
    client.once('connect', () => resolve(undefined));
  });
  const failure = await Promise.race([connack, closed]);
  signal.removeEventListener('abort', giveUp);
  if (failure !== undefined) throw new Error(failure);
};

const leave = async (client: MqttClient, closed: Promise<string>, clock: Clock, cut: () => void): Promise<void> => {
  // The client would wait for these acknowledgements for ever before it says DISCONNECT.
  for (const messageId of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(messageId));
  const cancel = clock.after(LEAVE_TIMEOUT_MS, cut);
  client.end(false);
  await closed;
  cancel();
};
