/**
 * What older firmware in the roles TAK and TAK_TRACKER does to port 72. It packs texts as Unishox2 on their way to the air
 * and hands what it hears to the client twice, unpacked and as it came. From 2.7.23 to 2.7.26 it then checks packed texts
 * as UTF-8, which they are not: what it sends is empty, and what it hears is dropped. 2.8 leaves the port alone.
 */
import { clone, fromBinary, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import type { RadioSettings } from './radio-settings.ts';

/** Unishox2, of the caller: the simulator has none. */
export interface TextPacker {
  pack(text: Uint8Array): Uint8Array;
  /** @returns undefined when it was not packed. */
  unpack(packed: Uint8Array): Uint8Array | undefined;
}

export interface TakModule {
  /** Payload of port 72 as it goes on the air. */
  sent(payload: Uint8Array): Uint8Array;
  /** What the client gets of a payload heard, in this order. */
  heard(payload: Uint8Array): readonly Uint8Array[];
}

/** C strings: firmware reads them up to the first NUL. */
const untilNul = (bytes: Uint8Array): Uint8Array => {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.slice(0, end);
};

/** The packet with every text changed; undefined when one cannot be. */
const withTexts = (
  packet: meshtastic.TAKPacket,
  isCompressed: boolean,
  change: (text: Uint8Array) => Uint8Array | undefined,
): Uint8Array | undefined => {
  let failed = false;
  const text = (bytes: Uint8Array): Uint8Array => {
    const changed = bytes.length === 0 ? bytes : change(bytes);
    failed ||= changed === undefined;
    return untilNul(changed ?? bytes);
  };
  const changed = clone(meshtastic.TAKPacketSchema, packet);
  changed.isCompressed = isCompressed;
  if (changed.contact !== undefined) {
    changed.contact.callsign = text(changed.contact.callsign);
    changed.contact.deviceCallsign = text(changed.contact.deviceCallsign);
  }
  if (changed.payloadVariant.case === 'chat') {
    const chat = changed.payloadVariant.value;
    chat.message = text(chat.message);
    if (chat.to !== undefined) chat.to = text(chat.to);
    if (chat.toCallsign !== undefined) chat.toCallsign = text(chat.toCallsign);
  }
  return failed ? undefined : toBinary(meshtastic.TAKPacketSchema, changed);
};

const read = (payload: Uint8Array): meshtastic.TAKPacket | undefined => {
  try {
    return fromBinary(meshtastic.TAKPacketSchema, payload);
  } catch {
    return undefined;
  }
};

const hasText = ({ contact, payloadVariant }: meshtastic.TAKPacket): boolean =>
  contact !== undefined || payloadVariant.case === 'chat';

/** A payload of port 72 as a radio of 2.7.22 in a TAK role puts it on the air; undefined when it is no TAKPacket. */
export const packTakPacket = (payload: Uint8Array, packer: TextPacker): Uint8Array | undefined => {
  const packet = read(payload);
  return packet && withTexts(packet, true, (text) => packer.pack(text));
};

const EMPTY = new Uint8Array();
const untouched: TakModule = { sent: (payload) => payload, heard: (payload) => [payload] };

/** @param packer left out: texts go as they are, but the mark of packed ones is set. */
export const createTakModule = ({ node, firmware }: RadioSettings, packer?: TextPacker): TakModule => {
  const { TAK, TAK_TRACKER } = meshtastic.Config_DeviceConfig_Role;
  const hasModule = node.role === TAK || node.role === TAK_TRACKER;
  if (!hasModule || firmware.takV1 === 'untouched') return untouched;
  const spoils = firmware.takV1 === 'spoils';
  const pack = (text: Uint8Array): Uint8Array => packer?.pack(text) ?? text;
  const unpack = (text: Uint8Array): Uint8Array | undefined => (packer === undefined ? text : packer.unpack(text));
  return {
    sent: (payload) => {
      const packet = read(payload);
      if (packet === undefined) return payload;
      if (spoils && hasText(packet)) return EMPTY;
      return withTexts(packet, true, pack) ?? payload;
    },
    heard: (payload) => {
      const packet = read(payload);
      if (packet === undefined) return [];
      if (!packet.isCompressed) return [payload];
      if (spoils && hasText(packet)) return [];
      const unpacked = withTexts(packet, false, unpack);
      return unpacked === undefined ? [payload] : [unpacked, payload];
    },
  };
};
