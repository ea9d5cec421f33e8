import { fromBinary } from '@bufbuild/protobuf';
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { Kind, meshtastic } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, sampleEvent, sampleFrame, sampleNode } from '../testing/samples.ts';
import { captured } from './testing/captured.ts';
import { decodeV1Frame, encodeV1Frame } from './v1-frame.ts';

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && getTextEncoding().decodeUtf8(bytes);
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const encode = (event: CotEvent, compressed = false) => {
  const result = encodeV1Frame(event, { compressed });
  if (!result.ok) expect.fail(result.detail);
  expect(result.payload.length).toBeLessThanOrEqual(225);
  return { ...result, packet: fromBinary(meshtastic.TAKPacketSchema, result.payload) };
};
const decode = (payload: Uint8Array, node = sampleNode()): CotEvent => {
  const result = decodeV1Frame(sampleFrame({ port: 72, payload }), node);
  if (!result.ok) expect.fail(result.detail);
  return result.event;
};

const report = (detail: string, fields: Parameters<typeof sampleEvent>[0] = {}) =>
  sampleEvent({ uid: 'ANDROID-e612f0e922b56a63', lat: 47.1234567, lon: 11.7654321, hae: 642, detail, ...fields });
const FALKE =
  '<contact callsign="FALKE"/><__group name="Cyan" role="Team Member"/><status battery="87"/><track speed="3" course="275"/>';
const positionOf = (event: CotEvent) => {
  const { payloadVariant } = encode(event).packet;
  return payloadVariant.case === 'pli' ? payloadVariant.value : expect.fail('no position');
};

describe('a position report for V1', () => {
  it('is what the phone apps send', () => {
    expect(hexOf(encode(report(FALKE)).payload)).toBe(
      '12210a0546414c4b451218414e44524f49442d653631326630653932326235366136331a040801100a220208572a120d0778161c15314303071882052003289302',
    );
  });

  it('compressed is what a radio in the role TAK makes of that', () => {
    expect(hexOf(encode(report(FALKE), true).payload)).toBe(
      '0801121a0a05807c4f1f6c1211804e75babe80b445673097874915ab53191a040801100a220208572a120d0778161c15314303071882052003289302',
    );
  });

  it('is plain where compression would make a zero byte', () => {
    const { packet } = encode(report(FALKE, { uid: 'ANDROID-e7e455b40002429d' }), true);
    expect(packet.isCompressed).toBe(false);
    expect(text(packet.contact?.deviceCallsign)).toBe('ANDROID-e7e455b40002429d');
  });

  it.each([
    ['Dark Blue', 'Team Lead', 8, 2],
    ['Dark_Blue', 'TeamLead', 8, 2],
    ['darkgreen', 'headquarters', 13, 3],
    ['RED', 'forward observer', 5, 6],
    ['Black', 'K9', 0, 8],
    ['Black', 'Chef', undefined, undefined],
  ])('of team %s and role %s', (name, role, team, roleNumber) => {
    const { group } = encode(report(`<contact callsign="A"/><__group name="${name}" role="${role}"/>`)).packet;
    expect(group?.team).toBe(team);
    expect(group?.role).toBe(roleNumber);
  });

  it('has neither group nor status where the event has none', () => {
    const { packet } = encode(report('<contact callsign="A"/>'));
    expect([packet.group, packet.status]).toEqual([undefined, undefined]);
  });

  it.each([
    ['-5', undefined],
    ['0', undefined],
    ['77.6', 78],
    ['101', 100],
    ['full', undefined],
  ])('with a battery of %s', (battery, sent) => {
    expect(encode(report(`<status battery="${battery}"/>`)).packet.status?.battery).toBe(sent);
  });

  it.each([
    [{ hae: 9999999 }, 0],
    [{ hae: -12.4 }, -12],
    [{ hae: 641.6 }, 642],
  ])('at %o', (fields, altitude) => {
    expect(positionOf(report('', fields)).altitude).toBe(altitude);
  });

  it.each([
    ['3.6', '359.7', 4, 0],
    ['-1', '725', 0, 5],
    ['NaN', '', 0, 0],
    ['1e9', '-90', 10_000, 0],
  ])('with speed %s and course %s', (speed, course, sentSpeed, sentCourse) => {
    const position = positionOf(report(`<track speed="${speed}" course="${course}"/>`));
    expect([position.speed, position.course]).toEqual([sentSpeed, sentCourse]);
  });

  it('is rounded, not cut, to the resolution of the mesh', () => {
    expect(positionOf(report('', { lat: 47.12345678, lon: -11.76543219 }))).toMatchObject({
      latitudeI: 471234568,
      longitudeI: -117654322,
    });
  });

  it('without a callsign goes by its uid', () => {
    expect(text(encode(report('')).packet.contact?.callsign)).toBe('ANDROID-e612f0e922b56a63');
  });

  it('with a callsign over 119 bytes has it cut at a character, and says so', () => {
    const long = encode(report(`<contact callsign="${'ё'.repeat(60)}"/>`));
    expect(text(long.packet.contact?.callsign)).toBe(`${'ё'.repeat(58)}…`);
    expect(long.cut).toEqual(['callsign cut to 119 of 120 bytes']);
  });
});

