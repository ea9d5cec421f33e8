/** TAKPacketV2 ↔ the payload of port 78, as the TAKPacket-SDK offers it. */
import { createV2Wire } from '../frame/v2-frame.ts';
import type { SendPolicy, V2Wire, WireParts } from '../frame/v2-frame.ts';
import { MAX_FRAME_BYTES } from '../limits.ts';
import { dictionaryUse } from '../wire/dictionary.ts';
import { orThrow } from './codec-error.ts';
import { forSchema, packetOfTakPacket, takPacketOf, withLists } from './tak-packet.ts';
import type { TakPacket, TakPacketInit } from './tak-packet.ts';

export interface CompressorParts extends Partial<WireParts> {
  /** How packets are written; when left out generation B, else A, whichever's dictionaries are there, else raw. */
  readonly form?: SendPolicy['form'];
}

export interface CompressionStats {
  /** Bytes of the packet before compression. */
  readonly protobufSize: number;
  /** Bytes of the payload, its flags byte counted. */
  readonly compressedSize: number;
  /** The flags byte: the number of the dictionary, 255 for none. */
  readonly dictId: number;
  readonly dictName: 'non-aircraft' | 'aircraft' | 'uncompressed';
  readonly wirePayload: Uint8Array;
}

/**
 * Without `zstd` and dictionaries it writes and reads uncompressed payloads only, which every receiver understands, and a
 * compressed one is refused as `dictionary_missing`.
 *
 * What cannot be done rejects with a `CodecError`. `decompress`: `garbled`, `too_large` (more than 4096 bytes), `dictionary_missing`.
 * `compress…`: `too_large` (a packet of more than 4096 bytes), `dictionary_missing` (of the form that was asked for).
 */
export class TakCompressor {
  readonly #wire: V2Wire;
  readonly #policy: SendPolicy;

  constructor({ zstd, dictionaries = [], form }: CompressorParts = {}) {
    this.#wire = createV2Wire({ zstd, dictionaries });
    // What is too large for the air is the caller's to see.
    this.#policy = { form: form ?? bestForm(this.#wire), maxFrameBytes: Number.POSITIVE_INFINITY };
  }

  /** The payload, however long: an app keeps to 225 bytes. */
  async compress(packet: TakPacketInit): Promise<Uint8Array> {
    return this.#encode(packet).frame;
  }

  /** The payload, without the remarks if it needs that to fit into `maxWireBytes`; null when that does not help. */
  async compressWithRemarksFallback(
    packet: TakPacketInit,
    maxWireBytes: number = MAX_FRAME_BYTES,
  ): Promise<Uint8Array | null> {
    const whole = this.#encode(packet).frame;
    if (whole.length <= maxWireBytes) return whole;
    if (packet.remarks === undefined || packet.remarks === '') return null;
    const bare = this.#encode({ ...packet, remarks: '' }).frame;
    return bare.length <= maxWireBytes ? bare : null;
  }

  /** The payload and what became of it. */
  async compressWithStats(packet: TakPacketInit): Promise<CompressionStats> {
    const { frame, packetBytes, dictionary } = this.#encode(packet);
    return {
      protobufSize: packetBytes.length,
      compressedSize: frame.length,
      dictId: dictionary ?? RAW,
      dictName: dictionary === undefined ? 'uncompressed' : useNames[dictionaryUse(dictionary)],
      wirePayload: frame,
    };
  }

  /** The packet of a payload of any generation. */
  async decompress(wirePayload: Uint8Array): Promise<TakPacket> {
    return takPacketOf(withLists(orThrow(this.#wire.decode(wirePayload)).packet));
  }

  #encode(init: TakPacketInit) {
    const packet = forSchema(packetOfTakPacket(init), this.#policy.form === 'a' ? 'a' : 'b');
    const encoded = orThrow(this.#wire.encode(packet, this.#policy));
    // Callers may look at the buffer behind it.
    return { ...encoded, frame: encoded.frame.slice() };
  }
}

const RAW = 0xff;
const useNames = { general: 'non-aircraft', air: 'aircraft' } as const;

const bestForm = (wire: V2Wire): SendPolicy['form'] => {
  if (wire.can('b')) return 'b';
  return wire.can('a') ? 'a' : 'raw';
};
