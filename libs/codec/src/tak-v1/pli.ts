/**
 * V1 position reports ↔ friends on the ground.
 *
 *     <contact callsign="VIPER-1" endpoint="*:-1:stcp"/><__group role="Team Member" name="Cyan"/>
 *     <status battery="77"/><track speed="3" course="270"/><uid Droid="VIPER-1"/>
 */
import { Kind } from '@cotbus/contracts';
import type { CotEvent, NodeState } from '@cotbus/contracts';
import { attribute, element, lastNamed, lastWith } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import type { EventTree } from '../cot/event-tree.ts';
import { STREAM_ENDPOINT } from '../cot/geo-chat.ts';
import { UNKNOWN_M, parseDecimal } from '../cot/number.ts';
import { V1_PLI_STALE_MS } from '../limits.ts';
import { degreesOf, isOnGlobe, latitudeI, longitudeI, roundUnsigned } from '../packet/geo.ts';
import { roleText, teamText } from '../packet/team.ts';
import { NOWHERE, placeOf } from '../plain/fix.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { eventFrom } from './event-from.ts';
import { canBeSender, readSender } from './sender.ts';
import { roleOfName, teamOfName } from './team-names.ts';
import { isTracker, withWholeNames } from './tracker.ts';
import type { V1Packet, V1Pli } from './v1-packet.ts';

const MAX_BATTERY_PERCENT = 100;
/** Metres; beyond it a number is no height of anything that carries a radio. */
const MAX_HEIGHT_M = 100_000;
const MAX_COURSE_DEG = 360;
/** m/s: 36 000 km/h. */
const MAX_SPEED_M_S = 10_000;

/** Refused: `impossible` (a position off the globe). */
export const buildPli = (
  packet: V1Packet,
  pli: V1Pli,
  from: number,
  node: NodeState,
): { readonly ok: true; readonly event: CotEvent } | Refused => {
  if (!isOnGlobe(pli)) {
    return refuse('impossible', `position ${degreesOf(pli.latitudeI)}, ${degreesOf(pli.longitudeI)}`);
  }
  const isMachine = isTracker(packet, node);
  const { uid, callsign } = readSender(isMachine ? withWholeNames(packet, node) : packet, from, node, '');
  const { hasPlace, ...place } = placeIn(pli, node);
  const notes = [...(hasPlace ? [] : ['No position yet']), ...(isMachine ? speedNote(pli) : [])].join(' | ');
  const event = eventFrom({
    ...place,
    uid,
    type: 'a-f-G-U-C',
    how: 'm-g',
    kind: Kind.PLI,
    staleAfterMs: V1_PLI_STALE_MS,
    detail: [
      element('contact', { callsign, endpoint: isMachine ? undefined : STREAM_ENDPOINT }),
      // What the phone apps show for a member without a team.
      element('__group', { role: roleText(packet.role) ?? 'Team Member', name: teamText(packet.team) ?? 'Cyan' }),
      ...buildStatus(packet.battery),
      ...(isMachine || !hasPlace ? [] : buildTrack(pli)),
      element('uid', { Droid: callsign }),
      ...(notes === '' ? [] : [element('remarks', {}, notes)]),
    ],
  });
  return { ok: true, event };
};

/** 0, 0 is no position; then the radio's own counts. */
const placeIn = ({ latitudeI: latI, longitudeI: lonI, altitude }: V1Pli, { fix }: NodeState) => {
  if (latI === 0 && lonI === 0) {
    const place = placeOf(fix);
    return {
      ...(place ?? NOWHERE),
      hasPlace: place !== undefined,
      olderMs: place === undefined ? 0 : (fix?.ageMs ?? 0),
    };
  }
  // Apps write 0 for a height they do not know.
  const hae = altitude === 0 || Math.abs(altitude) > MAX_HEIGHT_M ? UNKNOWN_M : altitude;
  return { ...NOWHERE, lat: degreesOf(latI), lon: degreesOf(lonI), hae, hasPlace: true, olderMs: 0 };
};

const buildStatus = (battery: number): readonly Element[] =>
  battery === 0 ? [] : [element('status', { battery: String(Math.min(battery, MAX_BATTERY_PERCENT)) })];

const buildTrack = (pli: V1Pli): readonly Element[] => {
  const { speed, course } = unswapped(pli);
  const isMoving = speed !== 0 || course !== 0;
  return isMoving && speed <= MAX_SPEED_M_S && course <= MAX_COURSE_DEG
    ? [element('track', { speed: String(speed), course: String(course) })]
    : [];
};

const HELICOPTER_M_S = 150;
const CAR_M_S = 14;
const SLOW_M_S = 60;

/**
 * ATAK plugins from 1.1.38 on write speed and course into each other's field. Undone where it can be told: what goes
 * faster than a helicopter, or faster than a car on a course of exactly 0, rather stands and looks somewhere.
 */
const unswapped = ({ speed, course }: V1Pli): Pick<V1Pli, 'speed' | 'course'> => {
  const isUnlikely = (speed > HELICOPTER_M_S && course < SLOW_M_S) || (speed > CAR_M_S && course === 0);
  return isUnlikely && speed <= MAX_COURSE_DEG ? { speed: course, course: speed } : { speed, course };
};

/** Firmware's own reports: `speed` is in km/h, `course` the low bits of a larger number; no track, it would point anywhere. */
const speedNote = ({ speed }: V1Pli): readonly string[] =>
  speed === 0 || speed > MAX_SPEED_M_S ? [] : [`Speed: ${speed} km/h`];

/** Refused: `unsupported` (no friend on the ground, a uid that V1 cannot carry). */
export const parsePli = (event: EventTree): { readonly ok: true; readonly packet: V1Packet } | Refused => {
  const { detail, type, uid } = event;
  if (!/^a-f-G/i.test(type))
    return refuse('unsupported', `V1 shows every position as a friend on the ground, not ${type}`);
  if (!canBeSender(uid)) return refuse('unsupported', `V1 cannot carry the uid ${uid}`);
  const group = lastNamed(detail, '__group');
  const packet: V1Packet = {
    callsign: attribute(lastNamed(detail, 'contact'), 'callsign').trim() || uid,
    deviceCallsign: uid,
    team: teamOfName(attribute(group, 'name')),
    role: roleOfName(attribute(group, 'role')),
    battery: parseBattery(detail),
    payload: { case: 'pli', value: parsePosition(event) },
  };
  return { ok: true, packet };
};

const parseBattery = (detail: readonly Element[]): number => {
  const status = lastWith(detail, 'status', 'battery');
  return Math.min(roundUnsigned(decimal(status, 'battery')), MAX_BATTERY_PERCENT);
};

const parsePosition = ({ detail, lat, lon, hae }: EventTree): V1Pli => {
  const track = lastNamed(detail, 'track');
  return {
    latitudeI: latitudeI(lat),
    longitudeI: longitudeI(lon),
    altitude: Math.abs(hae) > MAX_HEIGHT_M ? 0 : Math.round(hae),
    speed: Math.min(roundUnsigned(decimal(track, 'speed')), MAX_SPEED_M_S),
    course: roundUnsigned(decimal(track, 'course')) % MAX_COURSE_DEG,
  };
};

const decimal = (e: Element | undefined, name: string): number => parseDecimal(attribute(e, name)) ?? 0;
