/** GeoChat lines and their receipts. `to_callsign` is misnamed in the protocol: it carries the sender. */
import { meshtastic } from '@cotbus/contracts';
import { attribute, dropIllegal, element, lastNamed, remarksText, textOf } from '../../cot/element.ts';
import type { Element } from '../../cot/element.ts';
import { ALL_CHAT_ROOMS, buildChatLine, buildRecipient, parseChatUid } from '../../cot/geo-chat.ts';
import type { EventTree } from '../../cot/event-tree.ts';
import { isReference } from '../../cot/links.ts';
import { cotTypeId } from '../cot-type.ts';
import type { Packet, Payload } from '../payload.ts';

const { GeoChat_ReceiptType: ReceiptType } = meshtastic;
const receiptTypes: ReadonlyMap<string, meshtastic.GeoChat_ReceiptType> = new Map([
  ['b-t-f-d', ReceiptType.ReceiptType_Delivered],
  ['b-t-f-r', ReceiptType.ReceiptType_Read],
]);

const receiptCotTypes: ReadonlySet<meshtastic.CotType> = new Set(
  [...receiptTypes.keys()].map((type) => cotTypeId(type)),
);

const UNKNOWN_CALLSIGN = 'UNKNOWN';
const UNKNOWN_SENDER = 'unknown';

export const chat: Payload<'chat'> = {
  parse: (event, { schema }) => {
    const { detail } = event;
    const line = lastNamed(detail, '__chat') ?? lastNamed(detail, '__chatreceipt');
    const to = attribute(line, 'id');
    const senderCallsign = attribute(line, 'senderCallsign');
    const value: meshtastic.GeoChat = {
      $typeName: 'meshtastic.GeoChat',
      message: remarksText(detail),
      receiptForUid: '',
      receiptType: ReceiptType.ReceiptType_None,
    };
    if (to !== '' && to !== ALL_CHAT_ROOMS) value.to = to;
    if (senderCallsign !== '') value.toCallsign = senderCallsign;
    parseReceipt(event, value);
    if (line !== undefined && schema !== 'a') parseSidecar(detail, value);
    return value;
  },

  build: (value, packet) => {
    if (value.receiptType !== ReceiptType.ReceiptType_None && value.receiptForUid !== '') {
      return [element('link', { uid: value.receiptForUid, relation: 'p-p', type: 'b-t-f' })];
    }
    // A receipt that names no line is none, and a link in it would name one.
    if (receiptCotTypes.has(packet.cotTypeId))
      return value.message === '' ? [] : [element('remarks', {}, value.message)];
    const to = dropIllegal(value.to ?? '').trim();
    const uid = parseChatUid(packet.uid, to) ?? {
      senderUid: packet.deviceCallsign || UNKNOWN_SENDER,
      room: to || ALL_CHAT_ROOMS,
      messageId: packet.uid,
    };
    const senderCallsign = value.toCallsign || packet.callsign || UNKNOWN_CALLSIGN;
    return [
      ...buildChatLine({ ...uid, senderCallsign, text: value.message }),
      ...buildSidecar(value, packet),
      ...((packet.marti?.destCallsign.length ?? 0) > 0 ? [] : buildRecipient(uid.room)),
    ];
  },
};

/** A receipt names its line by a link; ATAK's own form has the message id in the `__chatreceipt` element instead. */
const parseReceipt = ({ type, detail }: EventTree, value: meshtastic.GeoChat): void => {
  const receiptType = receiptTypes.get(type);
  if (receiptType === undefined) return;
  const link = detail.find((e) => isReference(e));
  const messageId = attribute(lastNamed(detail, '__chatreceipt') ?? lastNamed(detail, '__chat'), 'messageId');
  const receiptForUid = attribute(link, 'uid') || messageId;
  if (receiptForUid === '') return;
  value.receiptForUid = receiptForUid;
  value.receiptType = receiptType;
};

const parseSidecar = (detail: readonly Element[], value: meshtastic.GeoChat): void => {
  const [lang, roomId] = [textOf(detail, 'Ea'), textOf(detail, 'roomId')];
  if (lang !== '') value.lang = lang;
  if (roomId !== '') value.roomId = roomId;
  // The empty element says something too.
  const profile = lastNamed(detail, 'voice_profile_id');
  if (profile !== undefined) value.voiceProfileId = profile.text.trim();
};

/** TAKTALK's elements beside a chat line. */
const buildSidecar = (value: meshtastic.GeoChat, packet: Packet): readonly Element[] => {
  const { voiceProfileId, lang = '', roomId = '' } = value;
  if (voiceProfileId === undefined && lang === '' && roomId === '') return [];
  const callsign = packet.callsign || (value.toCallsign ?? '');
  return [
    ...(voiceProfileId === undefined ? [] : [element('voice_profile_id', {}, voiceProfileId)]),
    ...(callsign === '' ? [] : [element('callsign', {}, callsign)]),
    ...(lang === '' ? [] : [element('Ea', {}, lang)]),
    ...(roomId === '' ? [] : [element('roomId', {}, roomId)]),
  ];
};
