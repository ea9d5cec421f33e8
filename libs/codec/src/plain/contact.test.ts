import type { MessageInitShape } from '@bufbuild/protobuf';
import { Kind, NodeStateSchema } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCotXml } from '../cot/build-event.ts';
import { parseCotXml } from '../cot/parse-event.ts';
import { stampEvent } from '../cot/stamp.ts';
import { NOON_MS, sampleNode } from '../testing/samples.ts';
import { buildContact } from './contact.ts';

type NodeInit = MessageInitShape<typeof NodeStateSchema>;

const detail = (fields: NodeInit): string => buildContact(sampleNode(fields)).detail;

describe('the contact of a node', () => {
  it('says all that is known', () => {
    const node = sampleNode({
      fix: {
        latitudeI: 473766650,
        longitudeI: 85000000,
        altitudeHaeM: 448,
        precisionBits: 32,
        groundSpeedKmh: 36,
        groundTrackE5: 9_012_345,
        locationSource: 2,
        ageMs: 30_000,
      },
      metrics: { battery: 85, voltage: 4.05, channelUtilization: 12.34, airUtilTx: 0 },
      rssiDbm: -97,
      snrDb: 5.25,
    });
    expect(buildContact(node)).toMatchObject({
      uid: 'MESHTASTIC-15465D8D',
      type: 'a-f-G-U-C',
      how: 'm-g',
      kind: Kind.PLI,
      timeMs: 0,
      olderMs: 30_000,
      staleAfterMs: 900_000,
      lat: 47.376665,
      lon: 8.5,
      hae: 448,
      callsign: 'BASE - Base Camp',
      team: 'Green',
      role: 'Team Member',
      detail:
        '<contact callsign="BASE - Base Camp" endpoint="*:-1:stcp"/><__group role="Team Member" name="Green"/>' +
        '<status battery="85"/><track speed="10" course="90.12"/><precisionlocation geopointsrc="GPS" altsrc="GPS"/>' +
        '<uid Droid="BASE - Base Camp"/>' +
        '<remarks>Battery: 85% | Voltage: 4.05V | Chan Util: 12.3% | Air Util Tx: 0.0% | RSSI: -97 dBm | SNR: 5.3 dB</remarks>',
    });
  });

  it('without a fix stands nowhere and says so', () => {
    const event = buildContact(sampleNode({ fix: { ageMs: 5 }, rssiDbm: -97 }));
    expect(event).toMatchObject({ lat: 0, lon: 0, hae: 9999999, ce: 9999999, le: 9999999, olderMs: 0 });
    expect(event.detail).toContain('<remarks>No position yet | RSSI: -97 dBm</remarks>');
    expect(event.detail).not.toMatch(/track|precisionlocation/);
  });

  it('set by hand is entered, not measured', () => {
    const event = buildContact(sampleNode({ fix: { latitudeI: 1, longitudeI: 2, locationSource: 1 } }));
    expect(event.how).toBe('h-e');
    expect(event.detail).toContain('<precisionlocation geopointsrc="USER" altsrc="???"/>');
  });

  it('cannot be called when the node takes no messages', () => {
    expect(detail({ unmessagable: true })).toContain('<contact callsign="BASE - Base Camp"/>');
  });

  it.each<[NodeInit, string]>([
    [{ shortName: 'AB', longName: 'Alpha Bravo' }, 'AB - Alpha Bravo'],
    [{ shortName: 'AB', longName: '' }, 'AB'],
    [{ shortName: '', longName: 'Alpha' }, 'Alpha'],
    [{ shortName: 'AB', longName: 'AB' }, 'AB'],
    [{ shortName: ' ', longName: '\u0000' }, '!15465d8d'],
    [{ shortName: '🦊', longName: 'a\u202Eb\n  c\uFFFD' }, '🦊 - a b c'],
    [{ shortName: '', longName: 'é'.repeat(65) }, 'é'.repeat(64)],
  ])('is called by its names: %j', (fields, callsign) => {
    expect(buildContact(sampleNode(fields)).callsign).toBe(callsign);
  });

  it.each<[NodeInit['metrics'] & object, string | undefined, string | undefined]>([
    [{ battery: 101, voltage: 4.2 }, '100', 'Battery: external power | Voltage: 4.20V'],
    [{ battery: 0 }, undefined, undefined],
    [{ battery: 0, voltage: -1 }, undefined, undefined],
    [{ battery: 0, voltage: 3.1 }, '0', 'Battery: 0% | Voltage: 3.10V'],
    [{ voltage: Number.NaN, airUtilTx: Number.POSITIVE_INFINITY }, undefined, undefined],
    [{}, undefined, undefined],
  ])('shows a battery that is known: %j', (metrics, status, remarks) => {
    const text = detail({ metrics, fix: { latitudeI: 1, longitudeI: 1 } });
    expect(/<status battery="(\d+)"\/>/.exec(text)?.[1]).toBe(status);
    expect(/<remarks>(.*)<\/remarks>/.exec(text)?.[1]).toBe(remarks);
  });

  it.each<[MessageInitShape<typeof NodeStateSchema>['fix'] & object, string | undefined]>([
    [{ groundSpeedKmh: 0, groundTrackE5: 0 }, '<track speed="0" course="0"/>'],
    [{ groundSpeedKmh: 5 }, '<track speed="1.39" course="0"/>'],
    [{ groundTrackE5: 36_000 }, '<track speed="0" course="0.36"/>'],
    [{ groundTrackE5: 36_000_001 }, undefined],
    [{ groundSpeedKmh: 4_000_000 }, undefined],
    [{}, undefined],
  ])('moves as far as that is known: %j', (fix, track) => {
    expect(/<track[^>]*>/.exec(detail({ fix: { latitudeI: 1, longitudeI: 1, ...fix } }))?.[0]).toBe(track);
  });

  it('is an event that every receiver accepts, whatever the node says', () => {
    const name = fc.string({ unit: 'binary', maxLength: 40 });
    const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
    const uint32 = fc.integer({ min: 0, max: 0xffffffff });
    const node = fc.record({
      num: uint32,
      longName: name,
      shortName: name,
      fix: fc.record({
        latitudeI: int32,
        longitudeI: int32,
        altitudeHaeM: int32,
        precisionBits: uint32,
        groundSpeedKmh: uint32,
        groundTrackE5: uint32,
        hdopE2: uint32,
        ageMs: uint32,
      }),
      metrics: fc.record({ battery: uint32, voltage: fc.float(), channelUtilization: fc.float() }),
      snrDb: fc.float(),
    });
    fc.assert(
      fc.property(node, (fields) => {
        const xml = buildCotXml(stampEvent(buildContact(sampleNode(fields)), NOON_MS));
        expect(cotFaults(xml)).toEqual([]);
        expect(parseCotXml(xml)).toMatchObject({ ok: true, event: { kind: Kind.PLI } });
      }),
    );
  });
});
