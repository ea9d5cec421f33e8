/** XML in, packet out and back, in one step each, for tests that state rules. */
import { create } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { buildElements } from '../cot/element.ts';
import { parseEventTree } from '../cot/parse-event.ts';
import { packetOfTree, treeOfPacket } from '../packet/packet.ts';
import type { Packet, PayloadCase } from '../packet/payload.ts';
import { PROFILE_B } from '../packet/profile.ts';
import type { PacketProfile } from '../packet/profile.ts';

/** An event as clients write it, at 1, 2 degrees, holding for a minute. */
export const eventXml = (type: string, detail: string, point = 'lat="1" lon="2" hae="3" ce="4" le="5"'): string =>
  `<event version="2.0" uid="u1" type="${type}" how="m-g" time="2026-03-15T14:22:10Z" start="2026-03-15T14:22:10Z"` +
  ` stale="2026-03-15T14:23:10Z"><point ${point}/><detail>${detail}</detail></event>`;

/** Throws when there is none: the test shall fail. */
export const packetOfXml = (xml: string, profile: PacketProfile = PROFILE_B): Packet => {
  const parsed = parseEventTree(xml);
  if (!parsed.ok) throw new Error(`${parsed.reason}: ${parsed.detail}`);
  const packet = packetOfTree(parsed.tree, profile);
  if (!packet.ok) throw new Error(`${packet.reason}: ${packet.detail}`);
  return packet.packet;
};

export const packetOf = (type: string, detail: string, profile: PacketProfile = PROFILE_B): Packet =>
  packetOfXml(eventXml(type, detail), profile);

/** The value of the payload, whose case is as said. */
export const payloadOf = <C extends PayloadCase>(packet: Packet, name: C) => {
  const { payloadVariant } = packet;
  if (payloadVariant.case !== name) throw new Error(`payload ${String(payloadVariant.case)}, not ${name}`);
  return payloadVariant.value as Extract<Packet['payloadVariant'], { case: C }>['value'];
};

/** The detail that receivers get of a packet, as XML. */
export const detailOf = (packet: Packet): string => {
  const built = treeOfPacket(packet);
  if (!built.ok) throw new Error(`${built.reason}: ${built.detail}`);
  return buildElements(built.tree.detail);
};

export const samplePacket = (fields: MessageInitShape<typeof meshtastic.TAKPacketV2Schema> = {}): Packet =>
  create(meshtastic.TAKPacketV2Schema, { uid: 'u1', cotTypeId: 1, ...fields });
