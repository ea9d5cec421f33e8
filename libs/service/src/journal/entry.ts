/** What the body of a record says. Big endian; numbers above 32 bits are two words, high first. */

/** Longest key and class name, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 255;

export type Entry =
  /** First in every segment: whose it is. `nextSeq` is above every number given before. */
  | { readonly kind: 'start'; readonly nonce: bigint; readonly incarnation: number; readonly nextSeq: number }
  /** The newest version of a key lives until it is killed. */
  | {
      readonly kind: 'put';
      readonly seq: number;
      readonly key: string;
      readonly className: string;
      readonly payload: Uint8Array;
    }
  /** Every version of the key with a smaller number is dead. */
  | { readonly kind: 'kill'; readonly seq: number; readonly key: string };

const KIND_BYTES = { start: 0, put: 1, kill: 2 } as const;
const WORD = 0x1_0000_0000;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of a text as it stands in an entry, without its length. */
export const textBytes = (text: string): number => Buffer.byteLength(text);

const open = (kind: Entry['kind'], number: number, restBytes: number): { bytes: Uint8Array; view: DataView } => {
  const bytes = new Uint8Array(9 + restBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, KIND_BYTES[kind]);
  view.setUint32(1, Math.floor(number / WORD));
  view.setUint32(5, number % WORD);
  return { bytes, view };
};

export const encodeEntry = (entry: Entry): Uint8Array => {
  switch (entry.kind) {
    case 'start': {
      const { bytes, view } = open('start', entry.nextSeq, 12);
      view.setBigUint64(9, entry.nonce);
      view.setUint32(17, entry.incarnation);
      return bytes;
    }
    case 'put': {
      const key = encoder.encode(entry.key);
      const className = encoder.encode(entry.className);
      const { bytes, view } = open('put', entry.seq, 2 + key.length + className.length + entry.payload.length);
      view.setUint8(9, key.length);
      view.setUint8(10, className.length);
      bytes.set(key, 11);
      bytes.set(className, 11 + key.length);
      bytes.set(entry.payload, 11 + key.length + className.length);
      return bytes;
    }
    case 'kill': {
      const key = encoder.encode(entry.key);
      const { bytes } = open('kill', entry.seq, key.length);
      bytes.set(key, 9);
      return bytes;
    }
    default:
      return entry satisfies never;
  }
};

const text = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};

const decodePut = (body: Uint8Array, view: DataView, seq: number): Entry | undefined => {
  if (body.length < 11) return undefined;
  const keyEnd = 11 + view.getUint8(9);
  const classEnd = keyEnd + view.getUint8(10);
  if (classEnd > body.length) return undefined;
  const key = text(body.subarray(11, keyEnd));
  const className = text(body.subarray(keyEnd, classEnd));
  if (key === undefined || className === undefined) return undefined;
  return { kind: 'put', seq, key, className, payload: body.subarray(classEnd) };
};

/** @returns undefined when the body says nothing known. A payload is a view into the body. */
export const decodeEntry = (body: Uint8Array): Entry | undefined => {
  if (body.length < 9) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const number = view.getUint32(1) * WORD + view.getUint32(5);
  if (!Number.isSafeInteger(number)) return undefined;
  switch (view.getUint8(0)) {
    case KIND_BYTES.start:
      if (body.length !== 21) return undefined;
      return { kind: 'start', nextSeq: number, nonce: view.getBigUint64(9), incarnation: view.getUint32(17) };
    case KIND_BYTES.put:
      return decodePut(body, view, number);
    case KIND_BYTES.kill: {
      const key = text(body.subarray(9));
      return key === undefined ? undefined : { kind: 'kill', seq: number, key };
    }
    default:
      return undefined;
  }
};
