/** What a radio with MQTT refuses of what hosts publish for the mesh. Source: the MQTT client and router of the firmware. */
import { BROADCAST, meshtastic } from '@cotbus/contracts';
import { dataOf } from './mesh-packet.ts';

/** Three bits on the air. */
const MAX_HOPS = 7;

export interface DownlinkReceiver {
  readonly own: number;
  /** From 2.8 on it looks at hops and bitfield. */
  readonly isStrict: boolean;
}

/** @param packet as the radio reads it. @returns why it is refused. */
export const downlinkFault = (
  packet: meshtastic.MeshPacket,
  { own, isStrict }: DownlinkReceiver,
): string | undefined => {
  const { from, to, id, hopLimit, hopStart } = packet;
  const data = dataOf(packet);
  if (data === undefined) return 'nothing to read';
  if (from === 0 || from === own || from === BROADCAST) return 'sent by nobody else';
  if (id === 0) return 'no packet id';
  if (hopLimit > MAX_HOPS || hopStart > MAX_HOPS) return 'more hops than three bits count';
  if (isStrict && hopStart < hopLimit) return 'more hops left than it started with';
  if (isStrict && hopStart === 0 && data.bitfield === undefined) return 'no hops and no bitfield';
  if (data.portnum === meshtastic.PortNum.ADMIN_APP) return 'administration';
  if (data.portnum === meshtastic.PortNum.TEXT_MESSAGE_APP && to !== BROADCAST) return 'a direct text without PKI';
  return undefined;
};
