/** GeoChat lines and their receipts. `to_callsign` is misnamed in the protocol: it carries the sender. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { allNamed, attribute, dropIllegal, element, lastNamed, remarksText } from '../../cot/element.ts';
import type { Element } from '../../cot/element.ts';
import { ALL_CHAT_ROOMS, buildChatLine, buildRecipient, parseChatUid } from '../../cot/geo-chat.ts';
import type { EventView, Packet, Payload } from '../payload.ts';

const { GeoChat_ReceiptType: ReceiptType } = meshtastic;
const receiptTypes: ReadonlyMap<string, meshtastic.GeoChat_ReceiptType> = new Map([
  ['b-t-f-d', ReceiptType.ReceiptType_Delivered],
  ['b-t-f-r', ReceiptType.ReceiptType_Read],
]);

const UNKNOWN_CALLSIGN = 'UNKNOWN';
const UNKNOWN_SENDER = 'unknown';

export const chat: Payload<'chat'> = {
  parse: ({ event, detail }) => {
    const line = lastNamed(detail, '__chat') ?? lastNamed(detail, '__chatreceipt');
    const to = attribute(line, 'id');
    return create(meshtastic.GeoChatSchema, {
      message: remarksText(detail),
      ...given('to', to === ALL_CHAT_ROOMS ? '' : to),
      ...given('toCallsign', attribute(line, 'senderCallsign')),
      ...parseReceipt({ event, detail }),
      ...(line === undefined ? {} : parseSidecar(detail)),
    });
  },

  build: (value, packet) => {
    if (value.receiptType !== ReceiptType.ReceiptType_None && value.receiptForUid !== '') {
      return [element('link', { uid: value.receiptForUid, relation: 'p-p', type: 'b-t-f' })];
    }
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

const given = <K extends string>(key: K, value: string): { [P in K]?: string } =>
  (value === '' ? {} : { [key]: value }) as { [P in K]?: string };

/** A receipt names its line by a link; ATAK's own form has the message id in the `__chatreceipt` element instead. */
const parseReceipt = ({ event, detail }: EventView) => {
  const receiptType = receiptTypes.get(event.type);
  if (receiptType === undefined) return {};
  const link = allNamed(detail, 'link').find(
    (l) =>
      attribute(l, 'uid') !== '' &&
      attribute(l, 'relation') === 'p-p' &&
      attribute(l, 'type') !== '' &&
      !l.attributes.has('point'),
  );
  const messageId = attribute(lastNamed(detail, '__chatreceipt') ?? lastNamed(detail, '__chat'), 'messageId');
  const receiptForUid = attribute(link, 'uid') || messageId;
  return receiptForUid === '' ? {} : { receiptForUid, receiptType };
};

const parseSidecar = (detail: readonly Element[]) => {
  const profile = lastNamed(detail, 'voice_profile_id');
  return {
    ...given('lang', lastNamed(detail, 'Ea')?.text.trim() ?? ''),
    ...given('roomId', lastNamed(detail, 'roomId')?.text.trim() ?? ''),
    // The empty element says something too.
    ...(profile === undefined ? {} : { voiceProfileId: profile.text.trim() }),
  };
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
