/** Text of a node → a chat line. */
import { create } from '@bufbuild/protobuf';
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { freshIdentity, BROADCAST, CotEventSchema, Kind } from '@cotbus/contracts';
import type { CotEvent, FrameHeard, NodeState } from '@cotbus/contracts';
import { buildElements, dropIllegal } from '../cot/element.ts';
import { ALL_CHAT_ROOMS, buildChatLine, buildChatUid, buildRecipient } from '../cot/geo-chat.ts';
import { CHAT_STALE_MS } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { nodeCallsign, nodeUid } from './callsign.ts';
import { NOWHERE, placeOf } from './fix.ts';

const HEX = 16;
const hex32 = (value: number): string => (value >>> 0).toString(HEX).padStart(8, '0');

/**
 * To everybody: `All Chat Rooms`; to a node: the room of that node's contact, for its user only. The sender is its TAK
 * identity while it has one. The message id is made of sender and packet id, so every hearer makes the same.
 */
export const buildTextMessage = (
  heard: FrameHeard,
  sender: NodeState,
): { readonly ok: true; readonly event: CotEvent } | Refused => {
  const text = dropIllegal(getTextEncoding().decodeUtf8(heard.payload)).trim();
  if (text === '') return refuse('not_for_tak', 'text message without text');
  const identity = freshIdentity(sender);
  const senderUid = dropIllegal(identity?.uid ?? nodeUid(heard.from));
  const senderCallsign = dropIllegal(identity?.callsign ?? '') || nodeCallsign(sender);
  const room = heard.to === BROADCAST ? ALL_CHAT_ROOMS : nodeUid(heard.to);
  const packet = heard.packetId === 0 ? heard.frameHash.toString(HEX).padStart(16, '0') : hex32(heard.packetId);
  const messageId = `${hex32(heard.from)}-${packet}`;
  const event = create(CotEventSchema, {
    ...(placeOf(sender.fix) ?? NOWHERE),
    uid: buildChatUid(senderUid, room, messageId),
    type: 'b-t-f',
    how: 'h-g-i-g-o',
    kind: Kind.CHAT,
    staleAfterMs: CHAT_STALE_MS,
    detail: buildElements([
      ...buildChatLine({ senderUid, senderCallsign, room, messageId, text }),
      ...buildRecipient(room),
    ]),
    callsign: senderCallsign,
  });
  return { ok: true, event };
};
