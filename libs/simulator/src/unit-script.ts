/** What a unit sends at each step of its script. */
import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { telemetryPayload, userPayload } from './own-node.ts';
import { chatPayload, pliPayload } from './tak-packet.ts';
import { placeOn } from './track.ts';
import type { PlainUnit, TakUnit, UnitPlan } from './unit-plans.ts';

/** Steps between two of the same; a position is sent at every step. */
const NODE_INFO_STEPS = 12;
const TELEMETRY_STEPS = 6;
const SAYING_STEPS = 5;
/** A battery loses one percent in this time. */
const BATTERY_PERCENT_MS = 600_000;
const EXTERNAL_POWER = 101;
/** Ellipsoid above mean sea level in the Alps, metres. */
const GEOID_M = 47;
const PRECISION_EXACT = 32;

export interface Step {
  /** From 0. */
  readonly step: number;
  /** Since the start of the unit. */
  readonly elapsedMs: number;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Unique name for a message. */
  readonly messageId: string;
}

export interface Message {
  readonly portnum: meshtastic.PortNum;
  readonly payload: Uint8Array;
}

const { PortNum } = meshtastic;

export const messagesAt = (unit: UnitPlan, at: Step): Message[] => [
  ...(at.step % NODE_INFO_STEPS === 0 ? [{ portnum: PortNum.NODEINFO_APP, payload: userPayload(unit) }] : []),
  ...(unit.kind === 'tak' ? takMessages(unit, at) : plainMessages(unit, at)),
];

const takMessages = (unit: TakUnit, at: Step): Message[] => {
  const place = placeOn(unit.track, at.elapsedMs);
  const text = sayingAt(unit.says, at.step);
  const pli = pliPayload(unit, place, batteryAt(unit, at.elapsedMs));
  return [
    { portnum: PortNum.ATAK_PLUGIN_V2, payload: pli },
    ...(text === undefined
      ? []
      : [{ portnum: PortNum.ATAK_PLUGIN_V2, payload: chatPayload(unit, place, { text, messageId: at.messageId }) }]),
  ];
};

const plainMessages = (unit: PlainUnit, at: Step): Message[] => {
  const text = sayingAt(unit.says, at.step);
  const batteryLevel = batteryAt(unit, at.elapsedMs);
  const metrics = { batteryLevel, voltage: 3.3 + batteryLevel / 120, channelUtilization: 4.5, airUtilTx: 0.8 };
  return [
    ...(at.elapsedMs >= unit.firstFixMs ? [{ portnum: PortNum.POSITION_APP, payload: positionPayload(unit, at) }] : []),
    ...(at.step % TELEMETRY_STEPS === 0
      ? [{ portnum: PortNum.TELEMETRY_APP, payload: telemetryPayload(metrics, at.nowMs) }]
      : []),
    ...(text === undefined ? [] : [{ portnum: PortNum.TEXT_MESSAGE_APP, payload: new TextEncoder().encode(text) }]),
  ];
};

/** Payload of port 3. */
export const positionPayload = (unit: PlainUnit, { elapsedMs, nowMs }: Step): Uint8Array => {
  const { latitudeI, longitudeI, courseDeg } = placeOn(unit.track, elapsedMs);
  const position = create(meshtastic.PositionSchema, {
    latitudeI,
    longitudeI,
    altitude: unit.track.altitudeHaeM - GEOID_M,
    time: Math.floor(nowMs / 1000),
    locationSource: meshtastic.Position_LocSource.LOC_INTERNAL,
    groundSpeed: Math.round(unit.track.speedMps * 3.6),
    groundTrack: Math.round(courseDeg * 1e5),
    satsInView: 9,
    precisionBits: PRECISION_EXACT,
  });
  return toBinary(meshtastic.PositionSchema, position);
};

/** Never at the first steps: whoever connects then should see contacts first. */
const sayingAt = (says: readonly string[], step: number): string | undefined =>
  says.length > 0 && step % SAYING_STEPS === SAYING_STEPS - 1
    ? says[Math.floor(step / SAYING_STEPS) % says.length]
    : undefined;

const batteryAt = ({ batteryPercent }: UnitPlan, elapsedMs: number): number =>
  batteryPercent === EXTERNAL_POWER
    ? EXTERNAL_POWER
    : Math.max(1, batteryPercent - Math.floor(elapsedMs / BATTERY_PERCENT_MS));
