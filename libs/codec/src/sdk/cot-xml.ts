/** CoT XML ↔ TAKPacketV2 in one call each. */
import { buildTreeXml } from '../cot/build-event.ts';
import { parseEventTree } from '../cot/parse-event.ts';
import { stampTree } from '../cot/stamp.ts';
import { packetOfTree, treeOfPacket } from '../packet/packet.ts';
import { PROFILE_A } from '../packet/profile.ts';
import type { PacketProfile } from '../packet/profile.ts';
import { orThrow } from './codec-error.ts';
import { packetOfTakPacket, takPacketOf } from './tak-packet.ts';
import type { TakPacket, TakPacketInit } from './tak-packet.ts';

/**
 * The packet of one CoT event, with the field choices of the published SDK unless a profile says otherwise: `PROFILE_B` is
 * smaller and loses less (a delete that deletes, recipients, TAKTALK).
 *
 * Throws a `CodecError`: `garbled` (not well-formed, a DOCTYPE, no `event`), `impossible` (no uid, type, position or time that
 * could be), `too_large` (beyond 256 KiB, 32 levels, 2000 elements or 256 attributes of one).
 */
export const parseCotXml = (xml: string, profile: PacketProfile = PROFILE_A): TakPacket => {
  const { tree } = orThrow(parseEventTree(xml));
  return takPacketOf(orThrow(packetOfTree(tree, profile)).packet);
};

/**
 * One CoT event on one line, without a prolog. Packets carry no times: they count from `nowMs`, epoch milliseconds, and an
 * event holds at least 45 s.
 *
 * Throws a `CodecError`: `impossible` (no uid, no type, a position off the globe), `garbled` or `too_large` (a raw detail
 * that is no XML, or beyond its bounds).
 */
// The only clock in the codec, and only where the caller leaves out the time.
export const buildCotXml = (packet: TakPacketInit, nowMs: number = Date.now()): string => {
  const { tree } = orThrow(treeOfPacket(packetOfTakPacket(packet)));
  return buildTreeXml(stampTree(tree, nowMs));
};
