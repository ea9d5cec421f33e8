/** Whom a V1 chat line is for: `to` and `to_callsign` ↔ room, routing. */
import { attribute, dropIllegal, element, lastNamed } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { ALL_CHAT_ROOMS, buildRecipient } from '../cot/geo-chat.ts';
import { printable } from '../plain/callsign.ts';
import { roleOfName, teamOfName } from './team-names.ts';
import type { V1Chat } from './v1-packet.ts';

export interface Room {
  /** Uid of a user or group; its name where that is all that is known. */
  readonly id: string;
  readonly name: string;
}

const EVERYBODY: Room = { id: ALL_CHAT_ROOMS, name: ALL_CHAT_ROOMS };

/**
 * Apps say a recipient in four ways: uid and callsign (ATAK plugin, Apple), the callsign twice (Apple, of whom it has no
 * uid), the callsign as `to` (Android) or as `to_callsign` alone.
 */
export const readRoom = ({ to, toCallsign }: V1Chat): Room => {
  const id = dropIllegal(to).trim() || dropIllegal(toCallsign).trim();
  return id === '' || id === ALL_CHAT_ROOMS ? EVERYBODY : { id, name: printable(toCallsign) || id };
};

const GROUP_UID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Rooms of many: that of everybody, of a team or a role, and groups. */
const isShared = ({ id }: Room): boolean =>
  id === ALL_CHAT_ROOMS || teamOfName(id) !== 0 || roleOfName(id) !== 0 || GROUP_UID.test(id);

/** For a line to one user what keeps a server from sending it to all: the uid, or the callsign when there is no other. */
export const buildRouting = (room: Room): readonly Element[] => {
  if (isShared(room)) return [];
  const byForm = buildRecipient(room.id);
  if (byForm.length > 0) return byForm;
  const dest = room.id === room.name ? { callsign: room.id } : { uid: room.id };
  return [element('marti', {}, [element('dest', dest)])];
};

/**
 * The recipient of a line from TAK. Clients name a direct line by its recipient; the ATAK plugin by its sender, with the
 * recipient in `chatgrp@uid1`.
 */
export const writeRoom = (line: Element | undefined, senderUid: string): Pick<V1Chat, 'to' | 'toCallsign'> => {
  const name = attribute(line, 'chatroom').trim();
  const id = attribute(line, 'id').trim() || name;
  if (id === '' || id === ALL_CHAT_ROOMS) return { to: ALL_CHAT_ROOMS, toCallsign: '' };
  const recipient = attribute(lastNamed(line?.children ?? [], 'chatgrp'), 'uid1').trim();
  if (id === senderUid && recipient !== '') return { to: recipient, toCallsign: '' };
  return { to: id, toCallsign: name === id ? '' : name };
};
