/** What every packet carries beside its payload: one row per detail element, parse and build side by side. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { allNamed, attribute, element, lastNamed, remarksText } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { STREAM_ENDPOINT } from '../cot/geo-chat.ts';
import { buildDecimal, parseDecimal, parseInteger } from '../cot/number.ts';
import { buildEnvironment, buildSensor, parseEnvironment, parseSensor } from './annotations.ts';
import { roundUnsigned } from './geo.ts';
import type { EnvelopeFields, Packet, PayloadCase } from './payload.ts';
import { roleId, roleText, teamId, teamText } from './team.ts';

interface Row {
  readonly parse: (detail: readonly Element[], payload: PayloadCase | undefined) => EnvelopeFields;
  /** @param type CoT type of the event */
  readonly build: (packet: Packet, type: string) => Element | undefined;
}

const MAX_COURSE_CDEG = 36000;
/** 36 000 km/h: beyond it TAK Server drops the event. */
const MAX_SPEED_CM_S = 999_999;
const MAX_BATTERY_PERCENT = 100;

const written = (e: Element): Element | undefined => (e.attributes.size === 0 ? undefined : e);
const isOneOf = (packet: Packet, ...cases: readonly PayloadCase[]): boolean =>
  packet.payloadVariant.case !== undefined && cases.includes(packet.payloadVariant.case);

/** Only users can be answered: an endpoint on a drawing or marker makes it a chat partner. */
const isUser = (packet: Packet, type: string): boolean =>
  isOneOf(packet, 'chat') ||
  (type.startsWith('a-f-G') && (packet.team !== 0 || packet.takVersion !== '' || packet.deviceCallsign !== ''));

const contact: Row = {
  parse: (detail) => ({
    callsign: attribute(lastNamed(detail, 'contact'), 'callsign'),
    // A later contact without a phone leaves the phone of an earlier one.
    phone: attribute(
      detail.findLast((e) => e.name === 'contact' && e.attributes.has('phone')),
      'phone',
    ),
  }),
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
  parse: (detail) => {
    const e = lastNamed(detail, '__group');
    return { team: teamId(attribute(e, 'name')), role: roleId(attribute(e, 'role')) };
  },
  build: (packet) => written(element('__group', { role: roleText(packet.role), name: teamText(packet.team) })),
};

const status: Row = {
  parse: (detail) => {
    // Several status elements merge: a marker may have its battery in one and its readiness in another.
    const e = detail.findLast((s) => s.name === 'status' && s.attributes.has('battery'));
    const percent = parseInteger(attribute(e, 'battery')) ?? 0;
    return { battery: percent > 0 && percent <= MAX_BATTERY_PERCENT ? percent : 0 };
  },
  build: ({ battery }) =>
    battery === 0 ? undefined : element('status', { battery: String(Math.min(battery, MAX_BATTERY_PERCENT)) }),
};

const track: Row = {
  parse: (detail) => {
    const e = lastNamed(detail, 'track');
    const course = roundUnsigned((parseDecimal(attribute(e, 'course')) ?? 0) * 100);
    return {
      speed: roundUnsigned((parseDecimal(attribute(e, 'speed')) ?? 0) * 100),
      course: course > MAX_COURSE_CDEG ? course % MAX_COURSE_CDEG : course,
    };
  },
  build: ({ speed, course }) =>
    (speed === 0 && course === 0) || speed > MAX_SPEED_CM_S || course > MAX_COURSE_CDEG
      ? undefined
      : element('track', { speed: buildDecimal(speed / 100, 2), course: buildDecimal(course / 100, 2) }),
};

