/**
 * Records in a file, so that a cut or damaged file still gives up every intact one.
 *
 *     | c7 0b | check u16 | length u32 | crc u32 | body |      big endian
 *
 * `check` is the low half of the CRC-32 of `length`, `crc` the CRC-32 of `length` and `body`. A sound length says where
 * the next record starts even when the body is broken: a body that holds the bytes of a record is never read as one.
 */
import { crc32 } from 'node:zlib';

const MAGIC = 0xc70b;
const MAGIC_FIRST_BYTE = MAGIC >> 8;
/** Bytes of a record before its body. */
export const RECORD_HEADER_BYTES = 12;
/** Longest body: far above a CoT event, far below a segment; a length that says more is damage. */
export const MAX_BODY_BYTES = 256 * 1024;

interface FoundRecord {
  readonly offset: number;
  /** A view into the scanned bytes. */
  readonly body: Uint8Array;
}

export interface Scan {
  readonly records: readonly FoundRecord[];
  /** Where the last intact record ends. */
  readonly validBytes: number;
  /** `torn`: nothing intact follows what is broken; `damaged`: something intact does. */
  readonly fault: 'torn' | 'damaged' | undefined;
  /** Broken stretches with an intact record behind them. */
  readonly gaps: number;
}

/** @throws RangeError when the body is longer than MAX_BODY_BYTES: the caller has to ask first. */
export const encodeRecord = (body: Uint8Array): Uint8Array => {
  if (body.length > MAX_BODY_BYTES) throw new RangeError(`record body of ${body.length} bytes`);
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, MAGIC);
  view.setUint32(4, body.length);
  const lengthCrc = crc32(bytes.subarray(4, 8));
  view.setUint16(2, lengthCrc & 0xffff);
  view.setUint32(8, crc32(body, lengthCrc));
  bytes.set(body, RECORD_HEADER_BYTES);
  return bytes;
};

/** What stands at an offset: where the record there ends, if its length is sound, and its body, if that is. */
interface Found {
  readonly end: number;
  readonly body: Uint8Array | undefined;
}

const readRecord = (bytes: Uint8Array, view: DataView, at: number): Found | undefined => {
  if (at + RECORD_HEADER_BYTES > bytes.length || view.getUint16(at) !== MAGIC) return undefined;
  const length = view.getUint32(at + 4);
  const lengthCrc = crc32(bytes.subarray(at + 4, at + 8));
  if (length > MAX_BODY_BYTES || (lengthCrc & 0xffff) !== view.getUint16(at + 2)) return undefined;
  const start = at + RECORD_HEADER_BYTES;
  const end = start + length;
  const body = end <= bytes.length ? bytes.subarray(start, end) : undefined;
  return { end, body: body !== undefined && crc32(body, lengthCrc) === view.getUint32(at + 8) ? body : undefined };
};

/** Finds the intact records of any bytes, in order. Never throws; reads every byte at most a few times. */
export const scanRecords = (bytes: Uint8Array): Scan => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: FoundRecord[] = [];
  let validBytes = 0;
  let gaps = 0;
  for (let at = 0; at < bytes.length;) {
    const found = readRecord(bytes, view, at);
    if (found === undefined) {
      const next = bytes.indexOf(MAGIC_FIRST_BYTE, at + 1);
      at = next < 0 ? bytes.length : next;
    } else {
      if (found.body !== undefined) {
        if (at !== validBytes) gaps += 1;
        records.push({ offset: at, body: found.body });
        validBytes = found.end;
      }
      at = found.end;
    }
  }
  const torn = validBytes < bytes.length ? 'torn' : undefined;
  return { records, validBytes, fault: gaps > 0 ? 'damaged' : torn, gaps };
};
