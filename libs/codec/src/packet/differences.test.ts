/** Where we do better than the published SDK, case by case; docs/decisions/0008-codec-differences.md has the reasons. */
import { meshtastic } from '@cotbus/contracts';
import { nodeAt, readXml } from '@cotbus/testkit';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from '../cot/build-event.ts';
import { parseEventXml } from '../cot/parse-event.ts';
import { stampEvent } from '../cot/stamp.ts';
import { detailOf, eventXml, packetOf, packetOfXml, payloadOf, samplePacket } from '../testing/packets.ts';
import { NOON_MS } from '../testing/samples.ts';
import { buildEvent } from './packet.ts';
import { PROFILE_A, PROFILE_B } from './profile.ts';

const reasonOf = (xml: string): string => {
  const parsed = parseEventXml(xml);
  return parsed.ok ? 'read' : parsed.reason;
};
const chatText = (remarks: string): string =>
  payloadOf(packetOf('b-t-f', `<__chat id="R" senderCallsign="A"/>${remarks}`), 'chat').message;
const caseOf = (type: string, detail: string) => packetOf(type, detail).payloadVariant.case;
const builtXml = (fields: Parameters<typeof samplePacket>[0]): string => {
  const built = buildEvent(samplePacket(fields));
  if (!built.ok) throw new Error(built.detail);
  return buildEventXml(stampEvent(built.event, NOON_MS));
};

describe('text', () => {
  it('has its entities decoded, once', () => {
    expect(packetOf('a-f-G-U-C', '<contact callsign="A&amp;B&#65;&#x42;"/>').callsign).toBe('A&BAB');
    expect(packetOf('a-f-G-U-C', '<contact callsign="&amp;amp;"/>').callsign).toBe('&amp;');
    expect(detailOf(packetOf('a-f-G-U-C', '<contact callsign="A&amp;B"/>'))).toBe('<contact callsign="A&amp;B"/>');
  });

  it.each(['007', '+15551234567', '0x1F', '1e3', '1.0', '0', 'false', 'true', 'null', 'NaN'])(
    'stays text, even %s',
    (text) => {
      expect(chatText(`<remarks source="S">${text}</remarks>`)).toBe(text);
      expect(packetOf('a-f-G-U-C', `<remarks>${text}</remarks>`).remarks).toBe(text);
    },
  );

  it('is that of remarks alone', () => {
    expect(chatText('<remarks>hello</remarks><custom>oops</custom>')).toBe('hello');
    expect(packetOf('u-d-c-c', '<shape><link uid="x.Style"><width>4.0</width></link></shape>').remarks).toBe('');
    expect(packetOf('b-a-o-tbl', '<emergency type="911 Alert">ALPHA</emergency>').remarks).toBe('');
  });

  it('keeps the inner line breaks and loses the outer blanks', () => {
    expect(chatText('<remarks> \n a\n  b \t</remarks>')).toBe('a\n  b');
    expect(chatText('<remarks>a<!-- c -->b<![CDATA[<c>]]></remarks>')).toBe('ab<c>');
  });

  it('of an element that comes twice is that of the later one that has some', () => {
    expect(chatText('<remarks>a</remarks><remarks>b</remarks><remarks> </remarks>')).toBe('b');
  });

  it('from the air can neither end an attribute nor hold what XML forbids', () => {
    const evil = 'A" x="1\u0001\u000b\ufffe';
    const xml = readXml(builtXml({ callsign: evil, team: 1, endpoint: '1:2:tcp" evil="1', remarks: '</remarks><x/>' }));
    expect(nodeAt(xml, 'detail/contact')?.attributes).toEqual({ callsign: 'A" x="1', endpoint: '*:-1:stcp' });
    expect(nodeAt(xml, 'detail/remarks')?.text).toBe('</remarks><x/>');
    expect(nodeAt(xml, 'detail/x')).toBeUndefined();
  });

  it('that is the name of a thing of JavaScript is an unknown word', () => {
    const xml = eventXml('constructor', '<__group name="constructor" role="toString"/>').replace('m-g', 'toString');
    expect(packetOfXml(xml, PROFILE_A)).toMatchObject({
      cotTypeId: 0,
      cotTypeStr: 'constructor',
      how: 0,
      team: 0,
      role: 0,
    });
  });
});

