import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { buildEventXml, parseEventXml } from '@cotbus/codec';
import { takproto } from '@cotbus/contracts';
import { sdkFixtures } from '@cotbus/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTakMessage, encodeTakMessage } from './tak-message.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 30, 15, 123);

const xmlWith = (detail: string): string => {
  const time = new Date(NOW).toISOString();
  return (
    `<event version="2.0" uid="U&amp;1" type="a-f-G-U-C" how="m-g" time="${time}" start="${time}" ` +
    `stale="${new Date(NOW + 60_000).toISOString()}" access="Undefined" qos="1-r-c" opex="e"><point lat="47.1234567" ` +
    `lon="-11.5" hae="1234.5" ce="3.5" le="9999999.0"/><detail>${detail}</detail></event>`
  );
};

const messageOf = (xml: string): takproto.TakMessage => fromBinary(takproto.TakMessageSchema, encodeTakMessage(xml));
const detailOf = (xml: string): takproto.TakDetail | undefined => messageOf(xml).cotEvent?.detail;
const back = (xml: string): string => {
  const read = decodeTakMessage(encodeTakMessage(xml));
  if (!read.ok || read.xml === undefined) throw new TypeError('not read');
  return read.xml;
};
const normal = (xml: string): unknown => {
  const parsed = parseEventXml(xml);
  if (!parsed.ok) throw new TypeError(parsed.detail);
  return parsed.event;
};

const PHONE =
  '<takv device="Pixel" platform="ATAK-CIV" os="34" version="5.5.0"/><contact callsign="A&lt;B" endpoint="*:-1:stcp"/>' +
  '<__group name="Dark Blue" role="Team Lead"/><precisionlocation geopointsrc="GPS" altsrc="DTED0"/>' +
  '<status battery="0"/><track speed="1.25" course="270.5"/>';

