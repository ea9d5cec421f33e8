/**
 * Port 78: a flags byte and a body.
 *
 * | flags | body |
 * |---|---|
 * | 0xFF | TAKPacketV2 as it is |
 * | else | bits 0-5: number of the dictionary, bits 6-7: version, ignored; a zstd frame, without its magic in generation B |
 */
import { MAX_FRAME_BYTES, MAX_PACKET_BYTES } from '../limits.ts';
import { decodePacket } from '../packet/bytes/decode.ts';
import { encodePacket, takeBytes } from '../packet/bytes/encode.ts';
import type { Packet } from '../packet/payload.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { createDictionaryShelf } from '../wire/dictionary-shelf.ts';
import type { DictionaryShelf } from '../wire/dictionary-shelf.ts';
import { dictionaryUse, generationOf, useFor } from '../wire/dictionary.ts';
import type { Dictionary, Generation } from '../wire/dictionary.ts';
import { hasWireTypes, implausible } from '../wire/packet-faults.ts';
import { isFrameHeader, readZstdFrame } from '../wire/zstd-frame.ts';
import type { Zstd } from '../wire/zstd.ts';

const RAW = 0xff;
const FLAGS_BYTES = 1;
const DICTIONARY_MASK = 0x3f;
const VERSION_SHIFT = 6;
const MIN_FRAME_BYTES = 2;
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd] as const;
const MAGIC_BYTES = ZSTD_MAGIC.length;

/** How a frame is, or shall be, compressed. */
type WireForm = 'raw' | Generation;

interface DecodedFrame {
  readonly ok: true;
  readonly packet: Packet;
  /** The packet as it was serialised by its sender. */
  readonly packetBytes: Uint8Array;
  readonly generation: WireForm;
  /** Number of the dictionary; undefined when raw. */
  readonly dictionary: number | undefined;
  /** Bits 6 and 7 of the flags, 0 to 3: every sender writes 0, so others are worth counting. */
  readonly versionBits: number;
}

interface EncodedFrame {
  readonly ok: true;
  readonly frame: Uint8Array;
  readonly generation: WireForm;
  readonly dictionary: number | undefined;
  readonly packetBytes: Uint8Array;
}

export interface SendPolicy {
  /** `auto`: generation B when it is there, raw otherwise. */
  readonly form: 'auto' | WireForm;
  /** Of the frame with its flags; 225 when left out. */
  readonly maxFrameBytes?: number;
}

export interface V2Wire {
  /** Whether frames of this form can be written and read. */
  can(form: WireForm): boolean;
  /**
   * Refused: `garbled` (shorter than 2 bytes, a dictionary number that does not exist, no zstd frame or more than one, no
   * protobuf, text that is no UTF-8, values that no sender writes), `too_large` (more than 4096 bytes inflated, or a window
   * of more than 8 MiB), `dictionary_missing` (not installed, another one, or nothing here that inflates).
   */
  decode(frame: Uint8Array): DecodedFrame | Refused;
  /**
   * Raw whenever that is not larger. The bytes are the caller's own, but part of larger memory. Refused: `too_large` ("n of 225 bytes"), `dictionary_missing` (of the form that
   * the policy names).
   */
  encode(packet: Packet, policy: SendPolicy): EncodedFrame | Refused;
}

export interface WireParts {
  /** Without it nothing is inflated and everything is sent raw. */
  readonly zstd?: Zstd | undefined;
  readonly dictionaries: readonly Dictionary[];
}

export const createV2Wire = ({ zstd, dictionaries }: WireParts): V2Wire => {
  const shelf = createDictionaryShelf(zstd, dictionaries);
  return {
    can: (form) => form === 'raw' || shelf.has(form),
    decode: (frame) => decode(shelf, frame),
    encode: (packet, policy) => encode(shelf, packet, policy),
  };
};

const decode = (shelf: DictionaryShelf, frame: Uint8Array): DecodedFrame | Refused => {
  const flags = frame[0] ?? 0;
  if (frame.length < MIN_FRAME_BYTES) return refuse('garbled', `frame of ${frame.length} bytes`);
  return flags === RAW ? decodeRaw(frame) : decodeCompressed(shelf, frame, flags);
};