interface Line {
  readonly from?: string;
  readonly room?: string;
  readonly chatroom?: string;
  readonly id?: string;
  readonly said?: string;
  readonly uid1?: string;
  readonly uid?: string;
}
const line = ({
  from = 'ANDROID-e612f0e922b56a63',
  room = 'All Chat Rooms',
  chatroom = room,
  id = '9c1e6f1a-2f0d-4b7e-8a9b-0c1d2e3f4a5b',
  said = 'On my way to checkpoint 3',
  uid1 = room,
  uid = `GeoChat.${from}.${room}.${id}`,
}: Line = {}) =>
  sampleEvent({
    uid,
    type: 'b-t-f',
    kind: Kind.CHAT,
    detail:
      `<__chat id="${room}" chatroom="${chatroom}" senderCallsign="FALKE" messageId="${id}"><chatgrp uid0="${from}" uid1="${uid1}" id="${room}"/></__chat>` +
      `<link uid="${from}" type="a-f-G-U-C" relation="p-p"/><remarks source="BAO.F.ATAK.${from}">${said}</remarks>`,
  });
const chatOf = (event: CotEvent) => {
  const { packet } = encode(event);
  if (packet.payloadVariant.case !== 'chat') expect.fail('no chat');
  const { message, to, toCallsign } = packet.payloadVariant.value;
  return {
    callsign: text(packet.contact?.callsign),
    device: text(packet.contact?.deviceCallsign),
    message: text(message),
    to: text(to),
    toCallsign: text(toCallsign),
  };
};
const COBRA = 'ANDROID-e7e455b40002429d';

