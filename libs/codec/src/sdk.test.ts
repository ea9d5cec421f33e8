/** Against the fixtures of the published SDK: what others send is read right, what we send says the same. */
import { Kind } from '@cotbus/contracts';
import { cotFaults, nodeAt, readXml, sdkFixtures, sdkFolder } from '@cotbus/testkit';
import type { SdkFixture, XmlNode } from '@cotbus/testkit';
import { describe, expect, it } from 'vitest';
import { buildCotXml } from './cot/build-event.ts';
import { parseCotXml } from './cot/parse-event.ts';
import { stampEvent } from './cot/stamp.ts';
import { decodeFrame } from './decode-frame.ts';
import { encodeEvent } from './encode-event.ts';
import { NOON_MS, sampleFrame } from './testing/samples.ts';

const isThere = sdkFolder() !== undefined;
const reports = sdkFixtures('pli').filter(({ name }) => name.startsWith('pli_'));
const lines = sdkFixtures('chat').filter(({ name }) => name.startsWith('geochat_'));
const receipts = sdkFixtures('chat').filter(({ name }) => name.startsWith('chat_receipt_'));

const text = (fixture: SdkFixture, field: string): string => (fixture.decoded[field] as string | undefined) ?? '';
const number = (fixture: SdkFixture, field: string): number => Number(fixture.decoded[field] ?? 0);

const decode = (payload: Uint8Array): { readonly kind: Kind; readonly xml: XmlNode } => {
  const result = decodeFrame(sampleFrame({ port: 78, payload }));
  if (!result.ok) expect.fail(result.detail);
  const line = buildCotXml(stampEvent(result.event, NOON_MS));
  expect(cotFaults(line)).toEqual([]);
  return { kind: result.event.kind, xml: readXml(line) };
};

const decodeRaw = (fixture: SdkFixture) => decode(Uint8Array.of(0xff, ...fixture.packet));

const sendAndDecode = (fixture: SdkFixture) => {
  const parsed = parseCotXml(fixture.xml);
  if (!parsed.ok) expect.fail(parsed.detail);
  const sent = encodeEvent(parsed.event);
  if (!sent.ok) expect.fail(sent.detail);
  return decode(sent.frame.payload);
};

const directions: readonly (readonly [string, (fixture: SdkFixture) => ReturnType<typeof decode>])[] = [
  ['as the SDK sends it', decodeRaw],
  ['as we send it', sendAndDecode],
];

const checkEnvelope = (fixture: SdkFixture, xml: XmlNode): void => {
  const point = nodeAt(xml, 'point')?.attributes;
  expect(xml.attributes['uid']).toBe(text(fixture, 'uid'));
  expect(xml.attributes['type']).toBe(text(fixture, 'cot_type_id').slice('CotType_'.length).replaceAll('_', '-'));
  expect(xml.attributes['how']).toBe(text(fixture, 'how').slice('CotHow_'.length).replaceAll('_', '-'));
  expect(Number(point?.['lat'])).toBeCloseTo(number(fixture, 'latitude_i') / 1e7, 7);
  expect(Number(point?.['lon'])).toBeCloseTo(number(fixture, 'longitude_i') / 1e7, 7);
  expect(Number(point?.['hae'])).toBe(number(fixture, 'altitude'));
};

describe.skipIf(!isThere).each(directions)('fixtures of the SDK %s', (_, through) => {
  it.each(reports)('$name', (fixture) => {
    const { kind, xml } = through(fixture);
    expect(kind).toBe(Kind.PLI);
    checkEnvelope(fixture, xml);
    const attribute = (path: string, name: string) => nodeAt(xml, `detail/${path}`)?.attributes[name] ?? '';
    expect(attribute('contact', 'callsign')).toBe(text(fixture, 'callsign'));
    expect(attribute('contact', 'phone')).toBe(text(fixture, 'phone'));
    expect(attribute('__group', 'name')).toBe(text(fixture, 'team').replace('_', ' '));
    expect(attribute('__group', 'role').replaceAll(' ', '')).toBe(text(fixture, 'role'));
    expect(Number(attribute('status', 'battery'))).toBe(number(fixture, 'battery'));
    expect(Number(attribute('track', 'speed')) * 100).toBeCloseTo(number(fixture, 'speed'), 6);
    expect(Number(attribute('track', 'course')) * 100).toBeCloseTo(number(fixture, 'course'), 6);
    expect(attribute('uid', 'Droid')).toBe(text(fixture, 'device_callsign'));
    const sensor = fixture.decoded['sensor_fov'] as { model?: string; range_m?: number } | undefined;
    expect(attribute('sensor', 'model')).toBe(sensor?.model ?? '');
    expect(Number(attribute('sensor', 'range'))).toBe(sensor?.range_m ?? 0);
  });

  it.each(lines)('$name', (fixture) => {
    const { kind, xml } = through(fixture);
    expect(kind).toBe(Kind.CHAT);
    checkEnvelope(fixture, xml);
    const chat = fixture.decoded['chat'] as Record<string, string | undefined>;
    const [, sender, messageId] = /^GeoChat\.([^.]+)\..*\.([^.]+)$/.exec(text(fixture, 'uid')) ?? [];
    const line = nodeAt(xml, 'detail/__chat')?.attributes;
    expect(line).toMatchObject({ id: chat['to'] ?? 'All Chat Rooms', senderCallsign: chat['to_callsign'], messageId });
    expect(nodeAt(xml, 'detail/link')?.attributes['uid']).toBe(sender);
    expect(nodeAt(xml, 'detail/remarks')?.text).toBe(chat['message']);
    expect(nodeAt(xml, 'detail/remarks')?.attributes['time']).toBe('2026-03-15T14:22:10.000Z');
  });

  it.each(receipts)('$name', (fixture) => {
    const { kind, xml } = through(fixture);
    expect(kind).toBe(Kind.CHAT);
    checkEnvelope(fixture, xml);
    const chat = fixture.decoded['chat'] as Record<string, string | undefined>;
    expect(nodeAt(xml, 'detail/link')?.attributes['uid']).toBe(chat['receipt_for_uid']);
    expect(nodeAt(xml, 'detail/contact')?.attributes['callsign']).toBe(text(fixture, 'callsign'));
  });
});

describe.skipIf(!isThere)('other fixtures of the SDK', () => {
  it('are all there', () => {
    expect(reports.length).toBeGreaterThan(3);
    expect(lines.length).toBeGreaterThan(1);
    expect(receipts.length).toBeGreaterThan(0);
  });

  it.each(sdkFixtures())('$name, compressed, names the dictionary that is missing', ({ frame }) => {
    expect(decodeFrame(sampleFrame({ port: 78, payload: frame }))).toMatchObject({
      ok: false,
      reason: 'dictionary_missing',
      detail: expect.stringMatching(/of generation A/) as string,
    });
  });

  it.each(sdkFixtures().filter(({ payload }) => payload !== 'pli' && payload !== 'chat'))(
    '$name is refused with its payload, both ways',
    ({ payload, packet, xml }) => {
      const heard = decodeFrame(sampleFrame({ port: 78, payload: Uint8Array.of(0xff, ...packet) }));
      expect(heard).toEqual({ ok: false, reason: 'unsupported', detail: `payload ${payload}` });
      const parsed = parseCotXml(xml);
      expect(parsed.ok && encodeEvent(parsed.event)).toMatchObject({
        ok: false,
        reason: 'unsupported',
        detail: expect.stringMatching(new RegExp(` ${payload}$`)) as string,
      });
    },
  );
});
