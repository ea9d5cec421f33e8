import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { Kind } from '@cotbus/contracts';
import { nodeAt, readXml } from '@cotbus/testkit';
import { describe, expect, it } from 'vitest';
import { NOON_MS, bytesOf, sampleFrame, sampleNode } from '../testing/samples.ts';
import { buildEventXml } from '../cot/build-event.ts';
import { parseEventXml } from '../cot/parse-event.ts';
import { stampEvent } from '../cot/stamp.ts';
import { PLAIN_DEFAULTS } from './options.ts';
import type { PlainOptions } from './options.ts';
import { buildAlert, buildTextMessage, encodeText } from './text-message.ts';

const utf8 = (text: string): Uint8Array => getTextEncoding().encodeUtf8(text);
const heard = (text: string, fields: Parameters<typeof sampleFrame>[0] = {}) =>
  sampleFrame({ port: 1, payload: utf8(text), ...fields });
const lineFrom = (result: ReturnType<typeof buildTextMessage>) => {
  if (!result.ok) expect.fail(result.detail);
  return { ...result.event, tree: readXml(`<detail>${result.event.detail}</detail>`) };
};
const build = (frame: ReturnType<typeof sampleFrame>, sender = sampleNode()) =>
  lineFrom(buildTextMessage(frame, sender));

describe('a text message', () => {
  it('to all is a line in the room of all', () => {
    const event = build(heard('hello'));
    expect(event).toMatchObject({
      uid: 'GeoChat.MESHTASTIC-15465D8D.All Chat Rooms.15465d8d-00000abc',
      type: 'b-t-f',
      how: 'h-g-i-g-o',
      kind: Kind.CHAT,
      lat: 0,
      lon: 0,
      ce: 9999999,
      olderMs: 0,
      staleAfterMs: 86_400_000,
      callsign: 'BASE - Base Camp',
    });
    expect(nodeAt(event.tree, '__chat')?.attributes).toMatchObject({
      id: 'All Chat Rooms',
      senderCallsign: 'BASE - Base Camp',
      messageId: '15465d8d-00000abc',
    });
    expect(nodeAt(event.tree, 'remarks')?.text).toBe('hello');
    expect(nodeAt(event.tree, 'marti')).toBeUndefined();
  });

  it('to a node is for that node alone', () => {
    const event = build(heard('hello', { to: 0x0000beef }));
    expect(event.uid).toBe('GeoChat.MESHTASTIC-15465D8D.MESHTASTIC-0000BEEF.15465d8d-00000abc');
    expect(nodeAt(event.tree, '__chat')?.attributes['id']).toBe('MESHTASTIC-0000BEEF');
    expect(nodeAt(event.tree, 'marti/dest')?.attributes).toEqual({ uid: 'MESHTASTIC-0000BEEF' });
  });

  it('stands where its sender does', () => {
    const sender = sampleNode({ fix: { latitudeI: 10000000, longitudeI: 20000000, ageMs: 99 } });
    expect(build(heard('x'), sender)).toMatchObject({ lat: 1, lon: 2, olderMs: 0 });
  });

  it('of a node with a TAK identity comes from that identity, while it is fresh', () => {
    const tak = { uid: 'ANDROID-1', callsign: 'ALPHA' };
    const fresh = build(heard('x'), sampleNode({ tak: { ...tak, ageMs: 899_999 } }));
    expect(fresh).toMatchObject({ uid: 'GeoChat.ANDROID-1.All Chat Rooms.15465d8d-00000abc', callsign: 'ALPHA' });
    const old = build(heard('x'), sampleNode({ tak: { ...tak, ageMs: 900_000 } }));
    expect(old.callsign).toBe('BASE - Base Camp');
  });

  it('without a packet id is told apart by its frame', () => {
    expect(build(heard('x', { packetId: 0, frameHash: 0x1fn })).uid).toMatch(/\.15465d8d-000000000000001f$/);
  });

  it('keeps its lines and loses what XML cannot say', () => {
    expect(nodeAt(build(heard(' a\n\u0008b <c> ')).tree, 'remarks')?.text).toBe('a\nb <c>');
    expect(nodeAt(build(heard('', { payload: bytesOf('41ff42') })).tree, 'remarks')?.text).toBe('A\uFFFDB');
  });

  it('of a sender with an endless uid is refused', () => {
    const sender = sampleNode({ tak: { uid: 'x'.repeat(230), callsign: 'X' } });
    expect(buildTextMessage(heard('hello'), sender)).toMatchObject({ ok: false, reason: 'too_large' });
  });

  it('without text is nothing for TAK', () => {
    expect(buildTextMessage(heard(' \u0008'), sampleNode())).toMatchObject({ ok: false, reason: 'not_for_tak' });
  });

  it.each([
    ['help\u0007', '🔔 help'],
    ['🔔\u0007 help', '🔔 help'],
    ['\u0007', '🔔'],
    ['🔔', '🔔'],
  ])('keeps its bell: %j', (text, line) => {
    expect(nodeAt(build(heard(text)).tree, 'remarks')?.text).toBe(line);
  });

  it('is in the room of its channel, with the names that the operator chose', () => {
    const options: PlainOptions = {
      ...PLAIN_DEFAULTS,
      uid: 'ID-{hex}',
      callsign: '{long}',
      rooms: new Map([[2, 'Medics']]),
      nodes: new Map([[0xbeef, { messagesTo: 'ANDROID-7' }]]),
    };
    const uidOf = (fields: Parameters<typeof sampleFrame>[0]) => {
      const result = buildTextMessage(heard('x', fields), sampleNode(), options);
      return result.ok ? { uid: result.event.uid, dest: /<dest[^>]*>/.exec(result.event.detail)?.[0] } : result;
    };
    const id = '15465d8d-00000abc';
    expect(uidOf({})).toEqual({ uid: `GeoChat.ID-15465d8d.All Chat Rooms.${id}` });
    expect(uidOf({ channel: 2 })).toEqual({ uid: `GeoChat.ID-15465d8d.Medics.${id}` });
    // Private whatever the pattern is, and for the node's user when the operator has named one.
    expect(uidOf({ channel: 2, to: 7 })).toEqual({
      uid: `GeoChat.ID-15465d8d.ID-00000007.${id}`,
      dest: '<dest uid="ID-00000007"/>',
    });
    expect(uidOf({ to: 0xbeef })).toEqual({
      uid: `GeoChat.ID-15465d8d.ANDROID-7.${id}`,
      dest: '<dest uid="ANDROID-7"/>',
    });
  });
});

