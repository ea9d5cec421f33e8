/** What every packet carries beside its payload: one row per detail element, parse and build side by side. */
import { meshtastic } from '@cotbus/contracts';
import { attribute, element, hasAttribute, lastNamed, lastWith, remarksText, textOf } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import type { EventTree } from '../cot/event-tree.ts';
import { STREAM_ENDPOINT } from '../cot/geo-chat.ts';
import { UNKNOWN_M, buildScaled, parseDecimal, parseInteger } from '../cot/number.ts';
import { MAX_READ_POINTS } from '../limits.ts';
import { buildEnvironment, buildSensor, parseEnvironment, parseSensor } from './annotations.ts';
import { parseUnits } from './geo.ts';
import type { Packet, PayloadCase } from './payload.ts';
import { isCaptured } from './payloads/aircraft.ts';
import type { PacketProfile } from './profile.ts';
import { roleId, roleText, teamId, teamText } from './team.ts';
import { markTruncated, parseTruncated } from './truncated.ts';

interface Row {
  /** Fills its fields of the packet, whose payload is there already. */
  readonly parse: (event: EventTree, packet: Packet, profile: PacketProfile) => void;
  /** @param type CoT type of the event */
  readonly build: (packet: Packet, type: string) => Element | undefined;
}

const MAX_COURSE_CDEG = 36000;
/** 36 000 km/h: beyond it TAK Server drops the event. */
const MAX_SPEED_CM_S = 999_999;
const MAX_BATTERY_PERCENT = 100;

const isOneOf = ({ payloadVariant }: Packet, ...cases: readonly PayloadCase[]): boolean =>
  payloadVariant.case !== undefined && cases.includes(payloadVariant.case);

/** Only users can be answered: an endpoint on a drawing or marker makes it a chat partner. */
const isUser = (packet: Packet, type: string): boolean =>
  isOneOf(packet, 'chat') ||
  (type.startsWith('a-f-G') && (packet.team !== 0 || packet.takVersion !== '' || packet.deviceCallsign !== ''));

const ANY_ADDRESS = '0.0.0.0:4242:tcp';

/** The name of who speaks, which TAKTALK writes into elements of its own. */
const speaker = (detail: readonly Element[], payload: PayloadCase | undefined): string => {
  if (payload === 'taktalk') return textOf(detail, 'callsign');
  return payload === 'taktalkRoom' ? textOf(detail, 'sender-callsign') : '';
};

const contact: Row = {
  parse: ({ detail }, packet, profile) => {
    const e = lastNamed(detail, 'contact');
    packet.callsign = speaker(detail, packet.payloadVariant.case) || attribute(e, 'callsign');
    // A later contact without a phone leaves the phone of an earlier one.
    packet.phone = attribute(lastWith(detail, 'contact', 'phone'), 'phone');
    if (profile.schema === 'a' && profile.asSdk) {
      const endpoint = attribute(e, 'endpoint');
      packet.endpoint = endpoint === ANY_ADDRESS || endpoint === STREAM_ENDPOINT ? '' : endpoint;
    }
  },
  build: (packet, type) =>
    packet.callsign === '' || isOneOf(packet, 'route', 'taktalk', 'taktalkRoom')
      ? undefined
      : element('contact', {
          callsign: packet.callsign,
          endpoint: isUser(packet, type) ? STREAM_ENDPOINT : undefined,
          phone: packet.phone || undefined,
        }),
};

const group: Row = {
  parse: ({ detail }, packet) => {
    const e = lastNamed(detail, '__group');
    if (e === undefined) return;
    packet.team = teamId(attribute(e, 'name'));
    packet.role = roleId(attribute(e, 'role'));
  },
  build: (packet) => {
    const role = roleText(packet.role);
    const name = teamText(packet.team);
    return role === undefined && name === undefined ? undefined : element('__group', { role, name });
  },
};

const status: Row = {
  parse: ({ detail }, packet) => {
    // Several status elements merge: a marker may have its battery in one and its readiness in another.
    const e = lastWith(detail, 'status', 'battery');
    const percent = parseInteger(attribute(e, 'battery')) ?? 0;
    packet.battery = percent > 0 && percent <= MAX_BATTERY_PERCENT ? percent : 0;
  },
  build: ({ battery, payloadVariant: { case: name, value } }) => {
    const isReady = name === 'marker' && value.readiness;
    return battery === 0 && !isReady
      ? undefined
      : element('status', {
          battery: battery === 0 ? undefined : String(Math.min(battery, MAX_BATTERY_PERCENT)),
          readiness: isReady ? 'true' : undefined,
        });
  },
};

/** In hundredths. Feeds of aircraft and ships write the unknown as CoT does for heights; the SDK takes it for a speed. */
const parseMotion = (text: string, { asSdk }: PacketProfile): number =>
  !asSdk && parseDecimal(text) === UNKNOWN_M ? 0 : parseUnits(text, 100);

const track: Row = {
  parse: ({ detail }, packet, profile) => {
    const e = lastNamed(detail, 'track');
    if (e === undefined) return;
    const course = parseMotion(attribute(e, 'course'), profile);
    packet.speed = parseMotion(attribute(e, 'speed'), profile);
    packet.course = course > MAX_COURSE_CDEG ? course % MAX_COURSE_CDEG : course;
  },
  build: ({ speed, course }) =>
    (speed === 0 && course === 0) || speed > MAX_SPEED_CM_S || course > MAX_COURSE_CDEG
      ? undefined
      : element('track', { speed: buildScaled(speed, 2), course: buildScaled(course, 2) }),
};

