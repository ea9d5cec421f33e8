/**
 * What a direct message carries, and what a transfer is when it is whole: a type byte (the ATAK plugin leaves it out of
 * direct messages) and compressed XML.
 */
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import type { CotEvent } from '@cotbus/contracts';
import { buildEventXml } from '../cot/build-event.ts';
import { isControl } from '../cot/kind.ts';
import { parseEventXml } from '../cot/parse-event.ts';
import { MAX_INFLATED_BYTES } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { isEfficientXml } from './other-formats.ts';
import { deflateZlib, inflateRaw, inflateZlib, isZlib } from './zlib.ts';

/** The type byte; the plugin takes the digits `0` and `1` as well. */
export const COT_TYPE = 0x00;
const COT_TYPES: readonly (number | undefined)[] = [COT_TYPE, 0x30];
const FILE_TYPES: readonly (number | undefined)[] = [0x01, 0x31];

const TOO_LARGE = refuse('too_large', `more than ${MAX_INFLATED_BYTES} bytes of XML`);

/**
 * With or without a type byte; zlib, deflate or plain XML. Refused: `garbled`, `impossible` and `too_large` as parseEventXml
 * does, `too_large` also for more than MAX_INFLATED_BYTES, `unsupported` (a file, EXI), `not_for_tak` (what clients and
 * servers say about their connection).
 */
export const decodeMessage = (message: Uint8Array): { readonly ok: true; readonly event: CotEvent } | Refused => {
  const text = COT_TYPES.includes(message[0])
    ? // A deflate stream may start with the same byte.
      (readText(message.subarray(1)) ?? readText(message))
    : readText(message);
  if (text === undefined) return refuseUnread(message);
  if (typeof text !== 'string') return text;
  const parsed = parseEventXml(text);
  return parsed.ok && isControl(parsed.event.type)
    ? refuse('not_for_tak', `${parsed.event.type} belongs to a TAK connection`)
    : parsed;
};

const refuseUnread = (message: Uint8Array): Refused => {
  if (FILE_TYPES.includes(message[0])) return refuse('unsupported', `a file of ${message.length - 1} bytes`);
  const body = COT_TYPES.includes(message[0]) ? message.subarray(1) : message;
  if (isZlib(body)) return refuse('garbled', `a damaged zlib stream of ${body.length} bytes`);
  return isEfficientXml(body)
    ? refuse('unsupported', 'perhaps EXI, as ATAK plugins before 1.1.31 send it')
    : refuse('garbled', `${message.length} bytes that are neither zlib nor deflate nor XML`);
};

/** Undefined when it is none of the three. */
const readText = (body: Uint8Array): string | Refused | undefined => {
  for (const inflate of [inflateZlib, inflateRaw]) {
    const inflated = inflate(body);
    if (!inflated.ok && inflated.fault === 'too_large') return TOO_LARGE;
    const text = inflated.ok ? xmlText(inflated.bytes) : undefined;
    if (text !== undefined) return text;
  }
  return xmlText(body);
};

const xmlText = (bytes: Uint8Array): string | undefined => {
  const text = decodeUtf8(bytes)?.trim();
  return text?.startsWith('<') === true ? text : undefined;
};

const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return getTextEncoding().decodeUtf8(bytes, true);
  } catch {
    return undefined;
  }
};

/** zlib of the event's XML. Refused as `too_large`: more XML than a receiver like this one takes. */
export const encodeBody = (
  event: CotEvent,
): { readonly ok: true; readonly body: Uint8Array; readonly xmlBytes: number } | Refused => {
  const xml = getTextEncoding().encodeUtf8(buildEventXml(event));
  return xml.length > MAX_INFLATED_BYTES ? TOO_LARGE : { ok: true, body: deflateZlib(xml), xmlBytes: xml.length };
};
