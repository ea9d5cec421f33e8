/**
 * A packet into a frame that fits: texts within the protocol's limits, nothing that no receiver draws, and, if it is
 * still too large, ever less of it. Fields of the packet change, never its XML.
 */
import { buildElements } from '../cot/element.ts';
import type { EventTree } from '../cot/event-tree.ts';
import { utf8Bytes } from '../cot/utf8.ts';
import type { SendPolicy, V2Wire } from '../frame/v2-frame.ts';
import { MAX_FRAME_BYTES, MAX_RAW_DETAIL_BYTES, MIN_STATIC_STALE_SECONDS } from '../limits.ts';
import { cotTypeText } from '../packet/cot-type.ts';
import { modelledPacket, packetOfTree } from '../packet/packet.ts';
import { needsRawDetail } from '../packet/payload-choice.ts';
import type { Packet } from '../packet/payload.ts';
import { PROFILE_B } from '../packet/profile.ts';
import type { PacketProfile } from '../packet/profile.ts';
import { parseStaleSeconds } from '../packet/stale.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { LADDER } from './ladder.ts';
import type { Rung } from './ladder.ts';
import { STRIP_PARTS, stripDetail, stripPacket } from './strip.ts';
import type { StripPart } from './strip.ts';
import { cutTexts } from './text-limits.ts';

export interface FitOptions {
  readonly wire: Pick<V2Wire, 'encode'>;
  /** `maxFrameBytes` of it is what the frame, flags included, shall fit into: 225 when left out. */
  readonly policy: SendPolicy;
  /** What is left out before anything is measured; `STRIP_PARTS` when left out. */
  readonly strip?: readonly StripPart[];
}

type EncodedFrame = Extract<ReturnType<V2Wire['encode']>, { ok: true }>;

export interface FittedFrame extends EncodedFrame {
  /** As it was sent. */
  readonly packet: Packet;
  /** What was left out, cut and given up, in this order and in words for people. */
  readonly stripped: readonly string[];
  /** The last rung of the ladder that was needed; undefined when none was. */
  readonly rung: string | undefined;
}

interface TooLarge extends Refused {
  /** Of a frame, the least that was reached; infinite when the packet is too large to be compressed at all. */
  readonly leastBytes: number;
}

/**
 * Refused: `too_large` ("n of 225 bytes", n being the least that was reached), `dictionary_missing` (of the form that the
 * policy names).
 */
export const fitPacket = (packet: Packet, { wire, policy, strip }: FitOptions): FittedFrame | Refused | TooLarge => {
  const { form, maxFrameBytes = MAX_FRAME_BYTES } = policy;
  const unbounded: SendPolicy = { form, maxFrameBytes: Number.POSITIVE_INFINITY };
  const lean = leanPacket(packet, strip);
  let current = lean.packet;
  let encoded = wire.encode(current, unbounded);
  let least = tooLarge(encoded, maxFrameBytes);
  const given: Rung[] = [];
  for (const rung of least === undefined ? [] : LADDER) {
    const next = rung.apply(current);
    if (next === current) continue;
    current = next;
    // Of rungs that take ever more of the same the last one says it.
    if (given.at(-1)?.name === rung.name) given.pop();
    given.push(rung);
    encoded = wire.encode(current, unbounded);
    least = smaller(tooLarge(encoded, maxFrameBytes), least);
    if (least === undefined) break;
  }
  if (least !== undefined) return least;
  return encoded.ok ? withLosses(encoded, current, lean.stripped, given) : encoded;
};

/** What every packet is made before it is measured: texts within their limits, nothing that no receiver draws. */
export const leanPacket = (
  packet: Packet,
  strip?: readonly StripPart[],
): { readonly packet: Packet; readonly stripped: readonly string[] } => {
  const lean = stripPacket(floorStale(packet), strip);
  const cut = cutTexts(lean.packet);
  return { packet: cut.packet, stripped: cut.notes.length === 0 ? lean.stripped : [...lean.stripped, ...cut.notes] };
};