const takv: Row = {
  parse: ({ detail }, packet) => {
    const e = lastNamed(detail, 'takv');
    if (e === undefined) return;
    packet.takVersion = attribute(e, 'version');
    packet.takDevice = attribute(e, 'device');
    packet.takPlatform = attribute(e, 'platform');
    packet.takOs = attribute(e, 'os');
  },
  build: (packet) =>
    packet.takVersion === '' && packet.takPlatform === ''
      ? undefined
      : element('takv', {
          device: packet.takDevice || undefined,
          platform: packet.takPlatform || undefined,
          os: packet.takOs || undefined,
          version: packet.takVersion || undefined,
        }),
};

const { GeoPointSource } = meshtastic;
const geoSources: ReadonlyMap<string, meshtastic.GeoPointSource> = new Map([
  ['GPS', GeoPointSource.GeoPointSource_GPS],
  ['USER', GeoPointSource.GeoPointSource_USER],
  ['NETWORK', GeoPointSource.GeoPointSource_NETWORK],
]);
const geoSourceTexts = new Map([...geoSources].map(([text, id]) => [id, text]));
const geoSourceText = (id: meshtastic.GeoPointSource): string => geoSourceTexts.get(id) ?? '???';

const precision: Row = {
  parse: ({ detail }, packet, { asSdk }) => {
    // The second spelling is iTAK's.
    const e = lastNamed(detail, 'precisionlocation') ?? (asSdk ? undefined : lastNamed(detail, 'precisionLocation'));
    if (e === undefined) return;
    packet.geoSrc = geoSources.get(attribute(e, 'geopointsrc')) ?? 0;
    packet.altSrc = geoSources.get(attribute(e, 'altsrc')) ?? 0;
  },
  build: ({ geoSrc, altSrc }) =>
    geoSrc === 0 && altSrc === 0
      ? undefined
      : element('precisionlocation', { geopointsrc: geoSourceText(geoSrc), altsrc: geoSourceText(altSrc) }),
};

const droid: Row = {
  parse: ({ detail }, packet) => {
    packet.deviceCallsign = attribute(
      detail.findLast((e) => (e.name === 'uid' || e.name === 'UID') && hasAttribute(e, 'Droid')),
      'Droid',
    );
  },
  build: ({ deviceCallsign }) => (deviceCallsign === '' ? undefined : element('uid', { Droid: deviceCallsign })),
};

const environment: Row = {
  parse: ({ detail }, packet) => {
    const value = parseEnvironment(detail);
    if (value !== undefined) packet.environment = value;
  },
  build: (packet) => buildEnvironment(packet.environment),
};

const sensor: Row = {
  parse: ({ detail }, packet, profile) => {
    const value = parseSensor(detail, profile);
    if (value !== undefined) packet.sensorFov = value;
  },
  build: (packet) => buildSensor(packet.sensorFov),
};

const remarks: Row = {
  parse: ({ detail }, packet, { asSdk }) => {
    const { case: name, value } = packet.payloadVariant;
    // The text of a chat line is in its payload.
    if (name === 'chat') return;
    const text = remarksText(detail);
    if (name === 'aircraft' && !asSdk && isCaptured(text, value)) return;
    packet.remarks = name === 'shape' || name === 'route' ? parseTruncated(text).remarks : text;
  },
  build: (packet) => {
    const { case: name, value } = packet.payloadVariant;
    if (isOneOf(packet, 'chat', 'aircraft', 'route', 'taktalk', 'taktalkRoom')) return undefined;
    const text = name === 'shape' && value.truncated ? markTruncated(packet.remarks) : packet.remarks;
    return text === '' ? undefined : element('remarks', {}, text);
  },
};

const marti: Row = {
  parse: ({ detail }, packet, { schema }) => {
    const e = lastNamed(detail, 'marti');
    if (e === undefined || schema === 'a') return;
    const destCallsign = e.children
      .filter(({ name }) => name === 'dest')
      .map((dest) => attribute(dest, 'callsign'))
      .filter((callsign) => callsign !== '');
    if (destCallsign.length > 0) packet.marti = { $typeName: 'meshtastic.Marti', destCallsign };
  },
  build: (packet) => {
    const names = (packet.marti?.destCallsign ?? []).filter((callsign) => callsign !== '').slice(0, MAX_READ_POINTS);
    return names.length === 0
      ? undefined
      : element(
          'marti',
          {},
          names.map((callsign) => element('dest', { callsign })),
        );
  },
};

const beforePayload: readonly Row[] = [contact, group, status, track, takv, precision, droid, environment, sensor];
const afterPayload: readonly Row[] = [remarks, marti];

/** Fills the fields of the packet that the common elements have; its payload must be there. */
export const parseEnvelope = (event: EventTree, profile: PacketProfile, packet: Packet): void => {
  for (const row of beforePayload) row.parse(event, packet, profile);
  for (const row of afterPayload) row.parse(event, packet, profile);
};

/** The children of `<detail>`, in the order that receivers of the dialect write them. */
export const buildEnvelope = (packet: Packet, type: string, payload: readonly Element[]): readonly Element[] => {
  // What a raw detail says itself is not said twice.
  const isRaw = isOneOf(packet, 'rawDetail');
  const detail: Element[] = [];
  const add = (rows: readonly Row[]): void => {
    for (const row of rows) {
      const e = row.build(packet, type);
      if (e !== undefined && !(isRaw && lastNamed(payload, e.name) !== undefined)) detail.push(e);
    }
  };
  add(beforePayload);
  detail.push(...payload);
  add(afterPayload);
  return detail;
};