describe('a chat line for V1', () => {
  it('to all is what the ATAK plugin sends, without group and status', () => {
    expect(hexOf(encode(line()).payload)).toBe(
      '12460a0546414c4b45123d414e44524f49442d653631326630653932326235366136337c39633165366631612d326630642d346237652d386139622d306331643265336634613562322b0a194f6e206d792077617920746f20636865636b706f696e742033120e416c6c204368617420526f6f6d73',
    );
  });

  it('compressed is what a radio in the role TAK makes of that', () => {
    expect(hexOf(encode(line(), true).payload)).toBe(
      '080112390a05807c4f1f6c1230804e75babe80b445673097874915ab5318fc9149383cde345a2280bc34b445025bf1688a08a9b2d1150183a5c7e94b6532200a118562f3f2bde7e5452e7b3e7efc55e422e3120b84f1c20e7b4c20dd579d17',
    );
  });

  it('to one carries uid and callsign', () => {
    expect(hexOf(encode(line({ room: COBRA, chatroom: 'VIPER 01', said: 'Copy' })).payload)).toBe(
      '12460a0546414c4b45123d414e44524f49442d653631326630653932326235366136337c39633165366631612d326630642d346237652d386139622d306331643265336634613562322a0a04436f70791218414e44524f49442d653765343535623430303032343239641a085649504552203031',
    );
  });

  it('that the ATAK plugin named by its sender goes to its recipient', () => {
    const from = 'ANDROID-e612f0e922b56a63';
    const event = line({ room: from, chatroom: 'FALKE', uid1: COBRA, uid: `GeoChat.${from}.${COBRA}.9c1e6f1a` });
    expect(chatOf(event)).toMatchObject({
      to: COBRA,
      toCallsign: undefined,
      device: expect.stringMatching(/^ANDROID-e612f0e922b56a63\|/) as string,
    });
  });

  it.each([
    ['a name alone', { room: 'VIPER 01' }, { to: 'VIPER 01', toCallsign: undefined }],
    ['a team', { room: 'Cyan' }, { to: 'Cyan', toCallsign: undefined }],
    ['a group', { room: '5c0b1a2e-0000-4000-8000-0123456789ab', chatroom: 'Rope team' }, { toCallsign: 'Rope team' }],
  ])('to %s', (_, fields, sent) => {
    expect(chatOf(line(fields))).toMatchObject(sent);
  });

  it.each([
    ['a uid that names no line', { uid: 'something' }, '9c1e6f1a-2f0d-4b7e-8a9b-0c1d2e3f4a5b'],
    ['dots and bars in its id', { id: 'a.b|c', uid: 'x' }, 'a-b-c'],
  ])('with %s', (_, fields, id) => {
    expect(chatOf(line(fields)).device).toBe(`ANDROID-e612f0e922b56a63|${id}`);
  });

  it('without the element of a line is for all', () => {
    const bare = sampleEvent({
      uid: 'GeoChat.ANDROID-1.All Chat Rooms.17',
      type: 'b-t-f',
      kind: Kind.CHAT,
      detail: '<contact callsign="WebTAK"/><remarks>hi</remarks>',
    });
    expect(chatOf(bare)).toEqual({
      callsign: 'WebTAK',
      device: 'ANDROID-1|17',
      message: 'hi',
      to: 'All Chat Rooms',
      toCallsign: undefined,
    });
  });

  it('that looks like a receipt stays a line', () => {
    const { payload } = encode(line({ said: 'ACK:D:17' }));
    expect(decode(payload)).toMatchObject({ type: 'b-t-f', detail: expect.stringContaining('>ACK:D:17<') as string });
  });

  it('over the frame is cut at a character, and says so', () => {
    const said = 'Größe 👩‍🚒 '.repeat(20).trim();
    const { cut, payload } = encode(line({ said }));
    expect(payload.length).toBeGreaterThan(205);
    expect(cut).toEqual([expect.stringMatching(/^message cut to \d+ of 3\d\d bytes$/) as string]);
    const sent = chatOf(line({ said })).message ?? '';
    expect(sent.endsWith('…')).toBe(true);
    expect(said.startsWith(sent.slice(0, -1))).toBe(true);
  });

  it('over the frame goes whole where compression makes it fit', () => {
    const said =
      'the quick brown fox jumps over the lazy dog and then the quick brown fox jumps over the lazy dog again, and so on and on and on, until the text is far too long';
    expect(encode(line({ said })).cut).toHaveLength(1);
    expect(encode(line({ said }), true)).toMatchObject({ cut: [], packet: { isCompressed: true } });
  });

  it('keeps the uid of its sender and loses the id of the line where both do not fit', () => {
    const from = `ANDROID-${'f'.repeat(80)}`;
    const { cut, packet } = encode(line({ from }));
    expect(text(packet.contact?.deviceCallsign)).toBe(from);
    expect(cut).toEqual(['device_callsign cut to 88 of 125 bytes']);
  });
});

const receipt = (type: string, fields: { to?: string; id?: string; name?: string; from?: string } = {}) => {
  const { to = COBRA, id = '9c1e6f1a', name = '__chatreceipt', from = 'ANDROID-e612f0e922b56a63' } = fields;
  return sampleEvent({
    uid: id,
    type,
    kind: Kind.CHAT,
    detail: `<${name} id="${to}" chatroom="VIPER 01" senderCallsign="FALKE" messageId="${id}"><chatgrp uid0="${from}" uid1="${to}" id="${to}"/></${name}><link uid="${from}" type="a-f-G-U-C" relation="p-p"/>`,
  });
};

describe('a receipt for V1', () => {
  it.each([
    ['delivered', 'b-t-f-d', '__chatreceipt', 'ACK:D:9c1e6f1a'],
    ['read', 'b-t-f-r', '__chatreceipt', 'ACK:R:9c1e6f1a'],
    ['read, of WinTAK', 'b-t-f-r', '__chat', 'ACK:R:9c1e6f1a'],
  ])('%s is a line to the sender of the line', (_, type, name, message) => {
    expect(chatOf(receipt(type, { name }))).toEqual({
      callsign: 'FALKE',
      device: 'ANDROID-e612f0e922b56a63',
      message,
      to: COBRA,
      toCallsign: undefined,
    });
  });

  it('goes both ways', () => {
    const event = receipt('b-t-f-d');
    const back = decode(encode(event).payload);
    expect(back).toMatchObject({ uid: event.uid, type: event.type });
    expect(chatOf(back)).toEqual(chatOf(event));
  });

  it('is never cut', () => {
    const from = `ANDROID-${'f'.repeat(80)}`;
    const long = receipt('b-t-f-d', { from, to: `ANDROID-${'e'.repeat(80)}`, id: 'd'.repeat(60) });
    expect(encodeV1Frame(long)).toMatchObject({
      ok: false,
      reason: 'too_large',
      detail: expect.stringMatching(/^\d+ of 225 bytes$/) as string,
    });
  });
});

