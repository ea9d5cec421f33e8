/** What must hold of everything that comes out, whatever went in. */
import { isDeepStrictEqual } from 'node:util';
import { create, toBinary } from '@bufbuild/protobuf';
import { CotEventSchema, Dialect, FrameHeardSchema, FrameSchema, meshtastic, reasonNames } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import { buildEventXml } from '../../cot/build-event.ts';
import { contentHash } from '../../cot/content-hash.ts';
import { parseEventXml } from '../../cot/parse-event.ts';
import { stampEvent } from '../../cot/stamp.ts';
import type { SendAs } from '../../encode-event.ts';
import { MAX_FRAME_BYTES, MAX_REFUSAL_CHARACTERS, MAX_UID_CHARACTERS } from '../../limits.ts';
import type { Refused } from '../../result.ts';
import { NOON_MS, sampleNode } from '../../testing/samples.ts';
import { decodeFrame, encodeEvent, wire } from './codec.ts';
import type { Random } from './random.ts';

/** A promise of the codec that it did not keep. */
export class Broken extends Error {
  readonly code = 'broken';
}

const must = (holds: boolean, promise: () => string): void => {
  if (!holds) throw new Broken(promise());
};

/** How an input ended: `event`, or the reason. */
export type Outcome = string;

const PRINTABLE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u;

export const settledRefusal = ({ reason, detail }: Refused): Outcome => {
  must(reasonNames.includes(reason), () => `the reason ${reason} is not listed`);
  must(detail.length <= MAX_REFUSAL_CHARACTERS && PRINTABLE.test(detail), () => `the detail ${JSON.stringify(detail)}`);
  return reason;
};

/** What XML or its receivers keep from anybody: types that are not drawn, names that the sender left blank. */
const KNOWN = /are never drawn|callsign is blank|says unknown otherwise|There is no team/;

/** What a detail that travels as it is, or a whole event that does, has from its sender; readers can skip it. */
const OF_SENDER =
  /^The (?:course|speed|battery|callsign|endpoint|type|stale|how) |^There is no team|^It is stale when it starts|^It is larger than/;

/**
 * An event of a frame: every receiver of CoT reads it.
 * @param isOwn its detail is of our making; else it is the sender's
 */
export const settledEvent = (event: CotEvent, isOwn: boolean): Outcome => {
  const xml = buildEventXml(stampEvent(event, NOON_MS));
  const faults = cotFaults(xml).filter((fault) => !KNOWN.test(fault) && (isOwn || !OF_SENDER.test(fault)));
  must(faults.length === 0, () => `${faults.join(' ')} ${xml}`);
  must(toBinary(CotEventSchema, event).length > 0, () => 'no message of the bus');
  must(event.uid !== '' && event.uid.length <= MAX_UID_CHARACTERS, () => `the uid ${JSON.stringify(event.uid)}`);
  settledXml(xml);
  return 'event';
};

/** XML of our own: it is read, and what was read is written so that it is read the same. */
export const settledXml = (xml: string): void => {
  const { event } = readOwn(xml);
  const again = readOwn(buildEventXml(event));
  must(isDeepStrictEqual(again.event, event), () => `written otherwise: ${buildEventXml(event)} ${xml}`);
  must(/^[0-9a-f]{16}$/.test(contentHash(event)), () => `the content hash ${contentHash(event)}`);
};

const readOwn = (xml: string) => {
  const parsed = parseEventXml(xml);
  if (!parsed.ok) throw new Broken(`${parsed.reason}: ${parsed.detail} ${xml}`);
  return parsed;
};

const forms: readonly SendAs['form'][] = ['raw', 'auto', ...(['a', 'c'] as const).filter((form) => wire.can(form))];
const sends: readonly SendAs[] = [
  ...[...forms, ...forms].map((form) => ({ dialect: Dialect.V2, form })),
  { dialect: Dialect.V1, form: 'raw' },
  { dialect: Dialect.FORWARDER, form: 'raw' },
  { dialect: Dialect.BOTH, form: 'auto' },
];

export const randomSend = (random: Random): SendAs => random.pick(sends);

/** What firmware takes at most; fragments for the phone app on iOS are longer than what the others keep to. */
const MAX_FRAGMENT_BYTES = 233;
const limits: ReadonlyMap<number, number> = new Map([[meshtastic.PortNum.ATAK_FORWARDER, MAX_FRAGMENT_BYTES]]);

/** An event with absolute times, sent: frames that fit, and receivers read. */
export const settledSend = (event: CotEvent, as: SendAs): Outcome => {
  const sent = encodeEvent(event, as);
  if (!sent.ok) return settledRefusal(sent);
  must(sent.frames.length > 0, () => 'no frame at all');
  must(
    sent.stripped.every((words) => PRINTABLE.test(words)),
    () => `stripped ${JSON.stringify(sent.stripped)}`,
  );
  for (const frame of sent.frames) {
    const { port, payload } = frame;
    must(toBinary(FrameSchema, frame).length > 0, () => 'no message of the bus');
    const most = limits.get(port) ?? MAX_FRAME_BYTES;
    must(payload.length <= most, () => `${payload.length} of ${most} bytes on port ${port}`);
    const heard = decodeFrame(create(FrameHeardSchema, { port, payload, from: 1, sender: sampleNode({ num: 1 }) }));
    if (heard.ok) settledEvent(heard.event, isModelled(port, payload));
    else if (!isFragment(heard)) throw new Broken(`what was sent on port ${port} is ${heard.reason}: ${heard.detail}`);
  }
  return 'sent';
};

/** True when the detail is made of fields, not as it was sent. */
export const isModelled = (port: number, payload: Uint8Array): boolean => {
  if (port !== meshtastic.PortNum.ATAK_PLUGIN_V2) return port !== meshtastic.PortNum.ATAK_FORWARDER;
  const decoded = wire.decode(payload);
  return decoded.ok && decoded.packet.payloadVariant.case !== 'rawDetail';
};

const isFragment = ({ reason }: Refused): boolean => reason === 'incomplete';

/**
 * Twice the same: nothing is left over from one input for the next. Of a damaged zstd frame the engine finds one fault or
 * another first, by whether it has just used the dictionary.
 */
export const settledTwice = <T extends { readonly ok: true } | Refused>(once: () => T): T => {
  const first = once();
  const second = once();
  const isSame = first.ok || second.ok ? isDeepStrictEqual(second, first) : kindOf(first) === kindOf(second);
  must(isSame, () => `the second time it is something else: ${first.ok ? 'event' : first.detail}`);
  return first;
};

const kindOf = ({ reason, detail }: Refused): string => (/inflate/.test(detail) ? 'inflate' : `${reason} ${detail}`);
