/** A client of the stream API over a real socket, with nothing of a gateway in it. */
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { BROADCAST, meshtastic } from '@cotbus/contracts';
import { createStreamFramer, decodeFromRadio, encodeStreamFrame } from '@cotbus/meshtastic';
import { connect } from 'node:net';

type Received = meshtastic.FromRadio['payloadVariant'];
type Case = Exclude<Received['case'], undefined>;
type ValueOf<C extends Case> = Extract<Received, { case: C }>['value'];

type PacketFields = Omit<MessageInitShape<typeof meshtastic.MeshPacketSchema>, '$typeName'>;
type DataFields = Omit<MessageInitShape<typeof meshtastic.DataSchema>, '$typeName'>;

export interface ApiClient {
  /** Everything the radio said, oldest first. */
  readonly messages: readonly Received[];
  /** Values of one kind. */
  all<C extends Case>(kind: C): ValueOf<C>[];
  /** Console text between the frames. */
  text(): string;
  /** Bytes that were no frame. */
  damagedBytes(): number;
  say(message: meshtastic.ToRadio['payloadVariant']): void;
  /** Sends a broadcast on port 78 unless told otherwise. */
  send(packet: PacketFields, data?: DataFields): void;
  /** Resolves when the condition holds; rejects when the connection ends before. */
  until(condition: () => boolean): Promise<void>;
  /** Asks for the configuration and waits for the end of it. */
  configure(nonce?: number): Promise<void>;
  /** Waits until the radio has worked on everything sent so far. */
  settle(): Promise<void>;
  readonly closed: Promise<void>;
  readonly close: () => void;
}

/** Rejects when nobody listens there. */
export const connectApiClient = async (port: number): Promise<ApiClient> => {
  const socket = connect(port, '127.0.0.1');
  const framer = createStreamFramer(decodeFromRadio);
  const messages: Received[] = [];
  const waiting = new Set<() => void>();
  let text = '';
  let damaged = 0;
  const decoder = new TextDecoder();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    for (const output of framer.push(chunk)) {
      if (output.kind === 'frame') messages.push(output.message.payloadVariant);
      else if (output.kind === 'text') text += decoder.decode(output.text, { stream: true });
      else damaged += output.bytes;
    }
    for (const check of waiting) check();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('error', reject);
  });

  const say: ApiClient['say'] = (payloadVariant) => {
    const message = create(meshtastic.ToRadioSchema, { payloadVariant });
    socket.write(encodeStreamFrame(toBinary(meshtastic.ToRadioSchema, message)));
  };
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!condition()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      void closed.then(() => reject(new Error('the radio closed the connection')));
      check();
    });
  const all: ApiClient['all'] = (kind) =>
    messages.flatMap((message) => (message.case === kind ? [message.value as ValueOf<typeof kind>] : []));
  const spontaneous = (): number => all('queueStatus').filter(({ meshPacketId }) => meshPacketId === 0).length;

  return {
    messages,
    all,
    text: () => text,
    damagedBytes: () => damaged,
    say,
    send: (packet, data = {}) => {
      const content = { portnum: meshtastic.PortNum.ATAK_PLUGIN_V2, payload: Uint8Array.of(0xff, 1), ...data };
      const value = create(meshtastic.MeshPacketSchema, {
        to: BROADCAST,
        hopLimit: 3,
        ...packet,
        payloadVariant: { case: 'decoded', value: create(meshtastic.DataSchema, content) },
      });
      say({ case: 'packet', value });
    },
    until,
    configure: async (nonce = 4711) => {
      const completed = all('configCompleteId').length;
      say({ case: 'wantConfigId', value: nonce });
      await until(() => all('configCompleteId').length > completed);
    },
    settle: async () => {
      const answered = spontaneous();
      say({ case: 'heartbeat', value: create(meshtastic.HeartbeatSchema) });
      await until(() => spontaneous() > answered);
    },
    closed,
    close: () => void socket.destroy(),
  };
};
