/** One node of the table: how packets and dumps are merged into it, and what it says to the bus. */
import { create } from '@bufbuild/protobuf';
import { meshtastic, NodeStateSchema } from '@cotbus/contracts';
import type { NodeState } from '@cotbus/contracts';
import { readMetrics } from './node-metrics.ts';
import type { MetricsFields } from './node-metrics.ts';
import { readPosition } from './node-position.ts';
import type { FixFields } from './node-position.ts';
import { newest, observedMs } from './node-time.ts';
import type { Moment, Observed } from './node-time.ts';
import { readMessage } from './read-message.ts';
import type { Reception } from './reception.ts';

/** Characters of a name, callsign, team or role; longer ones are cut. The firmware's longest name has 39 bytes. */
const MAX_NAME_CHARS = 64;
/** Characters of a TAK uid. A longer one is not learned: cut, it would be another. */
const MAX_UID_CHARS = 128;
const MAX_AGE_MS = 0xffff_ffff;

/** Who a node says it is in TAK. */
export interface LearnedTak {
  readonly uid: string;
  readonly callsign: string;
  readonly team: string;
  readonly role: string;
}

interface Names {
  readonly longName: string;
  readonly shortName: string;
  readonly role: number;
  readonly hardwareModel: number;
  readonly unmessagable: boolean;
}

export interface Entry {
  reception: Observed<Reception>;
  names: Observed<Names> | undefined;
  fix: Observed<FixFields> | undefined;
  metrics: Observed<MetricsFields> | undefined;
  tak: Observed<LearnedTak> | undefined;
  ignored: boolean;
}

/** When a message came: in the air, or out of memory. */
export interface Arrival {
  readonly now: Moment;
  readonly isLive: boolean;
  /** Monotonic, of what says no time itself. */
  readonly atMs: number;
}

/** What is wrong with a payload. */
export type Finding = { readonly kind: 'garbled' | 'impossible'; readonly detail: string } | undefined;

export const newEntry = (reception: Observed<Reception>): Entry => ({
  reception,
  names: undefined,
  fix: undefined,
  metrics: undefined,
  tak: undefined,
  ignored: false,
});

export const mergePacket = (entry: Entry, { payloadVariant }: meshtastic.MeshPacket, arrival: Arrival): Finding => {
  // An empty payload asks for the other side's; it says nothing.
  if (payloadVariant.case !== 'decoded' || payloadVariant.value.payload.length === 0) return undefined;
  const { portnum, payload } = payloadVariant.value;
  switch (portnum) {
    case meshtastic.PortNum.POSITION_APP: {
      const position = readMessage(meshtastic.PositionSchema, payload);
      return position === undefined ? garbled('Position') : mergePosition(entry, position, arrival);
    }
    case meshtastic.PortNum.NODEINFO_APP: {
      const user = readMessage(meshtastic.UserSchema, payload);
      return user === undefined ? garbled('User') : mergeUser(entry, user, arrival);
    }
    case meshtastic.PortNum.TELEMETRY_APP: {
      const telemetry = readMessage(meshtastic.TelemetrySchema, payload);
      return telemetry === undefined ? garbled('Telemetry') : mergeTelemetry(entry, telemetry, arrival);
    }
    default:
      return undefined;
  }
};

const garbled = (message: string): Finding => ({ kind: 'garbled', detail: `the payload is no ${message}` });

export const mergeInfo = (entry: Entry, info: meshtastic.NodeInfo, arrival: Arrival): Finding => {
  entry.ignored = info.isIgnored;
  if (info.user !== undefined) mergeUser(entry, info.user, arrival);
  if (info.deviceMetrics !== undefined) mergeMetrics(entry, info.deviceMetrics, arrival);
  return info.position === undefined ? undefined : mergePosition(entry, info.position, arrival);
};

const mergePosition = (entry: Entry, position: meshtastic.Position, { now, isLive, atMs }: Arrival): Finding => {
  const reading = readPosition(position);
  if (reading.kind === 'impossible') return reading;
  if (reading.kind === 'fix') {
    const come = { value: reading.fix, observedMs: observedMs(reading.epochSeconds, now) ?? atMs };
    entry.fix = newest(entry.fix, come, isLive);
  }
  return undefined;
};

const mergeUser = (entry: Entry, user: meshtastic.User, { isLive, atMs }: Arrival): undefined => {
  const value = {
    longName: cut(user.longName),
    shortName: cut(user.shortName),
    role: user.role,
    hardwareModel: user.hwModel,
    unmessagable: user.isUnmessagable ?? false,
  };
  entry.names = newest(entry.names, { value, observedMs: atMs }, isLive);
};

const mergeTelemetry = (entry: Entry, { variant }: meshtastic.Telemetry, arrival: Arrival): undefined => {
  if (variant.case === 'deviceMetrics') mergeMetrics(entry, variant.value, arrival);
};

const mergeMetrics = (entry: Entry, metrics: meshtastic.DeviceMetrics, { isLive, atMs }: Arrival): void => {
  const value = readMetrics(metrics);
  if (value !== undefined) entry.metrics = newest(entry.metrics, { value, observedMs: atMs }, isLive);
};

export const learnTakIdentity = (entry: Entry, { uid, callsign, team, role }: LearnedTak, now: Moment): void => {
  if (uid.length > MAX_UID_CHARS) return;
  const value = { uid, callsign: cut(callsign), team: cut(team), role: cut(role) };
  entry.tak = { value, observedMs: now.monotonicMs };
};

/** Never within a character. */
const cut = (text: string): string => text.slice(0, MAX_NAME_CHARS).replace(/[\ud800-\udbff]$/, '');

/** The entry as the bus has it, with all ages as of now. */
export const nodeState = (
  { reception, names, fix, metrics, tak, ignored }: Entry,
  identity: { readonly num: number; readonly agent: string; readonly mesh: string; readonly own: boolean },
  now: Moment,
): NodeState => {
  const ageMs = (observed: Observed<unknown>): number =>
    Math.min(Math.max(0, Math.round(now.monotonicMs - observed.observedMs)), MAX_AGE_MS);
  const { snrDb, rssiDbm, hops, viaMqtt } = reception.value;
  return create(NodeStateSchema, {
    ...identity,
    ...names?.value,
    ignored,
    ...(fix === undefined ? {} : { fix: { ...fix.value, ageMs: ageMs(fix) } }),
    ...(metrics === undefined ? {} : { metrics: metrics.value }),
    ...(snrDb === undefined ? {} : { snrDb }),
    ...(rssiDbm === undefined ? {} : { rssiDbm }),
    ...(hops === undefined ? {} : { hops }),
    viaMqtt,
    heardAgeMs: ageMs(reception),
    ...(tak === undefined ? {} : { tak: { ...tak.value, ageMs: ageMs(tak) } }),
    atMs: now.wallMs,
  });
};