// Field by field: spreading them takes longer than encoding.
const withLosses = (
  { ok, frame, generation, dictionary, packetBytes }: EncodedFrame,
  packet: Packet,
  before: readonly string[],
  given: readonly Rung[],
): FittedFrame => {
  const stripped = [...before];
  for (const { words } of given) stripped.push(words);
  return { ok, frame, generation, dictionary, packetBytes, packet, stripped, rung: given.at(-1)?.name };
};

/** Undefined when there is nothing to gain: it fits, or is refused for another reason. */
const tooLarge = (encoded: EncodedFrame | Refused, maxFrameBytes: number): TooLarge | undefined => {
  if (!encoded.ok) {
    return encoded.reason === 'too_large' ? { ...encoded, leastBytes: Number.POSITIVE_INFINITY } : undefined;
  }
  const bytes = encoded.frame.length;
  if (bytes <= maxFrameBytes) return undefined;
  return { ...refuse('too_large', `${bytes} of ${maxFrameBytes} bytes`), leastBytes: bytes };
};

/** Of two failures the nearer one; none when there is none. */
const smaller = (one: TooLarge | undefined, other: TooLarge | undefined): TooLarge | undefined =>
  one === undefined || other === undefined || one.leastBytes <= other.leastBytes ? one : other;

/**
 * As `fitPacket`, for an event. A detail that travels as it is and does not fit is sent in the fields that the model has
 * for it instead, but for a delete, which would delete nothing. Also refused: `impossible` (a type that receivers refuse).
 *
 * @param profile generation B of the schema, or A where the policy names it, when left out
 */
export const fitEvent = (
  tree: EventTree,
  options: FitOptions,
  profile: PacketProfile = options.policy.form === 'a' ? OWN_A : PROFILE_B,
): FittedFrame | Refused => {
  // A detail may travel as it is only up to a size, so it is made lean before.
  const lean = needsRawDetail(tree, profile) ? stripDetail(tree.detail, options.strip ?? STRIP_PARTS) : undefined;
  const parsed = packetOfTree(lean === undefined ? tree : { ...tree, detail: lean.detail }, profile);
  if (!parsed.ok) return parsed;
  const isRaw = parsed.packet.payloadVariant.case === 'rawDetail';
  const first = fitPacket(parsed.packet, options);
  if (first.ok) {
    const isLost = !isRaw && lean !== undefined && utf8Bytes(buildElements(lean.detail)) > MAX_RAW_DETAIL_BYTES;
    return isLost ? withoutDetail(first) : withStripped(first, lean?.stripped ?? []);
  }
  const modelled = isRaw && 'leastBytes' in first ? modelledPacket(tree, profile) : undefined;
  if (modelled === undefined) return first;
  const second = fitPacket(modelled, options);
  if (second.ok) return withoutDetail(second);
  return 'leastBytes' in first && 'leastBytes' in second ? (smaller(first, second) ?? first) : second;
};

/** The smaller fields of our own, in the schema of generation A. */
export const OWN_A: PacketProfile = { schema: 'a', asSdk: false };

/** What a detail has that the model has no field for. */
const UNMODELLED = 'details without a field';

const withoutDetail = (fitted: FittedFrame): FittedFrame => ({
  ...withStripped(fitted, [UNMODELLED]),
  rung: fitted.rung ?? UNMODELLED,
});

const withStripped = (fitted: FittedFrame, before: readonly string[]): FittedFrame =>
  before.length === 0 ? fitted : { ...fitted, stripped: [...before, ...fitted.stripped] };

/** What stands still holds at least a quarter of an hour: a mesh delivers slower than some clients let it live. */
const floorStale = (packet: Packet): Packet => {
  if (packet.staleSeconds >= MIN_STATIC_STALE_SECONDS) return packet;
  const type = cotTypeText(packet.cotTypeId) || packet.cotTypeStr;
  const times = { type, timeMs: 0, staleMs: 0, staleAfterMs: packet.staleSeconds * 1000 };
  const staleSeconds = parseStaleSeconds(times, PROFILE_B);
  return staleSeconds === packet.staleSeconds ? packet : { ...packet, staleSeconds };
};
