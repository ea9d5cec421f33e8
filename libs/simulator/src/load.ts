/** Load: position reports of many users at a steady rate. */
import { meshtastic } from '@cotbus/contracts';
import { broadcastPacket } from './mesh-packet.ts';
import type { Mesh } from './mesh.ts';
import { pliPayload } from './tak-packet.ts';
import { placeOn } from './track.ts';
import { FIRST_NODE_NUM, type TakUnit } from './unit-plans.ts';

const TICK_MS = 50;
const DEFAULT_SENDERS = 50;
/** Frames in one tick at most; what does not fit into one is left out, not made up for. */
const MAX_BURST = 5000;
/** Node numbers and uids of the load start here, away from the demo's. */
const FIRST_SENDER = FIRST_NODE_NUM + 0x10000;

export interface LoadOptions {
  readonly mesh: Mesh;
  readonly framesPerSecond: number;
  /** Users that take turns. Default 50. */
  readonly senders?: number;
}

export interface Load {
  /** Frames transmitted so far. */
  sent(): number;
  stop(): void;
}

export const startLoad = ({ mesh, framesPerSecond, senders = DEFAULT_SENDERS }: LoadOptions): Load => {
  const { clock } = mesh;
  const users = Array.from({ length: senders }, (_, index) => loadUser(index, senders));
  const startMs = clock.now();
  let sent = 0;
  let due = 0;
  let tickMs = startMs;

  const send = (user: TakUnit): void => {
    const payload = pliPayload(user, placeOn(user.track, clock.now() - startMs), user.batteryPercent);
    const { ATAK_PLUGIN_V2 } = meshtastic.PortNum;
    mesh.transmit(broadcastPacket({ from: user.num, id: mesh.nextPacketId(), portnum: ATAK_PLUGIN_V2, payload }));
  };
  const stop = clock.every(TICK_MS, () => {
    due = Math.min(due + ((clock.now() - tickMs) * framesPerSecond) / 1000, MAX_BURST);
    tickMs = clock.now();
    for (; due >= 1; due -= 1) {
      const user = users[sent % users.length];
      if (user) send(user);
      sent += 1;
    }
  });
  return { sent: () => sent, stop };
};

const loadUser = (index: number, senders: number): TakUnit => {
  const num = FIRST_SENDER + index;
  const name = `SIM-LOAD-${index + 1}`;
  const startDeg = (360 * index) / senders;
  return {
    kind: 'tak',
    num,
    longName: name,
    shortName: 'SIML',
    hopsAway: index % 3,
    batteryPercent: 80,
    track: { latitude: 47.5925, longitude: 11.345, radiusM: 5000, speedMps: 1.4, startDeg, altitudeHaeM: 848 },
    uid: `ANDROID-51a1${num.toString(16).padStart(12, '0')}`,
    callsign: name,
    team: meshtastic.Team.Blue,
    memberRole: meshtastic.MemberRole.TeamMember,
    says: [],
    answersAll: false,
  };
};
