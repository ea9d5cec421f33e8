/**
 * What else was and is sent on port 257, by programs that do not agree with one another. It is recognised, so that the
 * outcome names it, and never read.
 */
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';

/** A marker, a nonce and a tag are around every encrypted message. */
const MIN_ENCRYPTED_BYTES = 1 + 12 + 16 + 1;

const latin1 = (payload: Uint8Array, bytes: number): string => String.fromCharCode(...payload.subarray(0, bytes));

/** One that starts unlike any message or fragment; undefined for all else. Refused: `unsupported`, `unreadable`, `not_for_tak`. */
export const refuseOtherFormat = (payload: Uint8Array): Refused | undefined => {
  const text = latin1(payload, 32);
  const [first = 0, second = 0, third = 0] = payload;
  if (first === 0xc2) return refuse('unsupported', 'voice of the ATAK plugin');
  if (first === 0xee && payload.length >= MIN_ENCRYPTED_BYTES) {
    return refuse('unreadable', 'encrypted by the ATAK plugin with a key of its own');
  }
  if (text === 'MFT') return refuse('not_for_tak', 'the ATAK plugin says that it received a file');
  if (text === 'SWT') return refuse('not_for_tak', 'an ATAK plugin 1.0 asks to change the modem preset');
  if (text === 'END') return refuse('unsupported', 'the end of a message in pieces, of an ATAK plugin before 1.1');
  if (/^CHK_\d+_\d+$/.test(text)) return refuse('unsupported', 'the head of a message in pieces of pluginmeshtastic');
  if (/^CHK_\d+_/.test(text)) return refuse('unsupported', 'a piece of a message of ATAK plugin 1.0');
  if (/^\d{1,3}_/.test(text)) return refuse('unsupported', 'a piece of a message of pluginmeshtastic');
  if (text.startsWith('ATAKBCAST')) return refuse('unsupported', 'a discovery of atak-forwarder');
  const [index, count] = [first >>> 4, first & 0x0f];
  if (index < count && second === 0x1f && third === 0x8b) {
    return refuse('unsupported', `piece ${index + 1} of ${count} of atak-forwarder`);
  }
  return undefined;
};

/** What may stand in a message that could not be read in any other way. */
export const isEfficientXml = (body: Uint8Array): boolean =>
  latin1(body, 4) === '$EXI' || body[0] === 0x80 || body[0] === 0xa0;
