/** What is left out before the air, because no receiver draws it. */
import type { Packet } from '../packet/payload.ts';

/** A copy without the sender's app (takv) and the sources of its position. */
export const leanPacket = (packet: Packet): Packet => ({
  ...packet,
  takVersion: '',
  takDevice: '',
  takPlatform: '',
  takOs: '',
  geoSrc: 0,
  altSrc: 0,
});
