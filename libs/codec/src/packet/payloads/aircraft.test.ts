import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { detailOf, packetOf, payloadOf, samplePacket } from '../../testing/packets.ts';
import { PROFILE_A, PROFILE_B } from '../profile.ts';

type TrackInit = MessageInitShape<typeof meshtastic.AircraftTrackSchema>;

const AIR = 'a-n-A-C-F';
const trackOf = (detail: string, type = AIR, profile = PROFILE_B) =>
  payloadOf(packetOf(type, detail, profile), 'aircraft');
const remarks = (text: string) => `<remarks>${text}</remarks>`;
const built = (value: TrackInit, text = '') =>
  detailOf(
    samplePacket({
      cotTypeId: meshtastic.CotType.CotType_a_n_A_C_F,
      remarks: text,
      payloadVariant: { case: 'aircraft', value },
    }),
  );
const SAID = 'ICAO: 4B1620 REG: HB-ABC Flight: SWR1 Type: A320 Squawk: 0123 Category: A3';

describe('an aircraft is parsed', () => {
  it.each<[string, TrackInit]>([
    ['<_radio rssi="-19.44" gps="true"/>', { rssiX10: -194, gps: true }],
    ['<_radio rssi=""/>', { rssiX10: 0, gps: false }],
    ['<_radio rssi="-1" gps="TRUE"/>', { rssiX10: -10, gps: false }],
    ['<_radio rssi="1e300"/>', { rssiX10: 0x7fffffff }],
    ['<_aircot_ flight="X1"/>', { icao: '', flight: 'X1' }],
    [
      '<_aircot_ icao="abcdef" reg="R" flight="F" cat="A1" cot_host_id="h" type="B738"/>',
      { icao: 'abcdef', registration: 'R', flight: 'F', category: 'A1', cotHostId: 'h', aircraftType: 'B738' },
    ],
    [
      remarks(SAID),
      { icao: '4B1620', registration: 'HB-ABC', flight: 'SWR1', aircraftType: 'A320', squawk: 123, category: 'A3' },
    ],
    [remarks('ICAO: 4B16201 Squawk: 99999999999'), { icao: '4B1620', squawk: 0 }],
    [`<_aircot_ icao="4B1620" flight="F"/>${remarks(SAID)}`, { flight: 'F', registration: 'HB-ABC', squawk: 123 }],
    [`<_radio rssi="-1"/>${remarks('REG: HB-ABC')}`, { registration: '', rssiX10: -10 }],
  ])('from %s', (detail, fields) => {
    expect(trackOf(detail)).toMatchObject(fields);
  });

  it('as the SDK does in its form: the element, or else the remarks', () => {
    const detail = `<_aircot_ icao="4B1620" type="B738"/>${remarks(SAID)}`;
    expect(trackOf(detail, AIR, PROFILE_A)).toMatchObject({ aircraftType: '', squawk: 0, registration: '' });
    expect(trackOf(remarks(SAID), AIR, PROFILE_A)).toMatchObject({ aircraftType: 'A320', squawk: 123 });
  });

  it.each([
    ['a-f-G-U-C', remarks('my ICAO: ABCDEF note')],
    [AIR, remarks('ICAO: XYZ')],
    [AIR, '<_radio gps="true"/>'],
    ['a-n-A', ''],
  ])('not from type %s with %s', (type, detail) => {
    expect(packetOf(type, detail).payloadVariant.case).toBeUndefined();
  });

  it.each([
    ['what the fields hold', `4B1620 ${SAID} DO-260B    #adsb`, ''],
    ['words of somebody', `${SAID} low fuel`, `${SAID} low fuel`],
    ['an address of another', 'ICAO: 4B1620 near 4B1621', 'ICAO: 4B1620 near 4B1621'],
  ])('with %s in the remarks', (_, text, kept) => {
    expect(packetOf(AIR, remarks(text)).remarks).toBe(kept);
    expect(packetOf(AIR, remarks(text), PROFILE_A).remarks).toBe(text);
  });
});

describe('an aircraft is built', () => {
  it.each<[string, TrackInit, string]>([
    ['of nothing', {}, ''],
    ['of a type alone', { aircraftType: 'A320' }, '<_aircot_ type="A320"/>'],
    ['of a flight alone', { flight: 'F' }, '<_aircot_ flight="F"/>'],
    ['of a position alone', { gps: true }, '<_radio rssi="0" gps="true"/>'],
    ['with a squawk of four digits', { squawk: 123 }, '<remarks>Squawk: 0123</remarks>'],
    [
      'in full',
      {
        icao: 'I',
        registration: 'R',
        flight: 'F',
        aircraftType: 'T',
        squawk: 7700,
        category: 'C',
        cotHostId: 'h',
        rssiX10: -194,
      },
      '<_aircot_ icao="I" reg="R" flight="F" cat="C" cot_host_id="h" type="T"/>' +
        '<remarks>ICAO: I REG: R Type: T Squawk: 7700 Flight: F</remarks><_radio rssi="-19.4"/>',
    ],
  ])('%s', (_, value, detail) => {
    expect(built(value)).toBe(detail);
  });

  it("with the sender's own words, when there are some", () => {
    expect(built({ squawk: 7700 }, 'help')).toBe('<remarks>help</remarks>');
  });

  it('so that it is parsed to the same again', () => {
    for (const detail of [
      remarks(SAID),
      `<_aircot_ icao="4B1620" type="B738"/><_radio rssi="-3.5" gps="true"/>${remarks('ICAO: 4B1620 Squawk: 7700 mayday')}`,
      '<_aircot_ flight="X"/>',
    ]) {
      const packet = packetOf(AIR, detail);
      expect(packetOf(AIR, detailOf(packet))).toEqual(packet);
    }
  });
});