describe('XML', () => {
  it.each([
    ['two events', `${eventXml('a-f-G', '')}${eventXml('a-f-G', '')}`, 'garbled'],
    ['another root', '<foo/>', 'garbled'],
    ['a text that was cut', '<event uid="x"><detail><contact callsign="A"', 'garbled'],
    ['a document type', `<!DOCTYPE event>${eventXml('a-f-G', '')}`, 'garbled'],
    ['a document type in a comment, harmless as it is', eventXml('a-f-G', '<!-- <!DOCTYPE x> -->'), 'garbled'],
    ['an entity declaration in CDATA, harmless as it is', eventXml('a-f-G', '<x><![CDATA[<!entity>]]></x>'), 'garbled'],
    [
      'too many attributes',
      eventXml('a-f-G', `<x ${Array.from({ length: 257 }, (_, i) => `a${i}=""`).join(' ')}/>`),
      'too_large',
    ],
    ['an attribute that comes twice', eventXml('a-f-G', '<x a="1" a="2"/>'), 'garbled'],
    ['blanks and a byte order mark around', `\ufeff \n${eventXml('a-f-G', '')}\n`, 'read'],
    [
      '256 attributes',
      eventXml('a-f-G', `<x ${Array.from({ length: 256 }, (_, i) => `a${i}=""`).join(' ')}/>`),
      'read',
    ],
  ])('with %s', (_, xml, reason) => {
    expect(reasonOf(xml)).toBe(reason);
  });

  it('is read by local names', () => {
    const xml = eventXml('a-f-G-U-C', '<t:contact xmlns:t="urn:t" t:callsign="A"/>').replace(
      '<event',
      '<event xmlns="urn:x"',
    );
    expect(packetOfXml(xml).callsign).toBe('A');
  });

  it('has its position in the event alone', () => {
    const packet = packetOf('a-f-G-U-C', '<x><point lat="9" lon="9" hae="9"/><contact callsign="INNER"/></x>');
    expect(packet).toMatchObject({ latitudeI: 10_000_000, longitudeI: 20_000_000, altitude: 3, callsign: '' });
  });

  it('merges the status of a marker', () => {
    const packet = packetOf('b-m-p-s-m', '<status battery="7"/><status readiness="true"/><color argb="-1"/>');
    expect(packet).toMatchObject({ battery: 7, payloadVariant: { value: { readiness: true } } });
    expect(detailOf(packet)).toContain('<status battery="7" readiness="true"/>');
  });
});

describe('numbers', () => {
  it.each(['abc', 'NaN', 'Infinity', '-Infinity', '', '0x10', '91'])('a latitude "%s" is no place', (lat) => {
    expect(reasonOf(eventXml('a-f-G', '', `lat="${lat}" lon="0"`))).toBe('impossible');
  });

  it.each([
    ['-29.667', -30],
    ['29.5', 30],
    ['-29.5', -29],
    ['-1e12', -9999999],
    ['1e12', 9999999],
    ['9999999.0', 9999999],
    ['NaN', 9999999],
    ['', 9999999],
  ])('a height of "%s" is %i m', (hae, altitude) => {
    const wanted = Math.abs(altitude) === 9999999 ? 9999999 : altitude;
    expect(packetOfXml(eventXml('a-f-G', '', `lat="0" lon="0" hae="${hae}"`)).altitude).toBe(wanted);
  });

  it('is held within 32 bits: a speed', () => {
    expect(packetOf('a-f-G-U-C', '<track speed="1e12" course="1e-3"/>')).toMatchObject({
      speed: 0x7fffffff,
      course: 0,
    });
  });

  it('that cannot be read takes its default: track, radio, sensor', () => {
    const packet = packetOf('a-n-A', '<track speed="fast" course=""/><_radio rssi="loud"/><sensor azimuth="north"/>');
    expect(packet).toMatchObject({ speed: 0, course: 0, sensorFov: { azimuthDeg: 270 } });
    expect(payloadOf(packet, 'aircraft').rssiX10).toBe(0);
  });

  it('of times are cut to seconds each, and read as UTC without a zone', () => {
    const xml = eventXml('a-f-G', '').replace(
      '14:22:10Z" stale="2026-03-15T14:23:10Z',
      '14:22:10Z" stale="2026-03-15T14:22:55.1',
    );
    expect(packetOfXml(xml.replace('time="2026-03-15T14:22:10Z', 'time="2026-03-15T14:22:10.9Z')).staleSeconds).toBe(
      45,
    );
  });

  it('are written without an exponent', () => {
    const xml = builtXml({ latitudeI: 1, longitudeI: -1, speed: 210, course: 1 });
    expect(xml).toContain('<point lat="0.0000001" lon="-0.0000001" hae="0.0"');
    expect(xml).toContain('<track speed="2.1" course="0.01"/>');
  });
});

