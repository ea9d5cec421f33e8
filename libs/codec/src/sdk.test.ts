/** Against the fixtures of the published SDK: the same bytes where we write its form, every field where we read it. */
import { toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { cotFaults, nodeAt, readXml, sdkFixtures, sdkFolder } from '@cotbus/testkit';
import type { SdkFixture, XmlNode } from '@cotbus/testkit';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from './cot/build-event.ts';
import { stampEvent } from './cot/stamp.ts';
import { decodePacket } from './packet/bytes/decode.ts';
import { encodePacket } from './packet/bytes/encode.ts';
import { buildEvent, packetOfTree, treeOfPacket } from './packet/packet.ts';
import type { Packet } from './packet/payload.ts';
import { PROFILE_A, PROFILE_B } from './packet/profile.ts';
import type { PacketProfile } from './packet/profile.ts';
import { NOON_MS } from './testing/samples.ts';
import { packetOfXml } from './testing/packets.ts';

const isThere = sdkFolder() !== undefined;
const fixtures = sdkFixtures();

const golden = (fixture: SdkFixture): Packet => {
  const packet = decodePacket(fixture.packet);
  if (packet === undefined) throw new Error('no packet');
  return packet;
};

/** The golden of this one has the line width of a KML style for its remarks. */
const correct = (name: string, packet: Packet): Packet =>
  name === 'drawing_circle' ? { ...packet, remarks: '' } : packet;

const xmlOf = (packet: Packet): XmlNode => {
  const built = buildEvent(packet);
  if (!built.ok) throw new Error(built.detail);
  const line = buildEventXml(stampEvent(built.event, NOON_MS));
  // What nobody draws is said of types, not of how they are written.
  expect(cotFaults(line).filter((fault) => !/are never drawn/.test(fault))).toEqual([]);
  return readXml(line);
};

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const library = (packet: Packet): Uint8Array => toBinary(meshtastic.TAKPacketV2Schema, packet);

describe.skipIf(!isThere)('fixtures of the SDK', () => {
  it('are all there', () => {
    expect(fixtures.length).toBeGreaterThan(20);
    expect(new Set(fixtures.map(({ payload }) => payload)).size).toBe(10);
  });

  it.each(fixtures)('$name gives the same bytes in the form of the SDK', ({ name, xml, packet }) => {
    const expected = name === 'drawing_circle' ? encodePacket(correct(name, golden({ packet } as SdkFixture))) : packet;
    expect(hex(encodePacket(packetOfXml(xml, PROFILE_A)))).toBe(hex(expected));
  });

  it.each(fixtures)('$name, decoded and encoded, is what it was', (fixture) => {
    expect(hex(encodePacket(golden(fixture)))).toBe(hex(fixture.packet));
    expect(hex(library(golden(fixture)))).toBe(hex(fixture.packet));
  });

  it.each(fixtures)('$name says in XML what the packet says', (fixture) => {
    const packet = golden(fixture);
    const xml = xmlOf(packet);
    expect(xml.name).toBe('event');
    checkEnvelope(packet, xml);
    checkPayload(packet, xml);
  });

  it.each(fixtures)('$name is no larger in our own form, but for a delete that deletes', ({ name, xml, packet }) => {
    const ours = encodePacket(packetOfXml(xml));
    expect(ours.length <= packet.length || name === 'delete_event').toBe(true);
  });
});

/** What the way through XML changes, by fixture; everything else comes back as it was. */
const losses: Readonly<Record<string, (packet: Packet, profile: PacketProfile) => Packet>> = {
  // Every receiver lets an event live 45 s.
  delete_event: (packet) => ({ ...packet, staleSeconds: 45 }),
  // The SDK looks into the remarks only when it has no address of the aircraft yet.
  aircraft_adsb: (packet) => ({
    ...packet,
    payloadVariant: {
      case: 'aircraft',
      value: { ...(packet.payloadVariant.value as meshtastic.AircraftTrack), aircraftType: '', squawk: 0 },
    },
  }),
};

const again = (packet: Packet, profile: PacketProfile): Packet => {
  const built = treeOfPacket(packet);
  const parsed = built.ok ? packetOfTree(built.tree, profile) : built;
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.packet;
};

describe.skipIf(!isThere)('parse of build of a fixture', () => {
  it.each(fixtures)('$name is the packet, in the form of the SDK', (fixture) => {
    const packet = golden(fixture);
    expect(again(packet, PROFILE_A)).toEqual(losses[fixture.name]?.(packet, PROFILE_A) ?? packet);
  });

  it.each(fixtures)('$name is the packet, in our own form', ({ xml }) => {
    const packet = packetOfXml(xml, PROFILE_B);
    const lived = { ...packet, staleSeconds: Math.max(packet.staleSeconds, 45) };
    expect(again(packet, PROFILE_B)).toEqual(lived);
  });
});

const attributeAt = (xml: XmlNode, path: string, name: string): string => nodeAt(xml, path)?.attributes[name] ?? '';
const numberAt = (xml: XmlNode, path: string, name: string): number => Number(attributeAt(xml, path, name));

const checkEnvelope = (packet: Packet, xml: XmlNode): void => {
  const type = meshtastic.CotTypeSchema.value[packet.cotTypeId]?.name.slice('CotType_'.length).replaceAll('_', '-');
  expect(xml.attributes['uid']).toBe(packet.uid);
  expect(xml.attributes['type']).toBe(type);
  expect(xml.attributes['how']).toBe(
    meshtastic.CotHowSchema.value[packet.how]?.name.slice('CotHow_'.length).replaceAll('_', '-'),
  );
  expect(numberAt(xml, 'point', 'lat')).toBeCloseTo(packet.latitudeI / 1e7, 7);
  expect(numberAt(xml, 'point', 'lon')).toBeCloseTo(packet.longitudeI / 1e7, 7);
  expect(numberAt(xml, 'point', 'hae')).toBe(packet.altitude);
  expect((Date.parse(xml.attributes['stale'] ?? '') - NOON_MS) / 1000).toBe(Math.max(packet.staleSeconds, 45));
  expect(attributeAt(xml, 'detail/contact', 'callsign')).toBe(packet.callsign);
  expect(attributeAt(xml, 'detail/contact', 'phone')).toBe(packet.phone);
  expect(numberAt(xml, 'detail/status', 'battery')).toBe(packet.battery);
  expect(numberAt(xml, 'detail/track', 'speed') * 100).toBeCloseTo(packet.speed, 6);
  expect(numberAt(xml, 'detail/track', 'course') * 100).toBeCloseTo(packet.course, 6);
  expect(attributeAt(xml, 'detail/takv', 'version')).toBe(packet.takVersion);
  expect(attributeAt(xml, 'detail/takv', 'device')).toBe(packet.takDevice);
  expect(attributeAt(xml, 'detail/uid', 'Droid')).toBe(packet.deviceCallsign);
  expect(attributeAt(xml, 'detail/sensor', 'model')).toBe(packet.sensorFov?.model ?? '');
  expect(numberAt(xml, 'detail/environment', 'temperature') * 10).toBe(packet.environment?.temperatureCX10 ?? 0);
  if (packet.remarks !== '') expect(nodeAt(xml, 'detail/remarks')?.text).toBe(packet.remarks);
};

const links = (xml: XmlNode): readonly XmlNode['attributes'][] =>
  (nodeAt(xml, 'detail')?.children ?? []).filter(({ name }) => name === 'link').map(({ attributes }) => attributes);

const checkPayload = (packet: Packet, xml: XmlNode): void => {
  const { case: name, value } = packet.payloadVariant;
  const origin = [packet.latitudeI, packet.longitudeI] as const;
  const point = (lat: number, lon: number): string => `${(origin[0] + lat) / 1e7},${(origin[1] + lon) / 1e7}`;
  switch (name) {
    case 'aircraft':
      expect(nodeAt(xml, 'detail/_aircot_')?.attributes).toMatchObject({ icao: value.icao, type: value.aircraftType });
      expect(numberAt(xml, 'detail/_radio', 'rssi') * 10).toBeCloseTo(value.rssiX10, 6);
      break;
    case 'chat': {
      const isReceipt = value.receiptForUid !== '';
      if (isReceipt) expect(links(xml)[0]?.['uid']).toBe(value.receiptForUid);
      else expect(attributeAt(xml, 'detail/__chat', 'id')).toBe(value.to ?? 'All Chat Rooms');
      expect(nodeAt(xml, 'detail/remarks')?.text ?? '').toBe(value.message);
      break;
    }
    case 'shape':
      expect(links(xml).map((link) => link['point'])).toEqual(
        value.vertices.map(({ latDeltaI, lonDeltaI }) => point(latDeltaI, lonDeltaI)),
      );
      expect(numberAt(xml, 'detail/shape/ellipse', 'major') * 100).toBeCloseTo(value.majorCm, 6);
      expect(numberAt(xml, 'detail/strokeColor', 'value') >>> 0).toBe(value.strokeArgb);
      expect(numberAt(xml, 'detail/fillColor', 'value') >>> 0).toBe(value.fillArgb);
      expect(numberAt(xml, 'detail/strokeWeight', 'value') * 10).toBe(value.strokeWeightX10);
      expect(numberAt(xml, 'detail/bullseye', 'distance') * 10).toBe(value.bullseyeDistanceDm);
      expect(attributeAt(xml, 'detail/labels_on', 'value')).toBe(String(value.labelsOn));
      break;
    case 'marker':
      expect(numberAt(xml, 'detail/color', 'argb') >>> 0).toBe(value.colorArgb);
      expect(attributeAt(xml, 'detail/usericon', 'iconsetpath')).toBe(value.iconset);
      expect(attributeAt(xml, 'detail/status', 'readiness')).toBe(value.readiness ? 'true' : '');
      expect(links(xml)).toEqual([
        { uid: value.parentUid, type: value.parentType, parent_callsign: value.parentCallsign, relation: 'p-p' },
      ]);
      break;
    case 'rab':
      expect(numberAt(xml, 'detail/range', 'value') * 100).toBe(value.rangeCm);
      expect(numberAt(xml, 'detail/bearing', 'value') * 100).toBe(value.bearingCdeg);
      expect(links(xml)).toMatchObject([{ uid: value.anchorUid, point: point(0, 0) }]);
      break;
    case 'route':
      expect(links(xml)).toMatchObject(
        value.links.map((link) => ({
          uid: link.uid,
          callsign: link.callsign,
          point: `${point(link.point?.latDeltaI ?? 0, link.point?.lonDeltaI ?? 0)},0`,
        })),
      );
      expect(nodeAt(xml, 'detail/link_attr')?.attributes).toMatchObject({ prefix: value.prefix, stroke: '3' });
      break;
    case 'casevac':
      expect(nodeAt(xml, 'detail/_medevac_')?.attributes).toMatchObject({
        title: value.title,
        precedence: 'Urgent',
        litter: String(value.litterPatients),
        security: 'N',
        hoist: 'true',
      });
      expect(nodeAt(xml, 'detail/_medevac_/zMistsMap/zMist')?.attributes['z']).toBe(value.zmist[0]?.z);
      break;
    case 'emergency':
      expect(attributeAt(xml, 'detail/emergency', 'type')).toBe('911 Alert');
      expect(links(xml)[0]?.['uid']).toBe(value.authoringUid);
      break;
    case 'task':
      expect(nodeAt(xml, 'detail/task')?.attributes).toEqual({
        type: value.taskType,
        priority: 'High',
        status: 'Pending',
        assignee: value.assigneeUid,
        note: value.note,
      });
      expect(links(xml)[0]?.['uid']).toBe(value.targetUid);
      break;
    default:
      expect(links(xml)).toEqual([]);
  }
};