describe('an alert', () => {
  it.each([
    ['Fire at the hut', '🔔 ALERT: Fire at the hut'],
    ['🔔 Fire\u0007', '🔔 ALERT: Fire'],
    ['', '🔔 ALERT'],
  ])('is a line that rings: %j', (text, line) => {
    const event = lineFrom(buildAlert(heard(text, { port: 11 }), sampleNode()));
    expect(event).toMatchObject({ type: 'b-t-f', kind: Kind.CHAT });
    expect(nodeAt(event.tree, 'remarks')?.text).toBe(line);
  });
});

/** What clients write; `%` stands for the text. */
const LINE =
  '<event version="2.0" uid="GeoChat.ANDROID-1.ROOM.m1" type="TYPE" how="h-g-i-g-o" time="2026-03-15T14:22:10.000Z"' +
  ' start="2026-03-15T14:22:10.000Z" stale="2026-03-16T14:22:10.000Z">' +
  '<point lat="1.0" lon="2.0" hae="9999999.0" ce="9999999.0" le="9999999.0"/><detail>' +
  '<__chat parent="RootContactGroup" groupOwner="false" chatroom="ROOM" id="ROOM" senderCallsign="ALPHA" messageId="m1">' +
  '<chatgrp uid0="ANDROID-1" uid1="ROOM" id="ROOM"/></__chat>MARTI<remarks source="BAO.F.ATAK.ANDROID-1">%</remarks>' +
  '</detail></event>';
const parsedFrom = (xml: string) => {
  const parsed = parseEventXml(xml);
  if (!parsed.ok) expect.fail(parsed.detail);
  return parsed.event;
};
const lineOf = (text: string, { room = 'All Chat Rooms', type = 'b-t-f', marti = '' } = {}) => {
  const xml = LINE.replaceAll('ROOM', room).replace('TYPE', type).replace('MARTI', marti).replace('%', text);
  return parsedFrom(xml);
};
const encode = (...[text, fields]: Parameters<typeof lineOf>) => {
  const result = encodeText(lineOf(text, fields));
  if (!result.ok) expect.fail(result.detail);
  return { ...result, text: new TextDecoder().decode(result.frame.payload) };
};

