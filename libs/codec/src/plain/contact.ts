/** A plain node as a contact: what is known of it, whatever packet it was heard by. */
import { create } from '@bufbuild/protobuf';
import { CotEventSchema, Kind } from '@cotbus/contracts';
import type { CotEvent, Fix, Metrics, NodeState } from '@cotbus/contracts';
import { buildElements, element } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { STREAM_ENDPOINT } from '../cot/geo-chat.ts';
import { UNKNOWN_M, buildDecimal } from '../cot/number.ts';
import { CONTACT_STALE_MS } from '../limits.ts';
import { nodeCallsign, nodeUid } from './callsign.ts';
import { NOWHERE, isManual, placeOf } from './fix.ts';
import type { Place } from './fix.ts';

const TEAM = 'Green';
const ROLE = 'Team Member';
const KMH_PER_M_S = 3.6;
const TRACK_UNITS_PER_DEGREE = 1e5;
const FULL_CIRCLE_DEG = 360;
/** Above it the number is no speed of anything that carries a radio. */
const MAX_SPEED_KMH = 36_000;
const FULL_BATTERY_PERCENT = 100;
const NO_POSITION = 'No position yet';

/**
 * Fresh for 15 minutes after its hearing, as old as its position. A node without a fix stands at 0, 0 with unknown
 * accuracy and says so in its remarks; one that cannot be messaged has no endpoint.
 */
export const buildContact = (node: NodeState): CotEvent => {
  const place = placeOf(node.fix);
  const callsign = nodeCallsign(node);
  return create(CotEventSchema, {
    ...(place ?? NOWHERE),
    uid: nodeUid(node.num),
    type: 'a-f-G-U-C',
    how: isManual(node.fix) ? 'h-e' : 'm-g',
    kind: Kind.PLI,
    olderMs: place === undefined ? 0 : (node.fix?.ageMs ?? 0),
    staleAfterMs: CONTACT_STALE_MS,
    detail: buildElements(buildDetail(node, callsign, place)),
    callsign,
    team: TEAM,
    role: ROLE,
  });
};

const buildDetail = (node: NodeState, callsign: string, place: Place | undefined): readonly Element[] => {
  const remarks = [...(place === undefined ? [NO_POSITION] : []), ...measurements(node)].join(' | ');
  return [
    element('contact', { callsign, endpoint: node.unmessagable ? undefined : STREAM_ENDPOINT }),
    element('__group', { role: ROLE, name: TEAM }),
    ...batteryStatus(node.metrics),
    ...(place === undefined ? [] : [...track(node.fix), precision(node.fix, place)]),
    element('uid', { Droid: callsign }),
    ...(remarks === '' ? [] : [element('remarks', {}, remarks)]),
  ];
};

/** Percent; 101 says that it runs on external power. A board without a battery reports 0 and no voltage. */
const batteryPercent = (metrics: Metrics | undefined): number | undefined => {
  const { battery, voltage = 0 } = metrics ?? {};
  return battery === 0 && !(voltage > 0) ? undefined : battery;
};

const batteryStatus = (metrics: Metrics | undefined): readonly Element[] => {
  const percent = batteryPercent(metrics);
  return percent === undefined ? [] : [element('status', { battery: String(Math.min(percent, FULL_BATTERY_PERCENT)) })];
};

const track = (fix: Fix | undefined): readonly Element[] => {
  const speedKmh = fix?.groundSpeedKmh;
  const courseDeg = fix?.groundTrackE5 === undefined ? undefined : fix.groundTrackE5 / TRACK_UNITS_PER_DEGREE;
  const hasSpeed = speedKmh !== undefined && speedKmh <= MAX_SPEED_KMH;
  const hasCourse = courseDeg !== undefined && courseDeg <= FULL_CIRCLE_DEG;
  if (!hasSpeed && !hasCourse) return [];
  return [
    element('track', {
      speed: buildDecimal(hasSpeed ? speedKmh / KMH_PER_M_S : 0, 2),
      course: buildDecimal(hasCourse ? courseDeg : 0, 2),
    }),
  ];
};

const precision = (fix: Fix | undefined, place: Place): Element => {
  const source = isManual(fix) ? 'USER' : 'GPS';
  return element('precisionlocation', { geopointsrc: source, altsrc: place.hae === UNKNOWN_M ? '???' : source });
};

/** What is known of the radio, unknown values left out, zeros shown. */
const measurements = (node: NodeState): readonly string[] => {
  const { metrics } = node;
  const percent = batteryPercent(metrics);
  const battery = percent === undefined || percent <= FULL_BATTERY_PERCENT ? number(percent, 0, '%') : 'external power';
  const voltage = (metrics?.voltage ?? 0) > 0 ? metrics?.voltage : undefined;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Battery', battery],
    ['Voltage', number(voltage, 2, 'V')],
    ['Chan Util', number(metrics?.channelUtilization, 1, '%')],
    ['Air Util Tx', number(metrics?.airUtilTx, 1, '%')],
    ['RSSI', number(node.rssiDbm, 0, ' dBm')],
    ['SNR', number(node.snrDb, 1, ' dB')],
  ];
  return rows.flatMap(([name, text]) => (text === undefined ? [] : [`${name}: ${text}`]));
};

const number = (value: number | undefined, digits: number, unit: string): string | undefined =>
  value === undefined || !Number.isFinite(value) ? undefined : `${value.toFixed(digits)}${unit}`;
