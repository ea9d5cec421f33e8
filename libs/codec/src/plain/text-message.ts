/** Texts of plain nodes ⇄ chat lines: ports 1 (text), 10 (detection sensor) and 11 (alert). */
import { create } from '@bufbuild/protobuf';
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { BROADCAST, CotEventSchema, FrameSchema, Kind, meshtastic } from '@cotbus/contracts';
import type { CotEvent, Frame } from '@cotbus/contracts';
import { attribute, buildElements, dropIllegal, lastNamed, remarksText } from '../cot/element.ts';
import { buildChatLine, buildChatUid, parseChatUid } from '../cot/geo-chat.ts';
import { parseDetail } from '../cot/parse-xml.ts';
import { CHAT_STALE_MS, MAX_TEXT_BYTES, MAX_UID_CHARACTERS } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { nodeOfUid, printable } from './callsign.ts';
import { cutText } from './cut-text.ts';
import type { PlainDecoder } from './decoded.ts';
import { NOWHERE, placeOf } from './fix.ts';
import { PLAIN_DEFAULTS } from './options.ts';
import type { PlainOptions } from './options.ts';
import { addresseeOf, buildRecipientOnly, recipientOf, roomOf, targetOf } from './recipient.ts';
import { senderOf } from './sender.ts';

const HEX = 16;
const hex32 = (value: number): string => (value >>> 0).toString(HEX).padStart(8, '0');

/** A character that makes radios ring; apps write the emoji beside it. */
const BELL = '\u0007';
const BELL_EMOJI = '🔔';

/** Bytes of the callsign in front of a text, as long as the longest name of a node: it must leave room for the text. */
const MAX_SENDER_BYTES = 39;

/**
 * To everybody: the room of the channel; to a node: its user alone. The sender is its TAK identity while it has one. The
 * message id is made of sender and packet id, so every hearer makes the same. A bell stays as an emoji.
 */
export const buildTextMessage: PlainDecoder = (heard, sender, options = PLAIN_DEFAULTS) => {
  const raw = getTextEncoding().decodeUtf8(heard.payload);
  const words = dropIllegal(raw).trim();
  const text = raw.includes(BELL) && !words.includes(BELL_EMOJI) ? `${BELL_EMOJI} ${words}`.trim() : words;
  return text === '' ? refuse('not_for_tak', 'text message without text') : chatLine(text, heard, sender, options);
};

/**
 * A chat line that begins with a bell and ALERT: it rings and is read by all. No CoT emergency, for that stays on every
 * map until its sender cancels it, and a plain node cannot.
 */
export const buildAlert: PlainDecoder = (heard, sender, options = PLAIN_DEFAULTS) => {
  const text = dropIllegal(getTextEncoding().decodeUtf8(heard.payload)).replace(BELL_EMOJI, '').trim();
  return chatLine(`${BELL_EMOJI} ALERT${text === '' ? '' : `: ${text}`}`, heard, sender, options);
};

const chatLine = (
  text: string,
  ...[heard, sender, options]: Required<Parameters<PlainDecoder>>
): ReturnType<PlainDecoder> => {
  const { uid: senderUid, callsign: senderCallsign } = senderOf(heard, sender, options);
  const recipient = recipientOf(heard, options);
  const room = recipient ?? roomOf(heard, options);
  const packet = heard.packetId === 0 ? heard.frameHash.toString(HEX).padStart(16, '0') : hex32(heard.packetId);
  const messageId = `${hex32(heard.from)}-${packet}`;
  const uid = buildChatUid(senderUid, room, messageId);
  if (uid.length > MAX_UID_CHARACTERS) return refuse('too_large', `uid of ${uid.length} characters`);
  const event = create(CotEventSchema, {
    ...(placeOf(sender.fix) ?? NOWHERE),
    uid,
    type: 'b-t-f',
    how: 'h-g-i-g-o',
    kind: Kind.CHAT,
    staleAfterMs: CHAT_STALE_MS,
    detail: buildElements([
      ...buildChatLine({ senderUid, senderCallsign, room, messageId, text }),
      ...buildRecipientOnly(recipient),
    ]),
    callsign: senderCallsign,
  });
  return { ok: true, event };
};

export interface EncodedText {
  readonly ok: true;
  readonly frame: Frame;
  /** Index of the channel that the line's room stands for; undefined: the one that carries TAK. */
  readonly channel: number | undefined;
  /** What had to be shortened. */
  readonly stripped: readonly string[];
}

/**
 * A chat line → `CALLSIGN: text` on port 1, for the mesh sees the radio as its sender. To everybody or to one node, with
 * an acknowledgement; cut at 200 bytes. Refused: `unsupported` for receipts and for rooms and users that no plain node
 * is in or has (a private line never goes to all), `loop` for what a plain node said, `impossible` without a text.
 */
export const encodeText = (event: CotEvent, options: PlainOptions = PLAIN_DEFAULTS): EncodedText | Refused => {
  if (event.type !== 'b-t-f') return refuse('unsupported', `${event.type} is no chat line`);
  const detail = parseDetail(event.detail);
  const chat = lastNamed(detail, '__chat');
  const room = attribute(chat, 'id') || attribute(chat, 'chatroom') || (parseChatUid(event.uid, '')?.room ?? '');
  const target = targetOf(room, options);
  if (target === undefined || (target.to === BROADCAST && addresseeOf(detail, options) !== BROADCAST)) {
    return refuse('unsupported', `no plain node is in "${room}" or has that uid`);
  }
  const words = dropIllegal(remarksText(detail)).replace(/\r\n?/g, '\n');
  if (words === '') return refuse('impossible', 'chat line without a text');
  // Another gateway heard it, perhaps from us: two that tell each other's lines again would never stop.
  if (nodeOfUid(parseChatUid(event.uid, room)?.senderUid ?? '', options) !== undefined) {
    return refuse('loop', 'a line of a plain node, which a mesh has heard already');
  }
  const sender = cutText(printable(attribute(chat, 'senderCallsign') || event.callsign), MAX_SENDER_BYTES).text;
  const { text, isCut } = cutText(sender === '' ? words : `${sender}: ${words}`, MAX_TEXT_BYTES);
  const frame = create(FrameSchema, {
    port: meshtastic.PortNum.TEXT_MESSAGE_APP,
    payload: getTextEncoding().encodeUtf8(text),
    to: target.to,
    wantAck: true,
  });
  return { ok: true, frame, channel: target.channel, stripped: isCut ? ['text'] : [] };
};
