/** Port 72, TAKPacket: the dialect that every TAK app of Meshtastic reads. Position reports and chat, nothing else. */
import { Kind } from '@cotbus/contracts';
import type { CotEvent, FrameHeard, NodeState } from '@cotbus/contracts';
import { treeOfEvent } from '../cot/event-tree.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { buildChat, parseChat } from './chat.ts';
import { buildPli, parsePli } from './pli.ts';
import { writePacket } from './fit.ts';
import type { WrittenPacket } from './fit.ts';
import { readPacket } from './v1-packet.ts';

/**
 * A plain packet and its compressed twin, as radios in a TAK role hand out both, give the same event.
 * Refused: `garbled` (nothing, no TAKPacket, texts that cannot be read), `impossible` (no payload, a position off the
 * globe), `unsupported` (a bare detail, a payload of a newer schema), `not_for_tak` (a chat line without text),
 * `too_large` (a uid beyond the bound).
 * @param sender what is known of `heard.from`
 */
export const decodeV1Frame = (
  heard: FrameHeard,
  sender: NodeState,
): { readonly ok: true; readonly event: CotEvent } | Refused => {
  if (heard.payload.length === 0) {
    return refuse('garbled', 'empty TAKPacket: firmware 2.7.23 to 2.7.26 in a TAK role loses what it sends on port 72');
  }
  const read = readPacket(heard.payload);
  if (!read.ok) return read;
  const { packet } = read;
  return packet.payload.case === 'pli'
    ? buildPli(packet, packet.payload.value, heard.from, sender)
    : buildChat(packet, packet.payload.value, heard, sender);
};

export interface V1Form {
  /**
   * Texts as Unishox2 where that is smaller and safe. About a sixth shorter, but read by gateways and by phones on
   * radios in a TAK role with firmware up to 2.7.22 alone.
   */
  readonly compressed: boolean;
}

/**
 * One frame for everybody: a direct chat line names its recipient inside. Refused: `unsupported` (what V1 cannot
 * carry: another dialect may), `too_large` ("n of 225 bytes").
 */
export const encodeV1Frame = (event: CotEvent, form: V1Form = { compressed: false }): WrittenPacket | Refused => {
  if (event.kind !== Kind.PLI && event.kind !== Kind.CHAT) {
    return refuse('unsupported', `V1 carries position reports and chat, not ${event.type}`);
  }
  const tree = treeOfEvent(event);
  const parsed = event.kind === Kind.PLI ? parsePli(tree) : parseChat(tree);
  return parsed.ok ? writePacket(parsed.packet, form.compressed) : parsed;
};
