/**
 * Receipts: in V1 a chat line `ACK:D:MESSAGE` (delivered) or `ACK:R:MESSAGE` (read) to the line's sender; in TAK an
 * event of type `b-t-f-d` or `b-t-f-r` whose uid is the message id.
 *
 *     <__chatreceipt parent="RootContactGroup" groupOwner="false" messageId="MESSAGE" chatroom="NAME" id="TO"
 *       senderCallsign="VIPER-1"><chatgrp uid0="FROM" uid1="TO" id="TO"/></__chatreceipt>
 *     <link uid="FROM" type="a-f-G-U-C" relation="p-p"/>
 */
import { Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { attribute, element, lastNamed } from '../cot/element.ts';
import type { EventTree } from '../cot/event-tree.ts';
import { parseChatUid } from '../cot/geo-chat.ts';
import { MAX_UID_CHARACTERS, RECEIPT_STALE_MS, V1_TEXT_BYTES } from '../limits.ts';
import { printable } from '../plain/callsign.ts';
import type { Place } from '../plain/fix.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { eventFrom } from './event-from.ts';
import { buildRouting } from './room.ts';
import type { Room } from './room.ts';
import { canBeSender } from './sender.ts';
import type { Sender } from './sender.ts';
import { RECEIPT_START } from './v1-packet.ts';
import type { V1Packet } from './v1-packet.ts';

const RECEIPT = /^ACK:([DR]):(\S.*)$/su;

const typeByLetter: ReadonlyMap<string, string> = new Map([
  ['D', 'b-t-f-d'],
  ['R', 'b-t-f-r'],
]);
const letterByType: ReadonlyMap<string, string> = new Map([...typeByLetter].map(([letter, type]) => [type, letter]));

export const isReceipt = ({ type }: Pick<EventTree, 'type'>): boolean => letterByType.has(type);

/** What keeps a line that looks like a receipt from being one; receivers trim lines. */
export const withoutReceiptForm = (line: string): string => (RECEIPT.test(line) ? ` ${line}` : line);

/** Undefined when the line is none; then it is an ordinary one. */
export const buildReceipt = (message: string, sender: Sender, room: Room, place: Place): CotEvent | undefined => {
  const [, letter = '', rest = ''] = RECEIPT.exec(message) ?? [];
  const type = typeByLetter.get(letter);
  const messageId = printable(rest);
  if (type === undefined || messageId === '' || messageId.length > MAX_UID_CHARACTERS) return undefined;
  return eventFrom({
    ...place,
    uid: messageId,
    type,
    how: 'm-g',
    kind: Kind.CHAT,
    olderMs: 0,
    staleAfterMs: RECEIPT_STALE_MS,
    detail: [
      element(
        '__chatreceipt',
        {
          parent: 'RootContactGroup',
          groupOwner: 'false',
          messageId,
          chatroom: room.name,
          id: room.id,
          senderCallsign: sender.callsign,
        },
        [element('chatgrp', { uid0: sender.uid, uid1: room.id, id: room.id })],
      ),
      element('link', { uid: sender.uid, type: 'a-f-G-U-C', relation: 'p-p' }),
      ...buildRouting(room),
    ],
  });
};

/** Refused: `unsupported` (a receipt that says not which line, from whom or to whom). */
export const parseReceipt = ({
  detail,
  type,
  uid,
}: EventTree): { readonly ok: true; readonly packet: V1Packet } | Refused => {
  const line = lastNamed(detail, '__chatreceipt') ?? lastNamed(detail, '__chat');
  const group = lastNamed(line?.children ?? [], 'chatgrp');
  const senderUid = attribute(group, 'uid0').trim();
  const to = attribute(group, 'uid1').trim();
  const messageId = attribute(line, 'messageId').trim() || (parseChatUid(uid, '')?.messageId ?? uid);
  if (messageId.length > V1_TEXT_BYTES.name)
    return refuse('unsupported', `message id of ${messageId.length} characters`);
  if (!canBeSender(senderUid) || to === '') return refuse('unsupported', 'a receipt without sender or recipient');
  const callsign =
    attribute(lastNamed(detail, 'contact'), 'callsign').trim() || attribute(line, 'senderCallsign').trim() || senderUid;
  const value = { message: `${RECEIPT_START}${letterByType.get(type) ?? ''}:${messageId}`, to, toCallsign: '' };
  return {
    ok: true,
    packet: { callsign, deviceCallsign: senderUid, team: 0, role: 0, battery: 0, payload: { case: 'chat', value } },
  };
};