describe('encodeV1Frame refuses', () => {
  const U = 'u'.repeat(120);
  it.each([
    ['a marker', sampleEvent({ kind: Kind.MARKER, type: 'a-u-G' }), 'unsupported'],
    ['an emergency', sampleEvent({ kind: Kind.EMERGENCY, type: 'b-a-o-tbl' }), 'unsupported'],
    ['who is no friend', sampleEvent({ type: 'a-h-G-U-C' }), 'unsupported'],
    ['who is not on the ground', sampleEvent({ type: 'a-f-A-M-H' }), 'unsupported'],
    ['a uid that would be read as another', sampleEvent({ uid: 'A|B' }), 'unsupported'],
    ['a uid that would be read as a line', sampleEvent({ uid: 'GeoChat.A.B.C' }), 'unsupported'],
    ['a uid over 119 bytes', sampleEvent({ uid: U }), 'unsupported'],
    ['a line from a uid over 119 bytes', line({ from: U }), 'unsupported'],
    ['a line to a uid over 119 bytes', line({ room: U }), 'unsupported'],
    [
      'a line from nobody',
      sampleEvent({ kind: Kind.CHAT, type: 'b-t-f', detail: '<remarks>hi</remarks>' }),
      'unsupported',
    ],
    ['a line without text', line({ said: ' ' }), 'unsupported'],
    ['another kind of chat', { ...line(), type: 'b-t-f-s' }, 'unsupported'],
    ['a receipt to nobody', receipt('b-t-f-d', { to: '' }), 'unsupported'],
    [
      'names that leave no room',
      sampleEvent({ uid: 'u'.repeat(119), detail: `<contact callsign="${'c'.repeat(119)}"/>` }),
      'too_large',
    ],
  ])('%s', (_, event, reason) => {
    expect(encodeV1Frame(event)).toMatchObject({ ok: false, reason });
  });
});

describe('V1 there and back', () => {
  it.each(Object.values(captured).filter(({ name }) => !/cut|without text|detail/.test(name)))('$name', ({ plain }) => {
    const event = decode(bytesOf(plain));
    for (const form of [false, true]) expect(decode(encode(event, form).payload)).toEqual(event);
  });

  const name = fc.stringMatching(/^[A-Za-zäß](?: ?[A-Za-z0-9._-]){0,12}[A-Za-z0-9й☂]$/);
  const token = fc.stringMatching(/^[A-Za-z0-9-]{6,36}$/);

  it('a report of ours is the same in both forms', () => {
    const report = fc.record({
      uid: token,
      callsign: name,
      lat: fc.integer({ min: -900000000, max: 900000000 }).map((i) => i / 1e7),
      lon: fc.integer({ min: 1, max: 1800000000 }).map((i) => i / 1e7),
      hae: fc.integer({ min: 1, max: 9000 }),
      team: fc.constantFrom('Cyan', 'Dark Blue', 'White'),
      role: fc.constantFrom('Team Member', 'HQ', 'K9'),
      battery: fc.integer({ min: 1, max: 100 }),
      speed: fc.integer({ min: 1, max: 14 }),
      course: fc.integer({ min: 0, max: 359 }),
    });
    fc.assert(
      fc.property(report, ({ uid, callsign, lat, lon, hae, team, role, battery, speed, course }) => {
        const detail =
          `<contact callsign="${callsign}" endpoint="*:-1:stcp"/><__group role="${role}" name="${team}"/>` +
          `<status battery="${battery}"/><track speed="${speed}" course="${course}"/><uid Droid="${callsign}"/>`;
        const event = sampleEvent({ uid, lat, lon, hae, detail });
        const plain = decode(encode(event).payload);
        expect(plain).toMatchObject({ uid, lat, lon, hae, detail, callsign, team, role });
        expect(decode(encode(event, true).payload)).toEqual(plain);
      }),
      { numRuns: 200 },
    );
  });

  it('a line of ours is the same in both forms', () => {
    const spoken = fc.record({ from: token, room: token, chatroom: name, id: token, said: name });
    fc.assert(
      fc.property(spoken, (fields) => {
        const event = line(fields);
        const plain = decode(encode(event).payload);
        expect(plain.uid).toBe(event.uid);
        expect(chatOf(plain)).toEqual(chatOf(event));
        expect(decode(encode(event, true).payload)).toEqual(plain);
      }),
      { numRuns: 200 },
    );
  });
});
