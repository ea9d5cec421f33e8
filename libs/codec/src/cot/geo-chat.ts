/** GeoChat: the uid `GeoChat.SENDER.ROOM.MESSAGE` and the elements of a chat line. */
import { element } from './element.ts';
import type { Element } from './element.ts';

/** The room of everybody; its name is its id. */
export const ALL_CHAT_ROOMS = 'All Chat Rooms';
/** "Answer over the connection this came on": any address would be one that nobody beyond the mesh can reach. */
export const STREAM_ENDPOINT = '*:-1:stcp';
const PREFIX = 'GeoChat.';

export interface ChatLine {
  readonly senderUid: string;
  readonly senderCallsign: string;
  readonly room: string;
  readonly messageId: string;
  readonly text: string;
}

/** The elements of a chat line. `remarks@time` is left to `stampEvent`. */
export const buildChatLine = (line: ChatLine): readonly Element[] => [
  element(
    '__chat',
    {
      parent: 'RootContactGroup',
      groupOwner: 'false',
      messageId: line.messageId,
      chatroom: line.room,
      id: line.room,
      senderCallsign: line.senderCallsign,
    },
    [element('chatgrp', { uid0: line.senderUid, uid1: line.room, id: line.room })],
  ),
  element('link', { uid: line.senderUid, type: 'a-f-G-U-C', relation: 'p-p' }),
  element('__serverdestination', { destinations: `${STREAM_ENDPOINT}:${line.senderUid}` }),
  element('remarks', { source: `BAO.F.ATAK.${line.senderUid}`, to: line.room }, line.text),
];

// Forms that clients give their users; groups and rooms look otherwise (iTAK's UUIDs are upper case, groups' are not).
const USER_UID = /^(?:ANDROID-|S-1-5-21-|WEAROS_|MESHTASTIC-|[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$)/;

/** For a line to one user the element that keeps a server from sending it to all; nothing for rooms and groups. */
export const buildRecipient = (room: string): readonly Element[] =>
  USER_UID.test(room) ? [element('marti', {}, [element('dest', { uid: room })])] : [];

export const buildChatUid = (senderUid: string, room: string, messageId: string): string =>
  `${PREFIX}${senderUid}.${room}.${messageId}`;

/**
 * The parts of a chat uid; undefined when it has another form. Rooms and senders may hold dots: the recipient, when it
 * is known (`to`, or `All Chat Rooms` without one), says where the room is; otherwise sender and message id have none.
 */
export const parseChatUid = (
  uid: string,
  to: string,
): Pick<ChatLine, 'senderUid' | 'room' | 'messageId'> | undefined => {
  if (!uid.startsWith(PREFIX)) return undefined;
  const rest = uid.slice(PREFIX.length);
  const room = to === '' ? ALL_CHAT_ROOMS : to;
  const at = rest.indexOf(`.${room}.`);
  if (at > 0) return parts(rest, at, at + room.length + 1);
  return parts(rest, rest.indexOf('.'), rest.lastIndexOf('.'));
};

const parts = (text: string, first: number, last: number) => {
  if (first <= 0 || last <= first + 1 || last === text.length - 1) return undefined;
  return { senderUid: text.slice(0, first), room: text.slice(first + 1, last), messageId: text.slice(last + 1) };
};
