/**
 * To whom an event is addressed. A destination in `<marti>` says so; servers strip it before delivery, so a chat line to one
 * person is also known by the room being that person's uid. Rooms, teams and groups without a list go to everybody: their
 * clients know what they have joined.
 */
import { attribute, parseDetail } from '@cotbus/codec';
import type { Element } from '@cotbus/codec';
import { Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';

export interface Recipients {
  readonly uids: readonly string[];
  readonly callsigns: readonly string[];
}

/** Forms of uids that clients give their users; groups have lower-case UUIDs, and rooms names. */
const USER_UID = /^(?:ANDROID-|S-1-5-21-|WEAROS_|MESHTASTIC-|[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$)/;
/** A list beyond it is a mistake or an attack. */
const MAX_RECIPIENTS = 100;

/** @param isUser whether this uid is a person's, as far as is known. @returns undefined: everybody. */
export const recipientsOf = (event: CotEvent, isUser: (uid: string) => boolean): Recipients | undefined => {
  const isAddressed = event.detail.includes('<marti');
  if (event.kind !== Kind.CHAT && !isAddressed) return undefined;
  const detail = parseDetail(event.detail);
  const named = isAddressed ? inMarti(detail) : undefined;
  if (named !== undefined) return named;
  if (event.kind !== Kind.CHAT) return undefined;
  const uids = ofChat(event, detail).filter((uid) => USER_UID.test(uid) || isUser(uid));
  return uids.length === 0 ? undefined : { uids, callsigns: [] };
};

/** Missions are a server's own matter. */
const inMarti = (detail: readonly Element[]): Recipients | undefined => {
  const dests = detail
    .filter(({ name }) => name === 'marti')
    .flatMap(({ children }) => children.filter(({ name }) => name === 'dest'))
    .slice(0, MAX_RECIPIENTS);
  const of = (name: string): string[] => dests.map((dest) => attribute(dest, name)).filter((text) => text !== '');
  const recipients = { uids: of('uid'), callsigns: of('callsign') };
  return recipients.uids.length + recipients.callsigns.length === 0 ? undefined : recipients;
};

/** The room of a chat line or receipt; where it is the sender's own name for the talk, the other one in its group. */
const ofChat = (event: CotEvent, detail: readonly Element[]): readonly string[] => {
  const chat = detail.find(({ name }) => name === '__chat' || name === '__chatreceipt');
  if (chat === undefined) return [];
  const groups = chat.children.filter(({ name }) => name === 'chatgrp');
  const sender =
    attribute(
      detail.find(({ name }) => name === 'link'),
      'uid',
    ) || attribute(groups[0], 'uid0');
  const room = attribute(chat, 'id');
  const isReceipt = event.type !== 'b-t-f';
  if (room !== '' && room !== sender && !isReceipt) return [room];
  const others = groups.flatMap((group) => [attribute(group, 'uid0'), attribute(group, 'uid1')]);
  return [...new Set(others)].filter((uid) => uid !== '' && uid !== sender).slice(0, MAX_RECIPIENTS);
};