const decodeRaw = (frame: Uint8Array): DecodedFrame | Refused => {
  const packetBytes = frame.subarray(1);
  if (packetBytes.length > MAX_PACKET_BYTES) {
    return refuse('too_large', `${packetBytes.length} of ${MAX_PACKET_BYTES} bytes`);
  }
  const packet = parsePacket(packetBytes);
  return packet === undefined
    ? refuse('garbled', 'no TAKPacketV2 after the flags byte 0xFF')
    : { ok: true, packet, packetBytes, generation: 'raw', dictionary: undefined, versionBits: 0 };
};

const decodeCompressed = (shelf: DictionaryShelf, frame: Uint8Array, flags: number): DecodedFrame | Refused => {
  const number = flags & DICTIONARY_MASK;
  const hasMagic = startsWithMagic(frame);
  const generation = generationOf(number, hasMagic);
  if (generation === undefined) return refuse('garbled', `dictionary number ${number}`);
  if (!hasMagic && (generation === 'c' || !isFrameHeader(frame[1] ?? 0))) return refuse('garbled', 'no zstd frame');
  const named = { generation, number, use: dictionaryUse(number) };
  const header = readZstdFrame(frame, hasMagic ? 1 + MAGIC_BYTES : 1);
  // What needs a dictionary that is not here says so, whatever else it is: that is what its owner can change.
  if (!header.ok) return shelf.missing(named) ?? header;
  const inflated = shelf.inflate(hasMagic ? frame.subarray(1) : withMagic(frame), named, header.dictionaryId);
  if (!inflated.ok) return inflated;
  const packet = parsePacket(inflated.bytes);
  if (packet === undefined) return refuse('garbled', 'what was inflated is no TAKPacketV2');
  const fault = implausible(packet);
  if (fault !== undefined) return refuse('garbled', `damaged, or compressed with another dictionary: ${fault}`);
  const versionBits = flags >> VERSION_SHIFT;
  return { ok: true, packet, packetBytes: inflated.bytes, generation, dictionary: number, versionBits };
};

const parsePacket = (bytes: Uint8Array): Packet | undefined => (hasWireTypes(bytes) ? decodePacket(bytes) : undefined);

const startsWithMagic = (frame: Uint8Array): boolean =>
  ZSTD_MAGIC[0] === frame[1] && ZSTD_MAGIC[1] === frame[2] && ZSTD_MAGIC[2] === frame[3] && ZSTD_MAGIC[3] === frame[4];

const withMagic = (frame: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(MAGIC_BYTES + frame.length - 1);
  whole.set(ZSTD_MAGIC);
  whole.set(frame.subarray(1), MAGIC_BYTES);
  return whole;
};

const encode = (
  shelf: DictionaryShelf,
  packet: Packet,
  { form, maxFrameBytes = MAX_FRAME_BYTES }: SendPolicy,
): EncodedFrame | Refused => {
  const whole = encodePacket(packet, FLAGS_BYTES);
  const packetBytes = whole.subarray(FLAGS_BYTES);
  if (packetBytes.length > MAX_PACKET_BYTES) {
    return refuse('too_large', `${packetBytes.length} of ${MAX_PACKET_BYTES} bytes before compression`);
  }
  const wanted = form === 'auto' ? (shelf.has('b') ? 'b' : 'raw') : form;
  const encoded =
    wanted === 'raw'
      ? encodeRaw(whole, packetBytes)
      : encodeCompressed(shelf, wanted, useFor(packet), whole, packetBytes);
  if (!encoded.ok || encoded.frame.length <= maxFrameBytes) return encoded;
  return refuse('too_large', `${encoded.frame.length} of ${maxFrameBytes} bytes`);
};

/** @param whole the packet behind room for the flags */
const encodeRaw = (whole: Uint8Array, packetBytes: Uint8Array): EncodedFrame => {
  whole[0] = RAW;
  return { ok: true, frame: whole, generation: 'raw', dictionary: undefined, packetBytes };
};

const encodeCompressed = (
  shelf: DictionaryShelf,
  generation: Generation,
  use: Dictionary['use'],
  whole: Uint8Array,
  packetBytes: Uint8Array,
): EncodedFrame | Refused => {
  const deflated = shelf.deflate(generation, use, packetBytes);
  if (!deflated.ok) return deflated;
  const { number, frame: compressed } = deflated;
  const body = generation === 'b' ? compressed.subarray(MAGIC_BYTES) : compressed;
  if (packetBytes.length <= body.length) return encodeRaw(whole, packetBytes);
  const frame = takeBytes(FLAGS_BYTES + body.length);
  frame[0] = number;
  frame.set(body, FLAGS_BYTES);
  return { ok: true, frame, generation, dictionary: number, packetBytes };
};
