/** V1 chat ↔ chat lines. Only `uid|message id` carries the id of a line. */
import { Kind } from '@cotbus/contracts';
import type { CotEvent, FrameHeard, NodeState } from '@cotbus/contracts';
import { attribute, dropIllegal, lastNamed, remarksText, withAttribute } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import type { EventTree } from '../cot/event-tree.ts';
import { ALL_CHAT_ROOMS, buildChatLine, buildChatUid, parseChatUid } from '../cot/geo-chat.ts';
import { isReference } from '../cot/links.ts';
import { CHAT_STALE_MS, MAX_UID_CHARACTERS } from '../limits.ts';
import { NOWHERE, placeOf } from '../plain/fix.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { eventFrom } from './event-from.ts';
import { buildReceipt, isReceipt, parseReceipt, withoutReceiptForm } from './receipt.ts';
import { buildRouting, readRoom, writeRoom } from './room.ts';
import type { Room } from './room.ts';
import { canBeSender, readSender, writeDeviceCallsign } from './sender.ts';
import type { Sender } from './sender.ts';
import type { V1Chat, V1Packet } from './v1-packet.ts';

const HEX = 16;

/** Refused: `not_for_tak` (no text), `too_large` (a uid beyond the bound). */
export const buildChat = (
  packet: V1Packet,
  chat: V1Chat,
  heard: FrameHeard,
  node: NodeState,
): { readonly ok: true; readonly event: CotEvent } | Refused => {
  const text = dropIllegal(chat.message).trim();
  if (text === '') return refuse('not_for_tak', 'chat line without text');
  const room = readRoom(chat);
  const sender = readSender(packet, heard.from, node, room.id);
  const place = placeOf(node.fix) ?? NOWHERE;
  const receipt = buildReceipt(chat.message, sender, room, place);
  if (receipt !== undefined) return { ok: true, event: receipt };
  const messageId = sender.messageId || frameId(heard);
  const uid = buildChatUid(sender.uid, room.id, messageId);
  if (uid.length > MAX_UID_CHARACTERS) return refuse('too_large', `uid of ${uid.length} characters`);
  const event = eventFrom({
    ...place,
    uid,
    type: 'b-t-f',
    how: 'h-g-i-g-o',
    kind: Kind.CHAT,
    olderMs: 0,
    staleAfterMs: CHAT_STALE_MS,
    detail: [...buildLine(sender, room, messageId, text), ...buildRouting(room)],
  });
  return { ok: true, event };
};

/** Of sender and packet, so that all who hear it make the same. */
const frameId = ({ from, packetId, frameHash }: FrameHeard): string => {
  const packet = packetId === 0 ? frameHash.toString(HEX).padStart(16, '0') : packetId.toString(HEX).padStart(8, '0');
  return `${from.toString(HEX).padStart(8, '0')}-${packet}`;
};

const buildLine = (sender: Sender, room: Room, messageId: string, text: string): readonly Element[] =>
  buildChatLine({ senderUid: sender.uid, senderCallsign: sender.callsign, room: room.id, messageId, text }).map((e) =>
    e.name === '__chat' ? withAttribute(e, 'chatroom', room.name) : e,
  );

/** Refused: `unsupported` (another type, no text, no sender or one that V1 cannot carry). */
export const parseChat = (event: EventTree): { readonly ok: true; readonly packet: V1Packet } | Refused => {
  if (isReceipt(event)) return parseReceipt(event);
  const { detail, type } = event;
  if (type !== 'b-t-f') return refuse('unsupported', `V1 has no chat of type ${type}`);
  const text = remarksText(detail);
  if (text === '') return refuse('unsupported', 'chat line without text');
  const line = lastNamed(detail, '__chat');
  const { senderUid, messageId } = readLineId(event, line);
  if (!canBeSender(senderUid)) return refuse('unsupported', `V1 cannot carry a chat line from "${senderUid}"`);
  const packet: V1Packet = {
    callsign:
      attribute(line, 'senderCallsign').trim() ||
      attribute(lastNamed(detail, 'contact'), 'callsign').trim() ||
      senderUid,
    deviceCallsign: writeDeviceCallsign(senderUid, messageId),
    team: 0,
    role: 0,
    battery: 0,
    payload: { case: 'chat', value: { message: withoutReceiptForm(text), ...writeRoom(line, senderUid) } },
  };
  return { ok: true, packet };
};

/** From the uid of the event, else from the elements of the line. */
const readLineId = ({ uid, detail }: EventTree, line: Element | undefined) => {
  const room = attribute(line, 'id').trim();
  const parts = parseChatUid(uid, room === ALL_CHAT_ROOMS ? '' : room);
  const group = lastNamed(line?.children ?? [], 'chatgrp');
  return {
    senderUid:
      parts?.senderUid ?? (attribute(detail.find(isReference), 'uid').trim() || attribute(group, 'uid0').trim()),
    messageId: attribute(line, 'messageId').trim() || (parts?.messageId ?? uid),
  };
};