describe('a TakMessage', () => {
  it('carries an event in the fields of the protocol', () => {
    expect(messageOf(xmlWith(PHONE)).cotEvent).toMatchObject({
      uid: 'U&1',
      type: 'a-f-G-U-C',
      how: 'm-g',
      access: 'Undefined',
      qos: '1-r-c',
      opex: 'e',
      sendTime: BigInt(NOW),
      startTime: BigInt(NOW),
      staleTime: BigInt(NOW + 60_000),
      lat: 47.1234567,
      lon: -11.5,
      hae: 1234.5,
      ce: 3.5,
      le: 9_999_999,
      detail: {
        xmlDetail: '',
        contact: { callsign: 'A<B', endpoint: '*:-1:stcp' },
        group: { name: 'Dark Blue', role: 'Team Lead' },
        precisionLocation: { geopointsrc: 'GPS', altsrc: 'DTED0' },
        status: { battery: 0 },
        takv: { device: 'Pixel', platform: 'ATAK-CIV', os: '34', version: '5.5.0' },
        track: { speed: 1.25, course: 270.5 },
      },
    });
  });

  it('and gives it back as it was', () => {
    expect(normal(back(xmlWith(PHONE)))).toMatchObject({
      ...(normal(xmlWith(PHONE)) as object),
      detail: expect.any(String),
    });
    for (const part of PHONE.match(/<[^>]+>/g) ?? []) expect(back(xmlWith(PHONE))).toContain(part);
  });

  it.each([
    ['an attribute more', '<contact callsign="A" phone="1"/>'],
    ['an attribute less', '<__group name="Cyan"/>'],
    ['an empty attribute', '<contact callsign="A" endpoint=""/>'],
    ['text', '<takv device="a" platform="b" os="c" version="d">x</takv>'],
    ['children', '<status battery="5"><x/></status>'],
    ['a number that is none', '<status battery="88%"/>'],
    ['a number beyond 32 bits', '<status battery="4294967296"/>'],
    ['a leading zero', '<status battery="07"/>'],
    ['twice', '<track speed="1" course="2"/><track speed="3" course="4"/>'],
    ['no number', '<track speed="NaN" course="2"/>'],
    ['an element of no message', '<remarks>hello &amp; goodbye</remarks>'],
    ['another namespace of the same name', '<__group name="Cyan" role="HQ" abbr="x"/>'],
  ])('leaves the whole element in xmlDetail: %s', (_, detail) => {
    const { xmlDetail, contact, group, status, takv, track } = detailOf(xmlWith(detail)) ?? {};
    expect(xmlDetail).toBe(detail);
    expect([contact, group, status, takv, track].filter((field) => field !== undefined)).toEqual([]);
    expect(back(xmlWith(detail))).toContain(detail);
  });

  it('lets xmlDetail count where both are there', () => {
    const bytes = toBinary(
      takproto.TakMessageSchema,
      create(takproto.TakMessageSchema, {
        cotEvent: {
          uid: 'a',
          type: 'a-f-G',
          lat: 1,
          detail: {
            xmlDetail: '<contact callsign="XML" phone="1"/>',
            contact: { callsign: 'FIELD' },
            group: { name: 'Red', role: 'HQ' },
          },
        },
      }),
    );
    const read = decodeTakMessage(bytes);
    expect(read.ok && read.xml).toContain(
      '<detail><__group name="Red" role="HQ"/><contact callsign="XML" phone="1"/></detail>',
    );
  });

  it('may carry versions alone, or with an event', () => {
    const control = { minProtoVersion: 1, maxProtoVersion: 2, contactUid: 'X' };
    const bytes = toBinary(takproto.TakMessageSchema, create(takproto.TakMessageSchema, { takControl: control }));
    expect(decodeTakMessage(bytes)).toEqual({ ok: true, xml: undefined, versions: { uid: 'X', min: 1, max: 2 } });
    const versions = { uid: 'Y', min: 0, max: 1 };
    expect(decodeTakMessage(encodeTakMessage(xmlWith(''), versions))).toMatchObject({
      ok: true,
      versions: { uid: 'Y', max: 1 },
    });
  });

  it.each([
    ['nothing', new Uint8Array(), 'a TakMessage says nothing'],
    ['no protobuf', Uint8Array.of(0xff, 0xff), 'a frame is not a TakMessage'],
    [
      'detail that is not XML',
      toBinary(
        takproto.TakMessageSchema,
        create(takproto.TakMessageSchema, { cotEvent: { uid: 'a', detail: { xmlDetail: '</detail><x' } } }),
      ),
      'the xmlDetail of a frame is not XML',
    ],
  ])('is refused: %s', (_, bytes, detail) => {
    expect(decodeTakMessage(bytes)).toEqual({ ok: false, reason: 'garbled', detail });
  });

  it('keeps numbers that are none for the reader to refuse', () => {
    const bytes = toBinary(
      takproto.TakMessageSchema,
      create(takproto.TakMessageSchema, { cotEvent: { uid: 'a', type: 'b', lat: Number.NaN, hae: 1e300 } }),
    );
    const read = decodeTakMessage(bytes);
    expect(read.ok && parseEventXml(read.xml ?? '')).toMatchObject({ ok: false, reason: 'impossible' });
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeTakMessage(bytes)).toHaveProperty('ok');
      }),
      { numRuns: 2_000 },
    );
    const good = encodeTakMessage(xmlWith(PHONE));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bad = good.slice();
        bad[at] = byte;
        const read = decodeTakMessage(bad);
        if (read.ok && read.xml !== undefined) parseEventXml(read.xml);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps every event of other programs', () => {
    for (const { name, xml } of sdkFixtures()) {
      const parsed = parseEventXml(xml);
      if (!parsed.ok) continue;
      const ours = buildEventXml(parsed.event);
      const { detail: before, ...event } = parsed.event;
      const { detail: after, ...again } = normal(back(ours)) as typeof parsed.event;
      expect({ name, ...again }).toEqual({ name, ...event });
      expect(after.length).toBeGreaterThanOrEqual(before.length - 20);
    }
  });
});