describe('what an event is', () => {
  it.each<[string, string, string]>([
    ['b-t-f', '<remarks>hello</remarks>', 'chat'],
    ['a-f-G-U-C', '<emergency type="911 Alert">A</emergency>', 'emergency'],
    ['u-d-c-c', '<shape/>', 'shape'],
    ['u-r-b-bullseye', '<bullseye distance="500"/>', 'shape'],
    ['u-d-f', '<strokeWeight/>', 'shape'],
    ['a-u-G', '<color argb="0"/>', 'marker'],
    ['u-rb-a', '<range value="0"/>', 'rab'],
    ['a-n-A', '<_aircot_ flight="X1"/>', 'aircraft'],
    ['a-f-G', '<__chat/>', 'chat'],
    ['b-r-f-h-c', '', 'casevac'],
  ])('%s with %s is %s', (type, detail, payload) => {
    expect(caseOf(type, detail)).toBe(payload);
    expect(packetOf(type, detail, PROFILE_A).payloadVariant.case).toBe(payload);
  });

  it('is no drawing because of a point that cannot be read', () => {
    expect(caseOf('a-f-G-U-C', '<link point="abc,2"/>')).toBeUndefined();
  });
});

describe('what comes through', () => {
  it('a delete, with what it deletes and how', () => {
    const detail = '<link relation="p-p" uid="T" type="a-f-G-U-C-I"/><__forcedelete/>';
    const packet = packetOf('t-x-d-d', `${detail}<_flow-tags_ TAK-Server-1="2026-03-15T19:30:00Z"/>`);
    expect(detailOf(packet)).toBe(detail);
    expect(detailOf(packetOf('t-x-d-d', detail, PROFILE_A))).toBe('');
  });

  it.each([
    ['b-f-t-r', '<fileshare filename="r.zip" senderUrl="https://x/1" sizeInBytes="5" sha256="ab"/>'],
    ['b-f-t-a', '<ackresponse uid="x" success="true"/>'],
    ['b-i-v', '<__video url="rtsp://10.0.0.1/1"/><contact callsign="CAM"/>'],
    ['u-x-unheard-of', '<thing a="1"><part>text</part></thing><contact callsign="A"/><remarks>r</remarks>'],
  ])('%s as it is, when it is small', (type, detail) => {
    expect(detailOf(packetOf(type, detail))).toBe(detail);
  });

  it('the position, name and words of what is too large for that', () => {
    const detail = `<thing a="${'1'.repeat(300)}"/><contact callsign="A"/><remarks>r</remarks>`;
    expect(detailOf(packetOf('u-x', detail))).toBe('<contact callsign="A"/><remarks>r</remarks>');
  });

  it("ATAK's own spelling of a role, and iTAK's of an element", () => {
    const packet = packetOf(
      'a-f-G-U-C',
      '<__group name="Red" role="Forward Observer"/><precisionLocation altsrc="GPS"/>',
    );
    expect(packet).toMatchObject({ role: meshtastic.MemberRole.ForwardObserver, altSrc: 1 });
  });

  it('weather and sensors, without guesses', () => {
    const detail =
      '<environment temperature="-3.5" windDirection="270.4" windSpeed="0.55"/>' +
      '<sensor azimuth="-10" fov="400" vfov="0" roll="-5" elevation="1.5" model="x"/>';
    const packet = packetOf('a-f-G', detail);
    expect(packet).toMatchObject({
      environment: { temperatureCX10: -35, windDirectionDeg: 270, windSpeedCmS: 55 },
      sensorFov: { azimuthDeg: 350, fovHorizontalDeg: 400, rollDeg: -5, elevationDeg: 2, type: 6 },
    });
    expect(packet.sensorFov?.rangeM).toBeUndefined();
    expect(packetOf('a-f-G', detailOf(packet))).toEqual(packet);
  });

  it('a chat line whose uid says nothing: its room, its sender', () => {
    const packet = packetOf('b-t-f', '<__chat id="Team.Red" senderCallsign="ALPHA"/><remarks>x</remarks>');
    const chat = readXml(`<detail>${detailOf(packet)}</detail>`);
    expect(nodeAt(chat, '__chat')?.attributes).toMatchObject({
      id: 'Team.Red',
      senderCallsign: 'ALPHA',
      messageId: 'u1',
    });
  });

  it('no endpoint for what is nobody to talk to', () => {
    for (const [type, detail] of [
      ['u-d-f', '<link point="1,2"/>'],
      ['b-m-p-s-m', '<color argb="-1"/>'],
      ['b-a-o-tbl', '<emergency type="911 Alert"/>'],
      ['a-n-A', '<_aircot_ icao="abcdef"/>'],
    ] as const) {
      expect(detailOf(packetOf(type, `<contact callsign="A" endpoint="*:-1:stcp"/>${detail}`))).not.toContain(
        'endpoint',
      );
    }
  });

  it('the same, however often', () => {
    for (const profile of [PROFILE_A, PROFILE_B]) {
      const once = packetOf('b-m-p-s-m', '<status battery="7"/><status readiness="true"/><color argb="-1"/>', profile);
      expect(packetOf('b-m-p-s-m', detailOf(once), profile)).toEqual(once);
    }
  });
});
