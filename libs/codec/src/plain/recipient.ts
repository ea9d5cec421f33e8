/** Whom a packet is for, in TAK; whom an event is for, on the mesh. */
import { BROADCAST } from '@cotbus/contracts';
import type { FrameHeard } from '@cotbus/contracts';
import { allNamed, attribute, element, lastNamed } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { ALL_CHAT_ROOMS } from '../cot/geo-chat.ts';
import { nodeOfUid, nodeUid } from './callsign.ts';
import type { PlainOptions } from './options.ts';

/** Uid of the one TAK user a packet is for; undefined when it is for everybody. */
export const recipientOf = ({ to }: FrameHeard, options: PlainOptions): string | undefined =>
  to === BROADCAST ? undefined : (options.nodes.get(to)?.messagesTo ?? nodeUid(to, options));

/** The element that keeps a server from sending an event to all. */
export const buildRecipientOnly = (uid: string | undefined): readonly Element[] =>
  uid === undefined ? [] : [element('marti', {}, [element('dest', { uid })])];

/** The chat room of a packet to everybody, by its channel. */
export const roomOf = ({ channel }: FrameHeard, { rooms }: PlainOptions): string =>
  rooms.get(channel) ?? ALL_CHAT_ROOMS;

/**
 * What `<marti>` says: the node an event is for, everybody when it names nobody; undefined for several, for users who
 * are no node, and for callsigns, of which a codec knows none. What is meant for few never goes to all.
 */
export const addresseeOf = (detail: readonly Element[], options: PlainOptions): number | undefined => {
  const dests = allNamed(lastNamed(detail, 'marti')?.children ?? [], 'dest');
  const named = dests
    .map((dest) => attribute(dest, 'uid') || attribute(dest, 'callsign'))
    .filter((name) => name !== '');
  const [only] = named;
  if (only === undefined) return BROADCAST;
  return named.length === 1 ? nodeOfUid(only, options) : undefined;
};

export interface Target {
  /** Node number, or everybody. */
  readonly to: number;
  /** Index of the channel that the room stands for; undefined for the one that carries TAK. */
  readonly channel: number | undefined;
}

/** Where a chat line to this room goes on the mesh; undefined for rooms and users that no plain node is in or has. */
export const targetOf = (room: string, options: PlainOptions): Target | undefined => {
  for (const [channel, name] of options.rooms) if (name === room) return { to: BROADCAST, channel };
  if (room === ALL_CHAT_ROOMS) return { to: BROADCAST, channel: undefined };
  const to = nodeOfUid(room, options);
  return to === undefined ? undefined : { to, channel: undefined };
};
