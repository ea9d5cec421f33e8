/** A TAK user behind the gateway, as far as the units see one. */
import { meshtastic } from '@cotbus/contracts';
import { chatPayload } from '../tak-packet.ts';
import { placeOn } from '../track.ts';
import type { TakUnit } from '../unit-plans.ts';

export const takUser: TakUnit = {
  kind: 'tak',
  num: 0x51a000aa,
  longName: 'Headquarters',
  shortName: 'HQ',
  hopsAway: 0,
  batteryPercent: 100,
  track: { latitude: 47.6, longitude: 11.3, radiusM: 100, speedMps: 1, startDeg: 0, altitudeHaeM: 850 },
  uid: 'ANDROID-00000000000000aa',
  callsign: 'HQ',
  team: meshtastic.Team.Cyan,
  memberRole: meshtastic.MemberRole.HQ,
  says: [],
  answersAll: false,
};

/** @param to a uid or room; undefined for all chat rooms. */
export const chatFromTak = (text: string, to?: string): Uint8Array =>
  chatPayload(takUser, placeOn(takUser.track, 0), { messageId: 'm-1', text, to });
