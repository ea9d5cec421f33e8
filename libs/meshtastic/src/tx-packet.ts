/** The packet around a frame that is to be sent, and its id. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import type { Frame } from '@cotbus/contracts';
import { dataOfFrame } from './frame-data.ts';

/** Hops of a radio that names none: the firmware's own default. */
const DEFAULT_HOPS = 3;
/** Three bits on the air. The firmware takes more for a mistake and sends 3. */
const MAX_HOPS = 7;
/** Ids kept apart: a radio silently drops what repeats one of its last 20, a mesh what repeats one of the last minutes. */
const RECENT_IDS = 4096;

export interface TxPacketOptions {
  /** From createPacketIds; a new one for every try: an id is part of the nonce that encrypts the packet. */
  readonly id: number;
  /** Index on the radio, 0..7, not the hash. */
  readonly channel: number;
  /** Config.LoRaConfig.hop_limit; 0 = not set. */
  readonly hopLimit: number;
  /** Of this packet, 0..7: 0 reaches direct neighbours only. Undefined: as the radio is set. */
  readonly hops?: number | undefined;
  /** In the queue of the radio; left out: as the firmware thinks. */
  readonly priority?: meshtastic.MeshPacket_Priority;
}

/** What to write for the radio's own setting: 0 would be taken literally, more than 7 for a mistake. */
export const hopLimitOf = (hopLimit: number): number => Math.min(hopLimit === 0 ? DEFAULT_HOPS : hopLimit, MAX_HOPS);

/**
 * The packet for the radio. `from` and what the radio fills in itself stay empty; the hop limit does only where that is
 * wanted, since the firmware takes 0 literally: direct neighbours only.
 */
export const txPacket = (
  frame: Frame,
  { id, channel, hopLimit, hops, priority = 0 }: TxPacketOptions,
): meshtastic.MeshPacket =>
  create(meshtastic.MeshPacketSchema, {
    to: frame.to,
    channel,
    id,
    hopLimit: hops === undefined ? hopLimitOf(hopLimit) : Math.min(hops, MAX_HOPS),
    priority,
    wantAck: frame.wantAck,
    payloadVariant: { case: 'decoded', value: dataOfFrame(frame) },
  });

/**
 * Gives packet ids: never 0, which the radio would replace, and never one of the last 4096.
 * @param random32 32 random bits, unpredictable.
 */
export const createPacketIds = (random32: () => number): (() => number) => {
  // In the order given: the first is the oldest.
  const recent = new Set<number>();
  return () => {
    let id = random32() >>> 0;
    while (id === 0 || recent.has(id)) id = (id + 1) >>> 0;
    recent.add(id);
    if (recent.size > RECENT_IDS) recent.delete(recent.values().next().value ?? 0);
    return id;
  };
};
