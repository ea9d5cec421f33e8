/** The frames of TAK protocol 1: magic byte, length and message on a stream; magic, version, magic and message in a datagram. */

/** Never part of XML outside an event: in UTF-8 it only continues a character. */
export const MAGIC = 0xbf;
const VERSION = 1;
const MAX_VARINT_BYTES = 5;

export const streamFrame = (message: Uint8Array): Uint8Array => {
  const length = varint(message.length);
  const frame = new Uint8Array(1 + length.length + message.length);
  frame[0] = MAGIC;
  frame.set(length, 1);
  frame.set(message, 1 + length.length);
  return frame;
};

export const datagram = (message: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(3 + message.length);
  bytes.set([MAGIC, VERSION, MAGIC]);
  bytes.set(message, 3);
  return bytes;
};

/** First bytes of a TakMessage with anything in it: takControl or cotEvent, length-delimited. */
const isMessageStart = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x12;

/** Bytes that tell whether a stream begins with a frame: magic, length, and one of the message. */
const OPENING_BYTES = 2 + MAX_VARINT_BYTES;

/** Some clients write frames without having asked. @returns undefined while these bytes are too few to tell. */
export const beginsWithFrame = (bytes: Uint8Array): boolean | undefined => {
  if (bytes.length === 0) return undefined;
  if (bytes[0] !== MAGIC) return false;
  const { value, next } = readVarint(bytes, 1);
  if (next >= bytes.length) return bytes.length < OPENING_BYTES ? undefined : false;
  return value !== undefined && value > 0 && isMessageStart(bytes[next]);
};

/** The message in a datagram; undefined for XML, a reason for a frame that is none of ours. */
export const messageOf = (bytes: Uint8Array): Uint8Array | string | undefined => {
  if (bytes[0] !== MAGIC) return undefined;
  const { value, next } = readVarint(bytes, 1);
  // The frame of a stream, which some programs send to a single receiver.
  if (value === bytes.length - next && isMessageStart(bytes[next])) return bytes.subarray(next);
  if (value === undefined || bytes[next] !== MAGIC) return 'a datagram with a broken TAK protocol header';
  return value === VERSION ? bytes.subarray(next + 1) : `TAK protocol ${value} is not understood`;
};

const varint = (value: number): Uint8Array => {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) | 0x80);
    if (rest < 128) return Uint8Array.from(bytes);
  }
};

const readVarint = (bytes: Uint8Array, from: number) => {
  let value = 0;
  for (let at = from; at < from + MAX_VARINT_BYTES && at < bytes.length; at++) {
    const byte = bytes[at] as number;
    value += (byte & 0x7f) * 2 ** (7 * (at - from));
    if (byte < 0x80) return { value, next: at + 1 };
  }
  return { value: undefined, next: bytes.length };
};

export interface FrameReader {
  /** The magic byte was read. */
  begin(): void;
  /** Takes bytes of one frame behind its magic byte. @returns how many belong to it. */
  push(chunk: Uint8Array, from: number): number;
  /** What it has become, once; it then reads the next one. */
  take(): FrameResult | undefined;
  readonly inFrame: boolean;
}

export type FrameResult =
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  | { readonly kind: 'too_large'; readonly length: number }
  | { readonly kind: 'broken' };

/** Holds at most one message of `maxBytes`; a larger one is skipped. */
export const createFrameReader = (maxBytes: number): FrameReader => {
  let head: number[] = [];
  let body: Uint8Array | undefined;
  let filled = 0;
  let skip = 0;
  let started = false;
  let result: FrameResult | undefined;

  const finish = (ended: FrameResult | undefined): void => {
    result = ended;
    head = [];
    body = undefined;
    filled = 0;
    started = false;
  };
  const readHead = (byte: number): void => {
    head.push(byte);
    if (byte >= 0x80) {
      if (head.length === MAX_VARINT_BYTES) finish({ kind: 'broken' });
      return;
    }
    const length = readVarint(Uint8Array.from(head), 0).value ?? 0;
    if (length > maxBytes) {
      skip = length;
      result = { kind: 'too_large', length };
    } else if (length === 0) finish({ kind: 'message', bytes: new Uint8Array() });
    else body = new Uint8Array(length);
  };
  const readBody = (chunk: Uint8Array, from: number, into: Uint8Array): number => {
    const taken = Math.min(into.length - filled, chunk.length - from);
    into.set(chunk.subarray(from, from + taken), filled);
    filled += taken;
    if (filled === into.length) finish({ kind: 'message', bytes: into });
    return taken;
  };
  const skipOn = (chunk: Uint8Array, from: number): number => {
    const taken = Math.min(skip, chunk.length - from);
    skip -= taken;
    if (skip === 0) finish(undefined);
    return taken;
  };

  return {
    get inFrame() {
      return started;
    },
    begin: () => {
      started = true;
    },
    push: (chunk, from) => {
      let at = from;
      const isDone = (): boolean => at >= chunk.length || !started || result !== undefined;
      while (!isDone()) {
        if (skip > 0) at += skipOn(chunk, at);
        else if (body === undefined) readHead(chunk[at++] as number);
        else at += readBody(chunk, at, body);
      }
      return at - from;
    },
    take: () => {
      const taken = result;
      result = undefined;
      return taken;
    },
  };
};
