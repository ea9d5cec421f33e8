/**
 * The id of a packet, out of the name of its item: an item that is sent again after a crash or a broken link has the id that it
 * had, so the mesh knows the packet and nobody gets it twice. A radio forgets the ids of a link with the link. A try that the
 * radio refused takes a new one: over the same link it would drop the same in silence.
 */
import { itemKey } from '@cotbus/contracts';
import { frameHash } from '@cotbus/meshtastic';
import type { ItemName } from '@cotbus/service';

const NOTHING = new Uint8Array();

/**
 * 32 bits, never 0. They are part of the nonce that encrypts the packet: the same id is given to the same bytes alone.
 * Incarnations of an origin hold 64 random bits, so ids are as random as drawn ones.
 * @param frame of the item, from 0 @param tries that the radio refused before
 */
export const packetIdOf = (id: ItemName, frame: number, tries: number): number => {
  const hash = frameHash({ mesh: itemKey(id), from: frame, packetId: tries, payload: NOTHING });
  return Number(hash & 0xffff_ffffn) || 1;
};