const takv: Row = {
  parse: (detail) => {
    const e = lastNamed(detail, 'takv');
    return {
      takVersion: attribute(e, 'version'),
      takDevice: attribute(e, 'device'),
      takPlatform: attribute(e, 'platform'),
      takOs: attribute(e, 'os'),
    };
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

const geoSources: ReadonlyMap<string, meshtastic.GeoPointSource> = new Map([
  ['GPS', meshtastic.GeoPointSource.GeoPointSource_GPS],
  ['USER', meshtastic.GeoPointSource.GeoPointSource_USER],
  ['NETWORK', meshtastic.GeoPointSource.GeoPointSource_NETWORK],
]);
const geoSourceText = (id: meshtastic.GeoPointSource): string =>
  [...geoSources].find(([, number]) => number === id)?.[0] ?? '???';

const precision: Row = {
  parse: (detail) => {
    const e = lastNamed(detail, 'precisionlocation') ?? lastNamed(detail, 'precisionLocation');
    return {
      geoSrc: geoSources.get(attribute(e, 'geopointsrc')) ?? 0,
      altSrc: geoSources.get(attribute(e, 'altsrc')) ?? 0,
    };
  },
  build: ({ geoSrc, altSrc }) =>
    geoSrc === 0 && altSrc === 0
      ? undefined
      : element('precisionlocation', { geopointsrc: geoSourceText(geoSrc), altsrc: geoSourceText(altSrc) }),
};

const droid: Row = {
  parse: (detail) => ({
    deviceCallsign: attribute(
      detail.findLast((e) => /^uid$/i.test(e.name) && e.attributes.has('Droid')),
      'Droid',
    ),
  }),
  build: ({ deviceCallsign }) => (deviceCallsign === '' ? undefined : element('uid', { Droid: deviceCallsign })),
};

const environment: Row = {
  parse: (detail) => given('environment', parseEnvironment(detail)),
  build: (packet) => buildEnvironment(packet.environment),
};

const sensor: Row = {
  parse: (detail) => given('sensorFov', parseSensor(detail)),
  build: (packet) => buildSensor(packet.sensorFov),
};

const remarks: Row = {
  // The text of a chat line is in its payload.
  parse: (detail, payload) => ({ remarks: payload === 'chat' ? '' : remarksText(detail) }),
  build: (packet) =>
    packet.remarks === '' || isOneOf(packet, 'chat', 'aircraft', 'route', 'taktalk', 'taktalkRoom')
      ? undefined
      : element('remarks', {}, packet.remarks),
};

const marti: Row = {
  parse: (detail) => {
    const destCallsign = allNamed(lastNamed(detail, 'marti')?.children ?? [], 'dest')
      .map((dest) => attribute(dest, 'callsign'))
      .filter((callsign) => callsign !== '');
    return given('marti', destCallsign.length === 0 ? undefined : create(meshtastic.MartiSchema, { destCallsign }));
  },
  build: (packet) =>
    packet.marti === undefined || packet.marti.destCallsign.length === 0
      ? undefined
      : element(
          'marti',
          {},
          packet.marti.destCallsign.map((callsign) => element('dest', { callsign })),
        ),
};

const given = <K extends keyof EnvelopeFields>(key: K, value: EnvelopeFields[K] | undefined): EnvelopeFields =>
  value === undefined ? {} : { [key]: value };

const beforePayload: readonly Row[] = [contact, group, status, track, takv, precision, droid, environment, sensor];
const afterPayload: readonly Row[] = [remarks, marti];

/** The fields of the packet that the common elements fill. */
export const parseEnvelope = (detail: readonly Element[], payload: PayloadCase | undefined): EnvelopeFields =>
  Object.assign({}, ...[...beforePayload, ...afterPayload].map((row) => row.parse(detail, payload))) as EnvelopeFields;

/** The children of `<detail>`, in the order that receivers of the dialect write them. */
export const buildEnvelope = (packet: Packet, type: string, payload: readonly Element[]): readonly Element[] => {
  const rows = (list: readonly Row[]): readonly Element[] =>
    list.map((row) => row.build(packet, type)).filter((e): e is Element => e !== undefined);
  return [...rows(beforePayload), ...payload, ...rows(afterPayload)];
};