describe('a chat line for plain nodes', () => {
  it('says who speaks, to everybody', () => {
    expect(encode('hello &lt;all&gt;')).toMatchObject({
      text: 'ALPHA: hello <all>',
      frame: { port: 1, to: 0xffffffff, wantAck: true },
      channel: undefined,
      stripped: [],
    });
  });

  it.each([
    ['MESHTASTIC-0000BEEF', 0xbeef],
    ['MESHTASTIC-0000beef', 0xbeef],
    ['!0000beef', 0xbeef],
  ])('goes to the one node it is for: %s', (room, to) => {
    const marti = `<marti><dest uid="${room}"/></marti>`;
    expect(encode('hello', { room, marti })).toMatchObject({ text: 'ALPHA: hello', frame: { to } });
  });

  it('goes to the channel that its room stands for', () => {
    const options = { ...PLAIN_DEFAULTS, rooms: new Map([[2, 'Medics']]) };
    expect(encodeText(lineOf('x', { room: 'Medics' }), options)).toMatchObject({
      ok: true,
      channel: 2,
      frame: { to: 0xffffffff },
    });
  });

  it.each<[string, Parameters<typeof lineOf>[1], string]>([
    ['for a user who is no node', { room: 'ANDROID-2' }, 'unsupported'],
    ['for a group', { room: 'Team Red' }, 'unsupported'],
    ['for one user of the room of all', { marti: '<marti><dest callsign="BRAVO"/></marti>' }, 'unsupported'],
    ['that is a receipt', { type: 'b-t-f-d' }, 'unsupported'],
    ['that is no chat', { type: 'a-f-G-U-C' }, 'unsupported'],
  ])('is refused %s, never sent to all', (_, fields, reason) => {
    expect(encodeText(lineOf('secret', fields))).toMatchObject({ ok: false, reason });
  });

  it('is refused without a text', () => {
    expect(encodeText(lineOf(' '))).toMatchObject({ ok: false, reason: 'impossible' });
  });

  it('is cut at 200 bytes between characters, and says so', () => {
    const whole = encode('x'.repeat(193));
    expect([whole.frame.payload.length, whole.stripped]).toEqual([200, []]);
    const cut = encode('ü'.repeat(300));
    expect(cut).toMatchObject({ text: `ALPHA: ${'ü'.repeat(95)}…`, stripped: ['text'] });
    expect(cut.frame.payload.length).toBe(200);
  });

  it('leaves room for the text, however long the name of its sender is', () => {
    const event = lineOf('hello');
    event.detail = event.detail.replace('ALPHA', 'A'.repeat(500));
    const result = encodeText(event);
    expect(result).toMatchObject({ ok: true, frame: { payload: utf8(`${'A'.repeat(36)}…: hello`) } });
  });

  it('keeps its lines and its bell', () => {
    expect(encode('a&#13;&#10;b &#128276;').text).toBe('ALPHA: a\nb 🔔');
  });

  it('needs no chat element', () => {
    const event = lineOf('hello');
    const bare = { ...event, detail: '<remarks>hello</remarks>', callsign: '' };
    expect(encodeText(bare)).toMatchObject({ ok: true, frame: { payload: utf8('hello') } });
  });

  it.each([
    ['everybody', {}, {}],
    ['one node', { room: 'MESHTASTIC-0000BEEF' }, {}],
    ['everybody, by another pattern of uids', {}, { uid: 'ID-{hex}' }],
  ])('to %s comes back as the line of the radio that sent it, and goes no further', (_, fields, plain) => {
    const options = { ...PLAIN_DEFAULTS, ...plain };
    const { frame } = encode('hello', fields);
    const back = sampleFrame({ port: frame.port, payload: frame.payload, to: frame.to });
    const line = lineFrom(buildTextMessage(back, sampleNode(), options));
    expect(nodeAt(line.tree, 'remarks')?.text).toBe('ALPHA: hello');
    const parsed = parsedFrom(buildEventXml(stampEvent(line, NOON_MS)));
    expect(encodeText(parsed, options)).toMatchObject({ ok: false, reason: 'loop' });
  });
});
