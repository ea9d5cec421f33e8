/**
 * Who a V1 packet is from. `device_callsign` in the field:
 *
 * | text | from |
 * |---|---|
 * | `UID` | position reports; the ATAK plugin's receipts |
 * | `UID\|MESSAGE` | chat |
 * | `GeoChat.UID.ROOM.MESSAGE\|MESSAGE` | chat of the Apple app |
 * | the beginning of any of these | a compressed text that firmware ended at a zero byte |
 * | the long name of the node | a tracker without a phone |
 */
import type { NodeState } from '@cotbus/contracts';
import { parseChatUid } from '../cot/geo-chat.ts';
import { MAX_UID_CHARACTERS, V1_TEXT_BYTES } from '../limits.ts';
import { nodeCallsign, nodeUid, printable } from '../plain/callsign.ts';
import { ID_DIVIDER } from './v1-packet.ts';
import type { V1Packet } from './v1-packet.ts';

export interface Sender {
  readonly uid: string;
  /** Never empty. */
  readonly callsign: string;
  /** Empty when there is none, or hardly anything of it. */
  readonly messageId: string;
}

const GEO_CHAT = 'GeoChat.';
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFFFD-\uFFFF]/u;
/** What is left of an id that firmware cut says nothing below it: two lines would be one. */
const MIN_MESSAGE_ID_CHARACTERS = 6;

/**
 * The uid of the packet; where it is the beginning of the node's known one, that one; without any, the node's own. So
 * a uid that firmware cuts stays one contact.
 * @param room of the chat line; empty for everybody
 */
export const readSender = (
  packet: Pick<V1Packet, 'callsign' | 'deviceCallsign'>,
  from: number,
  node: NodeState,
  room: string,
): Sender => {
  const at = packet.deviceCallsign.indexOf(ID_DIVIDER);
  const device = at < 0 ? packet.deviceCallsign : packet.deviceCallsign.slice(0, at);
  const chat = device.startsWith(GEO_CHAT) ? splitChatUid(device, room) : { uid: device, messageId: '' };
  const messageId = printable(at < 0 ? chat.messageId : packet.deviceCallsign.slice(at + 1));
  const known = node.tak?.uid ?? '';
  const uid = wholeUid(chat.uid.trim(), known) || nodeUid(from);
  return {
    uid,
    callsign:
      printable(packet.callsign) || (uid === known ? printable(node.tak?.callsign ?? '') : '') || nodeCallsign(node),
    messageId: messageId.length < MIN_MESSAGE_ID_CHARACTERS || messageId.length > V1_TEXT_BYTES.name ? '' : messageId,
  };
};

const splitChatUid = (text: string, room: string): { readonly uid: string; readonly messageId: string } => {
  const parts = parseChatUid(text, room);
  return parts === undefined
    ? { uid: text.slice(GEO_CHAT.length).split('.', 1)[0] ?? '', messageId: '' }
    : { uid: parts.senderUid, messageId: parts.messageId };
};

const wholeUid = (uid: string, known: string): string => {
  if (uid.length > MAX_UID_CHARACTERS || UNPRINTABLE.test(uid)) return '';
  return known.startsWith(uid) ? known : uid;
};

/** False for a uid that would be read as another one. */
export const canBeSender = (uid: string): boolean =>
  uid !== '' && !uid.includes(ID_DIVIDER) && !uid.startsWith(GEO_CHAT);

/** `uid|message id`. Dots and bars in the id would be read as its ends. */
export const writeDeviceCallsign = (uid: string, messageId: string): string =>
  messageId === '' ? uid : `${uid}${ID_DIVIDER}${messageId.replace(/[.|]/g, '-')}`;
