/**
 * Leaves messages that are too large out of what a broker sends. The MQTT parser gathers a packet as a whole, and MQTT 3.1.1
 * lets a packet have 256 MiB: one retained message would take the memory, on every connect anew.
 *
 *   fixed header       type and flags, length of the rest in 1 to 4 bytes (MQTT 3.1.1, 2.2)
 *   PUBLISH            length of the topic (16 bits, big endian), topic, packet id (QoS 1 and 2), payload (3.3)
 */

const PUBLISH = 3;
const MAX_LENGTH_BYTES = 4;
const TOPIC_LENGTH_BYTES = 2;
const PACKET_ID_BYTES = 2;

/** A packet that was left out. */
export interface Oversize {
  /** Empty when it was no PUBLISH. */
  readonly topic: string;
  readonly payloadBytes: number;
  /** Of a PUBLISH with QoS 1, which its broker wants acknowledged: 2 bytes. */
  readonly packetId: Uint8Array | undefined;
}

export interface OversizeFilter {
  /** Takes what was read, split anywhere. @returns what is to be read on, as views of `chunk` as far as can be. */
  push(chunk: Uint8Array): { readonly pass: readonly Uint8Array[]; readonly leftOut: readonly Oversize[] };
}

interface Head {
  /** Bytes of the packet behind what was read of it. */
  readonly left: number;
  readonly payloadBytes: number;
  /** Topic and packet id, the first of what is left. */
  readonly topicBytes: number;
  readonly qos: number;
}

/** @returns undefined as long as more has to be read; `broken` when no parser could read on. */
const readHead = (bytes: readonly number[]): Head | 'broken' | undefined => {
  const lengthBytes = bytes.slice(1, 1 + MAX_LENGTH_BYTES).findIndex((byte) => byte < 0x80) + 1;
  if (lengthBytes === 0) return bytes.length > MAX_LENGTH_BYTES ? 'broken' : undefined;
  const length = bytes.slice(1, 1 + lengthBytes).reduce((sum, byte, index) => sum + (byte & 0x7f) * 128 ** index, 0);
  const type = (bytes[0] ?? 0) >> 4;
  if (type !== PUBLISH || length < TOPIC_LENGTH_BYTES) {
    return { left: length, payloadBytes: length, topicBytes: 0, qos: 0 };
  }
  const at = 1 + lengthBytes;
  if (bytes.length < at + TOPIC_LENGTH_BYTES) return undefined;
  const qos = ((bytes[0] ?? 0) >> 1) & 3;
  const topicBytes = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const left = length - TOPIC_LENGTH_BYTES;
  return { left, payloadBytes: left - topicBytes - (qos > 0 ? PACKET_ID_BYTES : 0), topicBytes, qos };
};

/** What is kept of a packet that is left out: topic and packet id. */
const createRemains = ({ payloadBytes, topicBytes, qos }: Head) => {
  const kept = new Uint8Array(topicBytes + (qos === 1 ? PACKET_ID_BYTES : 0));
  let filled = 0;
  return {
    take: (bytes: Uint8Array): void => {
      const part = bytes.subarray(0, kept.length - filled);
      kept.set(part, filled);
      filled += part.length;
    },
    whole: (): Oversize => ({
      topic: new TextDecoder().decode(kept.subarray(0, topicBytes)),
      payloadBytes,
      packetId: qos === 1 ? kept.subarray(topicBytes) : undefined,
    }),
  };
};

export const createOversizeFilter = (maxPayloadBytes: number): OversizeFilter => {
  let head: number[] = [];
  let left = 0;
  let remains: ReturnType<typeof createRemains> | undefined;
  let broken = false;

  return {
    push: (chunk) => {
      const pass: Uint8Array[] = [];
      const leftOut: Oversize[] = [];
      /** Bytes of the head that came before this chunk. */
      let carried = head.length;
      /** What is passed on next begins here. */
      let from = 0;
      let at = 0;
      const passUntil = (end: number): void => {
        if (end > from) pass.push(chunk.subarray(from, end));
        from = end;
      };

      const inside = (): void => {
        const part = chunk.subarray(at, at + left);
        remains?.take(part);
        at += part.length;
        left -= part.length;
        if (remains === undefined) return;
        from = at;
        if (left > 0) return;
        leftOut.push(remains.whole());
        remains = undefined;
      };
      const begin = (packet: Head): void => {
        ({ left } = packet);
        if (packet.payloadBytes > maxPayloadBytes) {
          passUntil(at - (head.length - carried));
          from = at;
          remains = createRemains(packet);
        } else if (carried > 0) {
          pass.push(Uint8Array.from(head.slice(0, carried)));
        }
        head = [];
        carried = 0;
      };

      while (at < chunk.length && !broken) {
        if (left > 0) {
          inside();
          continue;
        }
        head.push(chunk[at] ?? 0);
        at += 1;
        const packet = readHead(head);
        if (packet === 'broken') {
          broken = true;
          if (carried > 0) pass.push(Uint8Array.from(head.slice(0, carried)));
          head = [];
        } else if (packet !== undefined) begin(packet);
      }
      passUntil(broken ? chunk.length : chunk.length - (head.length - carried));
      return { pass, leftOut };
    },
  };
};
