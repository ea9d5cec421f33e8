/** One event in a datagram, as XML or as a frame of TAK protocol 1. */
import { createEventStream } from './event-stream.ts';
import type { StreamOutput } from './event-stream.ts';
import { datagram, messageOf } from './takproto/frame.ts';
import { createMeshVersion } from './takproto/mesh-version.ts';
import type { StreamProtocol } from './takproto/negotiation.ts';
import { decodeTakMessage, encodeTakMessage, encodeVersions } from './takproto/tak-message.ts';
import type { ContactVersions } from './takproto/tak-message.ts';

/** What IPv4 lets into one datagram. */
export const MAX_DATAGRAM_BYTES = 65_507;

export interface DatagramCodec {
  write(xml: string, nowMs: number): Uint8Array;
  /** Says which versions this gateway understands, and nothing else. */
  announcement(): Uint8Array;
  /** Nothing for what holds no event. */
  read(bytes: Uint8Array, from: string, nowMs: number): readonly StreamOutput[];
}

/** @param negotiates it is a network of many; a single receiver is written XML unless told otherwise. */
export const createDatagramCodec = (protocol: StreamProtocol, negotiates: boolean, ownUid: string): DatagramCodec => {
  const version = createMeshVersion();
  const own: ContactVersions = { uid: ownUid, min: 0, max: 1 };
  const isProtobuf = (nowMs: number): boolean =>
    protocol === 'protobuf' || (protocol === 'auto' && negotiates && version.current(nowMs) === 1);
  return {
    write: (xml, nowMs) => (isProtobuf(nowMs) ? datagram(encodeTakMessage(xml, own)) : Buffer.from(xml)),
    announcement: () => datagram(encodeVersions(own)),
    read: (bytes, from, nowMs) => {
      const message = messageOf(bytes);
      if (message === undefined) {
        const outputs = readXml(bytes);
        if (outputs.some(({ kind }) => kind === 'event')) version.heard(from, 0, undefined, nowMs);
        return outputs;
      }
      if (typeof message === 'string') return [{ kind: 'refused', reason: 'unsupported', detail: message }];
      const read = decodeTakMessage(message);
      if (!read.ok) return [{ kind: 'refused', reason: read.reason, detail: read.detail }];
      version.heard(from, 1, read.versions, nowMs);
      return read.xml === undefined ? [] : [{ kind: 'event', xml: read.xml }];
    },
  };
};

const readXml = (bytes: Uint8Array): readonly StreamOutput[] => {
  const outputs: StreamOutput[] = [];
  const stream = createEventStream((output) => outputs.push(output));
  stream.push(bytes);
  stream.end();
  return outputs;
};
