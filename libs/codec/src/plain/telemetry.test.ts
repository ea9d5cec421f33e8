import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, sampleFrame, sampleNode } from '../testing/samples.ts';
import { decodeTelemetry } from './telemetry.ts';

type Variant = MessageInitShape<typeof meshtastic.TelemetrySchema>['variant'] & object;

/** Floats by field, and unsigned integers. */
const metrics = (floats: Readonly<Record<number, number>>, integers: Readonly<Record<number, number>> = {}) => {
  const writer = new BinaryWriter();
  for (const [field, value] of Object.entries(floats)) writer.tag(Number(field), WireType.Bit32).float(value);
  for (const [field, value] of Object.entries(integers)) writer.tag(Number(field), WireType.Varint).uint32(value);
  return writer.finish();
};
const decode = (variant: Variant, sender = sampleNode({ rssiDbm: -97 })) =>
  decodeTelemetry(
    sampleFrame({
      port: 67,
      payload: toBinary(meshtastic.TelemetrySchema, create(meshtastic.TelemetrySchema, { variant })),
    }),
    sender,
  );
const remarks = (variant: Variant): string | undefined => {
  const result = decode(variant);
  if (!result.ok) expect.fail(result.detail);
  return /<remarks>No position yet(?: \| )?(.*?)(?: \| )?RSSI: -97 dBm<\/remarks>/.exec(result.event.detail)?.[1];
};

describe('telemetry', () => {
  it.each<[string, Variant, string]>([
    [
      'weather',
      { case: 'environmentMetrics', value: metrics({ 1: 21.5, 2: 45.4, 3: 1013.25, 14: 3.5, 16: 8 }, { 13: 270 }) },
      'Temp: 21.5°C | Humidity: 45% | Pressure: 1013.3 hPa | Wind from: 270° | Wind: 3.5 m/s | Gust: 8 m/s',
    ],
    [
      'more weather',
      {
        case: 'environmentMetrics',
        value: metrics({ 8: 1200, 9: 88, 18: 12, 19: 1.5, 20: 20, 22: -3.2 }, { 7: 60, 21: 30 }),
      },
      'IAQ: 60 | Distance: 1200 mm | Light: 88 lx | Radiation: 12 µR/h | Rain 1 h: 1.5 mm | Rain 24 h: 20 mm | ' +
        'Soil moisture: 30% | Soil temp: -3.2°C',
    ],
    [
      'air',
      { case: 'airQualityMetrics', value: metrics({}, { 1: 3, 2: 12, 3: 20, 13: 420 }) },
      'PM1.0: 3 µg/m³ | PM2.5: 12 µg/m³ | PM10: 20 µg/m³ | CO2: 420 ppm',
    ],
    ['power', { case: 'powerMetrics', value: metrics({ 1: 12.6, 2: -350 }) }, 'Ch1: 12.6V | Ch1: -350 mA'],
    [
      'health',
      { case: 'healthMetrics', value: metrics({ 3: 37.25 }, { 1: 72, 2: 98 }) },
      'Heart: 72 bpm | SpO2: 98% | Body temp: 37.3°C',
    ],
    [
      'nothing that can be',
      { case: 'environmentMetrics', value: metrics({ 1: -274, 2: Number.NaN, 3: Infinity }, { 13: 361 }) },
      '',
    ],
    [
      'a later value',
      { case: 'environmentMetrics', value: Uint8Array.of(...metrics({ 1: 1 }), ...metrics({ 1: 2 })) },
      'Temp: 2°C',
    ],
    ['a field that is not known', { case: 'environmentMetrics', value: bytesOf('fa0603616263') }, ''],
    ['the radio itself', { case: 'localStats', value: metrics({ 2: 5 }) }, ''],
    ['a host', { case: 'hostMetrics', value: bytesOf('0801') }, ''],
    ['the device', { case: 'deviceMetrics', value: { batteryLevel: 50 } }, ''],
    ['an unknown kind', { case: undefined }, ''],
  ])('is in the remarks of the contact: %s', (_, variant, expected) => {
    expect(remarks(variant)).toBe(expected);
  });

  it('keeps weather where clients look for it', () => {
    const element = (value: Uint8Array<ArrayBuffer>) => {
      const result = decode({ case: 'environmentMetrics', value });
      return result.ok ? /<environment[^>]*>/.exec(result.event.detail)?.[0] : result.reason;
    };
    expect(element(metrics({ 1: -5.25, 14: 3.5 }, { 13: 0 }))).toBe(
      '<environment temperature="-5.25" windDirection="0" windSpeed="3.5"/>',
    );
    expect(element(metrics({ 1: 20 }))).toBe('<environment temperature="20"/>');
    expect(element(metrics({ 14: 3.5 }))).toBeUndefined();
  });

  it('of one who shows himself in TAK makes no contact', () => {
    const sender = sampleNode({ tak: { uid: 'ANDROID-1', callsign: 'ALPHA' } });
    expect(decode({ case: 'environmentMetrics', value: metrics({ 1: 20 }) }, sender)).toMatchObject({
      ok: false,
      reason: 'tak_identity',
    });
  });

  it.each([
    ['no protobuf', 'ff'],
    ['metrics cut off', '1a020d00'],
    ['a group without end', '1a01fb'],
    ['field 0', '1a020000'],
  ])('is garbled: %s', (_, hex) => {
    expect(decodeTelemetry(sampleFrame({ port: 67, payload: bytesOf(hex) }), sampleNode())).toMatchObject({
      ok: false,
      reason: 'garbled',
    });
  });

  it('of any bytes is a contact or garbled', () => {
    const field = fc.constantFrom(0x1a, 0x22, 0x2a, 0x3a);
    fc.assert(
      fc.property(field, fc.uint8Array({ maxLength: 100 }), (tag, bytes) => {
        const payload = Uint8Array.of(tag, bytes.length, ...bytes);
        const result = decodeTelemetry(sampleFrame({ port: 67, payload }), sampleNode());
        expect(result.ok || result.reason === 'garbled').toBe(true);
      }),
    );
  });
});
