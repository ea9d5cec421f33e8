/** Reports that firmware makes itself (role TAK_TRACKER), which differ from those of apps in two units. */
import { nodeText } from '@cotbus/contracts';
import { UNKNOWN_M } from '../cot/number.ts';
import type { Packet } from '../packet/payload.ts';

const CM_S_PER_KMH = 100 / 3.6;

/**
 * The packet with `speed` from km/h to the schema's cm/s and the height 0, which the device writes when it knows none,
 * as unknown. Firmware is told from apps by its uid, `!` and the sender's number, without an app version.
 */
export const correctTracker = (packet: Packet, from: number): Packet =>
  packet.uid === nodeText(from) && packet.takVersion === ''
    ? {
        ...packet,
        speed: Math.round(packet.speed * CM_S_PER_KMH),
        altitude: packet.altitude === 0 ? UNKNOWN_M : packet.altitude,
      }
    : packet;
