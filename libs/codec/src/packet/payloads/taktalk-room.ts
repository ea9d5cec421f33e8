/**
 * Who is in a room of the TAKTALK plugin, type `y-`:
 * `<sender-callsign/><chatroom-id/><chatroom-name/><chatroom-participants>A,B</chatroom-participants>`. Generation B.
 */
import { element, textOf } from '../../cot/element.ts';
import type { Payload } from '../payload.ts';

export const taktalkRoom: Payload<'taktalkRoom'> = {
  parse: ({ detail }) => ({
    $typeName: 'meshtastic.TakTalkRoomData',
    // It is the packet's callsign.
    senderCallsign: '',
    roomId: textOf(detail, 'chatroom-id'),
    roomName: textOf(detail, 'chatroom-name'),
    participants: textOf(detail, 'chatroom-participants')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  }),

  build: ({ senderCallsign, roomId, roomName, participants }, { callsign }) =>
    [
      element('sender-callsign', {}, callsign || senderCallsign),
      element('chatroom-id', {}, roomId),
      element('chatroom-name', {}, roomName),
      element('chatroom-participants', {}, participants.join(',')),
    ].filter(({ text }) => text !== ''),
};
