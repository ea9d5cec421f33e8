/** How often the client API takes packets per port. Source: the limits of the firmware's phone API. */
import { meshtastic } from '@cotbus/contracts';
import type { SimulatorClock } from './clock.ts';

const { PortNum } = meshtastic;
const TEXT_MS = 2000;
const TELLING_MS = 10_000;
const TRACEROUTE_MS = 30_000;

/** Least time between two packets, by port; ports not named have no limit. */
const limitsMs: ReadonlyMap<number, number> = new Map<number, number>([
  [PortNum.TEXT_MESSAGE_APP, TEXT_MS],
  [PortNum.POSITION_APP, TELLING_MS],
  [PortNum.WAYPOINT_APP, TELLING_MS],
  [PortNum.ALERT_APP, TELLING_MS],
  [PortNum.TELEMETRY_APP, TELLING_MS],
  [PortNum.TRACEROUTE_APP, TRACEROUTE_MS],
]);

/** @returns whether a packet may pass now; one that may not leaves the time of the last one as it was. */
export const createRateLimit = (clock: SimulatorClock): ((portnum: number) => boolean) => {
  const passedMs = new Map<number, number>();
  return (portnum) => {
    const limitMs = limitsMs.get(portnum);
    if (limitMs === undefined) return true;
    if (clock.now() - (passedMs.get(portnum) ?? -Infinity) < limitMs) return false;
    passedMs.set(portnum, clock.now());
    return true;
  };
};
