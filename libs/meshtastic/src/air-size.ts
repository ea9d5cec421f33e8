/** How many bytes a packet has on the air, behind Meshtastic's header. */
import { toBinary } from '@bufbuild/protobuf';
import { BROADCAST, meshtastic } from '@cotbus/contracts';

/** LoRa's 255 bytes less Meshtastic's header of 16: the most that an encoded `Data` may have. */
const MAX_DATA_BYTES = 239;
/** Tag and nonce of a packet encrypted for one node. */
const PRIVATE_CRYPTO_BYTES = 12;
/** XEdDSA, with its tag and length. */
const SIGNATURE_BYTES = 66;

const { PortNum } = meshtastic;
/** Packets to one node are encrypted with its key, but for the ports that must be readable without. */
const openPorts: ReadonlySet<number> = new Set([
  PortNum.POSITION_APP,
  PortNum.NODEINFO_APP,
  PortNum.ROUTING_APP,
  PortNum.TRACEROUTE_APP,
]);

/** @param to node, or BROADCAST */
export const isPrivate = (to: number, port: number): boolean => to !== BROADCAST && !openPorts.has(port);

export interface AirSize {
  readonly bytes: number;
  /** It can be sent at all. */
  readonly fits: boolean;
}

/**
 * Size of a `Data` as transmitted. @param data with the bitfield that the radio adds @param signs the firmware appends a
 * signature to broadcasts that leave room for it (signsBroadcasts)
 */
export const airSize = (
  data: meshtastic.Data,
  { to, signs }: { readonly to: number; readonly signs: boolean },
): AirSize => {
  const plain = toBinary(meshtastic.DataSchema, data).length;
  const bytes = plain + (isPrivate(to, data.portnum) ? PRIVATE_CRYPTO_BYTES : 0);
  const isSigned = signs && to === BROADCAST && bytes + SIGNATURE_BYTES <= MAX_DATA_BYTES;
  return { bytes: isSigned ? bytes + SIGNATURE_BYTES : bytes, fits: bytes <= MAX_DATA_BYTES };
};
