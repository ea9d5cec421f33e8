/** What a packet gives up, step by step, until it fits; in this order, each on top of the ones before. */
import type { Packet } from '../packet/payload.ts';
import { fewerVertices, fewerWayPoints } from './fewer-points.ts';
import { shorterLine, shorterNames, shorterNotes, shorterRemarks, withoutCards } from './shorter-texts.ts';

export interface Rung {
  /** What is given up; several rungs in a row may take ever more of it. */
  readonly name: string;
  /** For people, who read it in an outcome. */
  readonly words: string;
  /** The packet itself when it has nothing to give up. */
  readonly apply: (packet: Packet) => Packet;
}

const rung = (name: string, apply: (packet: Packet) => Packet, words = name): Rung => ({ name, words, apply });

const cut = (name: string, apply: (maxBytes: number) => (packet: Packet) => Packet, ...steps: readonly number[]) =>
  steps.map((bytes) => rung(name, apply(bytes), bytes === 0 ? name : `${name} cut to ${bytes} bytes`));

const thin = (name: string, apply: (most: number) => (packet: Packet) => Packet, ...steps: readonly number[]) =>
  steps.map((most) => rung(name, apply(most), `${name} reduced to ${most}`));

const withoutPhone = (packet: Packet): Packet => (packet.phone === '' ? packet : { ...packet, phone: '' });

const withoutEndpoint = (packet: Packet): Packet => (packet.endpoint === '' ? packet : { ...packet, endpoint: '' });

const withoutWayPointNames = (packet: Packet): Packet => {
  const { case: name, value } = packet.payloadVariant;
  if (name !== 'route' || value.links.every(({ callsign }) => callsign === '')) return packet;
  const links = value.links.map((link) => ({ ...link, callsign: '' }));
  return { ...packet, payloadVariant: { case: name, value: { ...value, links } } };
};

/** Who placed a marker. */
const withoutParent = (packet: Packet): Packet => {
  const { case: name, value } = packet.payloadVariant;
  if (name !== 'marker' || (value.parentUid === '' && value.parentType === '' && value.parentCallsign === ''))
    return packet;
  const orphan = { ...value, parentUid: '', parentType: '', parentCallsign: '' };
  return { ...packet, payloadVariant: { case: name, value: orphan } };
};

/** Readers show a chat line by its sender's own marker. */
const withoutChatPlace = (packet: Packet): Packet =>
  packet.payloadVariant.case !== 'chat' || (packet.latitudeI === 0 && packet.longitudeI === 0)
    ? packet
    : { ...packet, latitudeI: 0, longitudeI: 0 };

const withoutWeather = ({ environment: _environment, ...packet }: Packet): Packet => packet;
const withoutSensor = ({ sensorFov: _sensorFov, ...packet }: Packet): Packet => packet;

export const LADDER: readonly Rung[] = [
  rung('phone', withoutPhone),
  rung('endpoint', withoutEndpoint),
  ...cut('remarks', shorterRemarks, 160, 120, 80, 40, 0),
  rung('names of way points', withoutWayPointNames),
  ...thin('vertices', fewerVertices, 30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4),
  rung('parent link', withoutParent),
  ...cut('notes', shorterNotes, 40, 20),
  rung('patient cards', withoutCards),
  ...cut('notes', shorterNotes, 10, 0),
  ...thin('way points', fewerWayPoints, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6),
  rung('weather', (packet) => (packet.environment === undefined ? packet : withoutWeather(packet))),
  rung('sensor cone', (packet) => (packet.sensorFov === undefined ? packet : withoutSensor(packet))),
  rung('place of a chat line', withoutChatPlace),
  ...cut('names', shorterNames, 40, 20),
  ...cut('text', shorterLine, 180, 160, 140, 120, 100, 80, 60, 40, 20),
];
