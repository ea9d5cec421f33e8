/** The `Data` of a frame that is to be sent. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import type { Frame } from '@cotbus/contracts';
import { airSize } from './air-size.ts';

/**
 * `Data.source` ("the original sender of the message") names the node that said what a gateway says again. Radios carry it
 * and phones pass over it. It takes 5 bytes; a frame that leaves no room for them goes without.
 */
export const dataOfFrame = ({ port, payload, to, saidBy }: Frame): meshtastic.Data => {
  const portnum = port as meshtastic.PortNum;
  const plain = create(meshtastic.DataSchema, { portnum, payload });
  if (saidBy === 0) return plain;
  const marked = { ...plain, source: saidBy };
  return airSize({ ...marked, bitfield: 0 }, { to, signs: false }).fits ? marked : plain;
};
