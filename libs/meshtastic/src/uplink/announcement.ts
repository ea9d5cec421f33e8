/** How a host without a radio introduces itself to the mesh: NodeInfo (port 4), so that others can name it. */
import { create, toBinary } from '@bufbuild/protobuf';
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { BROADCAST, meshtastic, nodeText } from '@cotbus/contracts';

/** As often as the firmware does by itself. */
export const ANNOUNCE_MS = 3 * 60 * 60 * 1000;
/** User.long_name and User.short_name, bytes of UTF-8. */
const MAX_LONG_BYTES = 24;
const MAX_SHORT_BYTES = 4;
/** HardwareModel.PRIVATE_HW */
const PRIVATE_HARDWARE = 255;

export interface Announced {
  readonly node: number;
  /** Cut to 24 and 4 bytes, never within a character. */
  readonly longName: string;
  readonly shortName: string;
}

/** The packet for encodeDownlink, to all. Direct messages cannot reach us without keys of our own, and it says so. */
export const announcement = (
  { node, longName, shortName }: Announced,
  { id, hopLimit }: { readonly id: number; readonly hopLimit: number },
): meshtastic.MeshPacket => {
  const user = create(meshtastic.UserSchema, {
    id: nodeText(node),
    longName: cutBytes(longName, MAX_LONG_BYTES),
    shortName: cutBytes(shortName, MAX_SHORT_BYTES),
    hwModel: PRIVATE_HARDWARE,
    role: meshtastic.Config_DeviceConfig_Role.TAK,
    isUnmessagable: true,
  });
  const value = { portnum: meshtastic.PortNum.NODEINFO_APP, payload: toBinary(meshtastic.UserSchema, user) };
  return create(meshtastic.MeshPacketSchema, {
    from: node,
    to: BROADCAST,
    id,
    hopLimit,
    payloadVariant: { case: 'decoded', value },
  });
};

const cutBytes = (text: string, maxBytes: number): string => {
  const { encodeUtf8 } = getTextEncoding();
  const characters = Array.from(text).slice(0, maxBytes);
  while (encodeUtf8(characters.join('')).length > maxBytes) characters.pop();
  return characters.join('');
};
