import { create, toBinary } from '@bufbuild/protobuf';
import { Kind, meshtastic, reasonNames } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from '../cot/build-event.ts';
import { parseEventXml } from '../cot/parse-event.ts';
import { stampEvent } from '../cot/stamp.ts';
import { NOON_MS, bytesOf, sampleFrame, sampleNode } from '../testing/samples.ts';
import { PLAIN_DEFAULTS } from './options.ts';
import type { PlainOptions } from './options.ts';
import { plainDecoders } from './plain-frame.ts';

const { PortNum } = meshtastic;
const decoderOf = (port: number) => {
  const decoder = plainDecoders.get(port);
  if (decoder === undefined) throw new Error(`port ${port}`);
  return decoder;
};
const decode = (port: number, payload: Uint8Array, options?: PlainOptions) =>
  decoderOf(port)(sampleFrame({ port, payload }), sampleNode(), options);
const position = (latitudeI: number, longitudeI: number) =>
  toBinary(meshtastic.PositionSchema, create(meshtastic.PositionSchema, { latitudeI, longitudeI }));
const user = toBinary(meshtastic.UserSchema, create(meshtastic.UserSchema, { longName: 'X' }));
const waypoint = toBinary(
  meshtastic.WaypointSchema,
  create(meshtastic.WaypointSchema, {
    id: 1,
    latitudeI: 1,
    longitudeI: 2,
    name: 'Camp',
    description: 'Tents',
    icon: 9978,
  }),
);

describe('the ports of plain nodes', () => {
  it.each<[string, number, Uint8Array, Kind]>([
    ['a position', PortNum.POSITION_APP, position(1, 2), Kind.PLI],
    ['a position with a time alone', PortNum.POSITION_APP, bytesOf('2501000000'), Kind.PLI],
    ['node info', PortNum.NODEINFO_APP, user, Kind.PLI],
    ['device metrics', PortNum.TELEMETRY_APP, bytesOf('1200'), Kind.PLI],
    ['weather', PortNum.TELEMETRY_APP, bytesOf('1a00'), Kind.PLI],
    ['telemetry of nothing', PortNum.TELEMETRY_APP, bytesOf(''), Kind.PLI],
    ['a text', PortNum.TEXT_MESSAGE_APP, bytesOf('6869'), Kind.CHAT],
    ['a detection', PortNum.DETECTION_SENSOR_APP, bytesOf('6869'), Kind.CHAT],
    ['an alert', PortNum.ALERT_APP, bytesOf('6869'), Kind.CHAT],
    ['a waypoint', PortNum.WAYPOINT_APP, waypoint, Kind.MARKER],
  ])('make an event of %s', (_, port, payload, kind) => {
    expect(decode(port, payload)).toMatchObject({ ok: true, event: { kind } });
  });

  it.each<[string, number, Uint8Array, string]>([
    ['a broken position', PortNum.POSITION_APP, bytesOf('0d00'), 'garbled'],
    ['a latitude off the globe', PortNum.POSITION_APP, position(900000001, 0), 'impossible'],
    ['a longitude off the globe', PortNum.POSITION_APP, position(0, -1800000001), 'impossible'],
    ['a broken user', PortNum.NODEINFO_APP, bytesOf('ff'), 'garbled'],
    ['broken telemetry', PortNum.TELEMETRY_APP, bytesOf('ff'), 'garbled'],
    ['a text without text', PortNum.TEXT_MESSAGE_APP, bytesOf('20'), 'not_for_tak'],
    ['a broken waypoint', PortNum.WAYPOINT_APP, bytesOf('ff'), 'garbled'],
  ])('refuse %s', (_, port, payload, reason) => {
    expect(decode(port, payload)).toMatchObject({ ok: false, reason });
  });

  it('carry the options to each', () => {
    const options = { ...PLAIN_DEFAULTS, uid: 'ID-{hex}' };
    for (const [port, payload] of [
      [3, position(1, 2)],
      [4, user],
      [67, bytesOf('1a00')],
      [1, bytesOf('6869')],
      [10, bytesOf('6869')],
      [11, bytesOf('6869')],
      [8, waypoint],
    ] as const) {
      const result = decode(port, payload, options);
      expect(result.ok && `${result.event.uid} ${result.event.detail}`).toContain('ID-15465d8d');
    }
  });

  it('make an event that every receiver accepts, or a listed reason, of any bytes, names and options', () => {
    const name = fc.string({ unit: 'binary', maxLength: 20 });
    const mutated = fc
      .tuple(fc.nat(waypoint.length - 1), fc.nat(255), fc.nat(waypoint.length))
      .map(([at, byte, end]) => waypoint.with(at, byte).subarray(0, end));
    const options = fc.record({
      callsign: fc.constantFrom('{short} - {long}|{id}', '{name}', 'SIM-{last4}'),
      uid: fc.constantFrom('MESHTASTIC-{HEX}', 'ID-{hex}'),
      team: name,
      role: name,
      typeByRole: fc.boolean(),
      noFix: fc.constantFrom(
        { kind: 'list' as const },
        { kind: 'hide' as const },
        { kind: 'at' as const, lat: 1, lon: 2 },
      ),
      rooms: fc.constantFrom(new Map(), new Map([[0, 'Primary']])),
    });
    const sender = fc.record({ longName: name, shortName: name, role: fc.nat(20), atMs: fc.constantFrom(0, NOON_MS) });
    const payload = fc.oneof(fc.uint8Array({ maxLength: 240 }), mutated);
    fc.assert(
      fc.property(
        fc.constantFrom(...plainDecoders.keys()),
        payload,
        sender,
        options,
        fc.constantFrom(0xffffffff, 7),
        (port, bytes, fields, chosen, to) => {
          const heard = sampleFrame({ port, payload: bytes, to });
          const result = decoderOf(port)(heard, sampleNode(fields), { ...PLAIN_DEFAULTS, ...chosen });
          const xml = result.ok ? buildEventXml(stampEvent(result.event, NOON_MS)) : '';
          expect(result.ok ? cotFaults(xml) : []).toEqual([]);
          expect(parseEventXml(xml).ok).toBe(result.ok);
          expect(result.ok || reasonNames.includes(result.reason)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
