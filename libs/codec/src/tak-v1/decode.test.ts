import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { Kind, meshtastic } from '@cotbus/contracts';
import type { CotEvent, NodeState } from '@cotbus/contracts';
import { cotFaults, nodeAt, readXml } from '@cotbus/testkit';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from '../cot/build-event.ts';
import { stampEvent } from '../cot/stamp.ts';
import { NOON_MS, bytesOf, sampleFrame, sampleNode } from '../testing/samples.ts';
import { encodeUnishox2 } from '../unishox2/encode.ts';
import type { V1Pli } from './v1-packet.ts';
import { MISMARKED, TRACKER, VIPER, WHOLE_LINE, captured } from './testing/captured.ts';
import { decodeV1Frame } from './v1-frame.ts';

const utf8 = (text: string): Uint8Array => getTextEncoding().encodeUtf8(text);
const decodeBytes = (payload: Uint8Array, node: NodeState = sampleNode()) =>
  decodeV1Frame(sampleFrame({ port: 72, payload, from: node.num }), node);

const read = (result: ReturnType<typeof decodeV1Frame>): CotEvent => {
  if (!result.ok) expect.fail(result.detail);
  expect(cotFaults(buildEventXml(stampEvent(result.event, NOON_MS)))).toEqual([]);
  return result.event;
};
const decode = (hex: string, node?: NodeState): CotEvent => read(decodeBytes(bytesOf(hex), node));
const treeOf = (event: CotEvent) => readXml(`<detail>${event.detail}</detail>`);

type Init = Exclude<MessageInitShape<typeof meshtastic.TAKPacketSchema>, meshtastic.TAKPacket>;
const packetOf = (init: Init): Uint8Array =>
  toBinary(meshtastic.TAKPacketSchema, create(meshtastic.TAKPacketSchema, init));
const contactOf = (callsign: string, deviceCallsign: string, write: (text: string) => Uint8Array = utf8) => ({
  callsign: write(callsign),
  deviceCallsign: write(deviceCallsign),
});
const pli = (value: Partial<V1Pli>, init: Init = {}, node?: NodeState) =>
  read(
    decodeBytes(
      packetOf({
        contact: contactOf(VIPER.callsign, VIPER.uid),
        payloadVariant: { case: 'pli', value: { latitudeI: 10000000, longitudeI: 20000000, ...value } },
        ...init,
      }),
      node,
    ),
  );
const chat = (
  { message = 'hello', to, toCallsign }: { message?: string; to?: string; toCallsign?: string },
  { device = `${VIPER.uid}|9c1e6f1a`, node }: { device?: string; node?: NodeState } = {},
) =>
  read(
    decodeBytes(
      packetOf({
        contact: contactOf(VIPER.callsign, device),
        payloadVariant: {
          case: 'chat',
          value: {
            message: utf8(message),
            ...(to === undefined ? {} : { to: utf8(to) }),
            ...(toCallsign === undefined ? {} : { toCallsign: utf8(toCallsign) }),
          },
        },
      }),
      node,
    ),
  );
const identity = (uid: string, callsign = VIPER.callsign) => sampleNode({ tak: { uid, callsign } });

describe('a position report of V1', () => {
  it('is a friend on the ground who can be answered', () => {
    const event = decode(captured.pli.plain);
    expect(event).toMatchObject({
      ...VIPER,
      type: 'a-f-G-U-C',
      how: 'm-g',
      kind: Kind.PLI,
      lat: 48.7654321,
      lon: 2.1234567,
      hae: 123,
      ce: 9999999,
      le: 9999999,
      timeMs: 0,
      olderMs: 0,
      staleAfterMs: 600_000,
    });
    const tree = treeOf(event);
    expect(nodeAt(tree, 'contact')?.attributes).toEqual({ callsign: 'VIPER-1', endpoint: '*:-1:stcp' });
    expect(nodeAt(tree, '__group')?.attributes).toEqual({ role: 'Team Member', name: 'Cyan' });
    expect(nodeAt(tree, 'status')?.attributes).toEqual({ battery: '77' });
    expect(nodeAt(tree, 'track')?.attributes).toEqual({ speed: '3', course: '270' });
    expect(nodeAt(tree, 'uid')?.attributes).toEqual({ Droid: 'VIPER-1' });
  });

  it.each<[string, Init, string, string]>([
    ['team and role by name', { group: { role: 6, team: 8 } }, 'Dark Blue', 'ForwardObserver'],
    [
      'those it does not know like the phone apps',
      { group: { role: 77 as meshtastic.MemberRole, team: 99 as meshtastic.Team } },
      'Cyan',
      'Team Member',
    ],
    ['none like the phone apps', {}, 'Cyan', 'Team Member'],
  ])('shows %s', (_, init, team, role) => {
    expect(pli({}, init)).toMatchObject({ team, role });
  });

  it.each([
    ['0, which apps write for unknown', 0, 9999999],
    ['a height', 642, 642],
    ['a depth', -30, -30],
    ['no height of any radio', 2_000_000_000, 9999999],
  ])('has %s', (_, altitude, hae) => {
    expect(pli({ altitude }).hae).toBe(hae);
  });

  it.each([
    ['nothing for who stands', 0, 0, undefined],
    ['where somebody looks who stands', 0, 123, { speed: '0', course: '123' }],
    ['speed and course of a car', 33, 359, { speed: '33', course: '359' }],
    ['nothing for an impossible course', 5, 65_000, undefined],
    ['nothing for an impossible speed', 20_000, 90, undefined],
    ['what the ATAK plugin wrote into the wrong fields', 275, 3, { speed: '3', course: '275' }],
    ['the same of who stands', 123, 0, { speed: '0', course: '123' }],
    ['a walk to the north', 2, 0, { speed: '2', course: '0' }],
  ])('shows %s', (_, speed, course, track) => {
    expect(nodeAt(treeOf(pli({ speed, course })), 'track')?.attributes).toEqual(track);
  });

  it.each([
    ['no status', undefined, undefined],
    ['a status without a number', 0, undefined],
    ['percent', 42, '42'],
    ['external power', 101, '100'],
  ])('with %s', (_, battery, shown) => {
    const status = battery === undefined ? {} : { status: { battery } };
    expect(nodeAt(treeOf(pli({}, status)), 'status')?.attributes['battery']).toBe(shown);
  });

  it('at 0, 0 has no position: it stands where its radio does, else in the list', () => {
    const nowhere = { latitudeI: 0, longitudeI: 0, altitude: 5 };
    const lost = pli(nowhere);
    expect(lost).toMatchObject({ lat: 0, lon: 0, hae: 9999999, ce: 9999999 });
    expect(nodeAt(treeOf(lost), 'remarks')?.text).toBe('No position yet');
    const node = sampleNode({ fix: { latitudeI: 30000000, longitudeI: 40000000, ageMs: 5000 } });
    expect(pli(nowhere, {}, node)).toMatchObject({ lat: 3, lon: 4, olderMs: 5000 });
    expect(pli({ latitudeI: 0 })).toMatchObject({ lat: 0, lon: 2 });
  });

  it('off the globe is impossible', () => {
    const off = packetOf({ payloadVariant: { case: 'pli', value: { latitudeI: 900000001 } } });
    expect(decodeBytes(off)).toMatchObject({ ok: false, reason: 'impossible' });
  });
});

describe('who a V1 packet is from', () => {
  it.each([
    ['a uid', VIPER.uid, VIPER.uid],
    ['a uid with a message id', `${VIPER.uid}|9c1e6f1a`, VIPER.uid],
    ['the whole chat uid of the Apple app', `GeoChat.${VIPER.uid}.All Chat Rooms.9c1e6f1a|9c1e6f1a`, VIPER.uid],
    ['the beginning of one', `GeoChat.${VIPER.uid}.All Ch`, VIPER.uid],
    ['no uid', '', 'MESHTASTIC-15465D8D'],
    ['only a message id', '|9c1e6f1a', 'MESHTASTIC-15465D8D'],
    ['a uid with two blanks', 'Rope  team', 'Rope  team'],
    ['what is no text', '\u0001\u0002', 'MESHTASTIC-15465D8D'],
  ])('with %s', (_, device, uid) => {
    expect(pli({}, { contact: contactOf('VIPER-1', device) }).uid).toBe(uid);
  });

  it('without any name is its node, or whom the node was known as', () => {
    const unnamed = decode(captured.withoutContact.plain);
    expect(unnamed).toMatchObject({ uid: 'MESHTASTIC-15465D8D', callsign: 'BASE - Base Camp' });
    expect(decode(captured.withoutContact.plain, identity(VIPER.uid))).toMatchObject(VIPER);
  });

  it('with a uid that firmware cut at a zero byte is folded into the one its node is known by', () => {
    const cut = packetOf({
      isCompressed: true,
      contact: { callsign: bytesOf('807d5f87b02d14ff'), deviceCallsign: bytesOf('804e75babe80b445673f22ada0') },
      payloadVariant: { case: 'pli', value: { latitudeI: 1, longitudeI: 1 } },
    });
    expect(read(decodeBytes(cut)).uid).toBe('ANDROID-e7e455b4');
    expect(read(decodeBytes(cut, identity('ANDROID-e7e455b40002429d'))).uid).toBe('ANDROID-e7e455b40002429d');
    expect(read(decodeBytes(cut, identity('ANDROID-ffffffffffffffff'))).uid).toBe('ANDROID-e7e455b4');
    // Known by the cut one: the whole one is news.
    expect(pli({}, {}, identity('ANDROID-0123')).uid).toBe(VIPER.uid);
  });
});

describe('a tracker of firmware up to 2.7', () => {
  const trackerNode = sampleNode({ longName: 'Tracker é 1', role: meshtastic.Config_DeviceConfig_Role.TAK_TRACKER });
  const tracker = (speed: number, course: number, node: NodeState, callsign = 'Tracker é 1') =>
    pli({ speed, course }, { contact: contactOf(callsign, callsign), group: { team: 10, role: 1 } }, node);

  it('is known by its long name and cannot be answered', () => {
    const event = decode(TRACKER, trackerNode);
    expect(event).toMatchObject({ uid: 'Tracker é 1', callsign: 'Tracker é 1', team: 'Cyan', lat: 48.7654321 });
    expect(nodeAt(treeOf(event), 'contact')?.attributes).toEqual({ callsign: 'Tracker é 1' });
    expect(nodeAt(treeOf(event), 'status')?.attributes).toEqual({ battery: '100' });
  });

  it('reports km/h and no course', () => {
    const tree = treeOf(tracker(36, 12_345, trackerNode));
    expect(nodeAt(tree, 'track')).toBeUndefined();
    expect(nodeAt(tree, 'remarks')?.text).toBe('Speed: 36 km/h');
  });

  it('is told from an app by its role, and before that is known by the constants of firmware', () => {
    const track = (node: NodeState) => nodeAt(treeOf(tracker(36, 90, node)), 'track')?.attributes;
    expect(track(trackerNode)).toBeUndefined();
    expect(track(sampleNode({ longName: '' }))).toBeUndefined();
    expect(track(sampleNode({ longName: 'Tracker é 1' }))).toEqual({ speed: '36', course: '90' });
  });

  it('whose name a zero byte cut has the whole one', () => {
    expect(tracker(0, 0, trackerNode, 'Track')).toMatchObject({ uid: 'Tracker é 1', callsign: 'Tracker é 1' });
  });
});

describe('a chat line of V1', () => {
  it('to all is in the room of all', () => {
    const event = decode(captured.toAll.plain);
    expect(event).toMatchObject({
      uid: 'GeoChat.ANDROID-0123456789abcdef.All Chat Rooms.15465d8d-00000abc',
      type: 'b-t-f',
      how: 'h-g-i-g-o',
      kind: Kind.CHAT,
      callsign: 'VIPER-1',
      staleAfterMs: 86_400_000,
      lat: 0,
      lon: 0,
    });
    const tree = treeOf(event);
    expect(nodeAt(tree, '__chat')?.attributes).toMatchObject({ chatroom: 'All Chat Rooms', id: 'All Chat Rooms' });
    expect(nodeAt(tree, 'remarks')?.text).toBe('Hello from the ridge, moving north');
    expect(nodeAt(tree, 'marti')).toBeUndefined();
  });

  it('to one carries uid and callsign and is routed to that one', () => {
    const tree = treeOf(decode(captured.direct.plain));
    expect(nodeAt(tree, '__chat')?.attributes).toMatchObject({
      id: 'ANDROID-fedcba9876543210',
      chatroom: 'COBRA-2',
      senderCallsign: 'VIPER-1',
    });
    expect(nodeAt(tree, '__chat/chatgrp')?.attributes).toEqual({
      uid0: VIPER.uid,
      uid1: 'ANDROID-fedcba9876543210',
      id: 'ANDROID-fedcba9876543210',
    });
    expect(nodeAt(tree, 'marti/dest')?.attributes).toEqual({ uid: 'ANDROID-fedcba9876543210' });
    expect(nodeAt(tree, 'remarks')?.text).toBe('Meet at checkpoint 4 at 0630');
  });

  const ALL = 'All Chat Rooms';
  it.each([
    ['nobody named', {}, ALL, ALL, undefined],
    ['all', { to: ALL }, ALL, ALL, undefined],
    ['all, by callsign', { toCallsign: ALL }, ALL, ALL, undefined],
    ['a callsign (Android)', { to: 'COBRA-2' }, 'COBRA-2', 'COBRA-2', { callsign: 'COBRA-2' }],
    ['a callsign alone', { toCallsign: 'COBRA-2' }, 'COBRA-2', 'COBRA-2', { callsign: 'COBRA-2' }],
    [
      'a callsign twice (Apple)',
      { to: 'COBRA-2', toCallsign: 'COBRA-2' },
      'COBRA-2',
      'COBRA-2',
      { callsign: 'COBRA-2' },
    ],
    ['a uid alone', { to: 'ANDROID-2' }, 'ANDROID-2', 'ANDROID-2', { uid: 'ANDROID-2' }],
    ['a uid of its own kind', { to: 'bot-7', toCallsign: 'COBRA-2' }, 'bot-7', 'COBRA-2', { uid: 'bot-7' }],
    ['a team', { to: 'Dark Blue' }, 'Dark Blue', 'Dark Blue', undefined],
    ['a role', { to: 'HQ' }, 'HQ', 'HQ', undefined],
    [
      'a group',
      { to: '5c0b1a2e-0000-4000-8000-0123456789ab', toCallsign: 'Rope team' },
      '5c0b1a2e-0000-4000-8000-0123456789ab',
      'Rope team',
      undefined,
    ],
  ])('to %s', (_, fields, id, chatroom, dest) => {
    const tree = treeOf(chat(fields));
    expect(nodeAt(tree, '__chat')?.attributes).toMatchObject({ id, chatroom });
    expect(nodeAt(tree, 'marti/dest')?.attributes).toEqual(dest);
  });

  it.each([
    ['behind the uid', `${VIPER.uid}|9c1e6f1a-2f0d-4b7e-8a9b-0c1d2e3f4a5b`, '9c1e6f1a-2f0d-4b7e-8a9b-0c1d2e3f4a5b'],
    ['behind the chat uid of the Apple app', `GeoChat.${VIPER.uid}.All Chat Rooms.9C1E6F1A|9C1E6F1A`, '9C1E6F1A'],
    ['in the chat uid alone', `GeoChat.${VIPER.uid}.All Chat Rooms.9C1E6F1A`, '9C1E6F1A'],
    ['cut, as long as it tells lines apart', `${VIPER.uid}|9c1e6f1a-2f`, '9c1e6f1a-2f'],
    ['with a bar in it', `${VIPER.uid}|9c1e6f|1a`, '9c1e6f|1a'],
    ['cut to nothing: the packet counts', `${VIPER.uid}|9c`, '15465d8d-00000abc'],
    ['empty: the packet counts', `${VIPER.uid}|`, '15465d8d-00000abc'],
    ['absent: the packet counts', VIPER.uid, '15465d8d-00000abc'],
  ])('has its id %s', (_, device, messageId) => {
    const event = chat({}, { device });
    expect(event.uid).toBe(`GeoChat.${VIPER.uid}.All Chat Rooms.${messageId}`);
    expect(nodeAt(treeOf(event), '__chat')?.attributes['messageId']).toBe(messageId);
  });

  it('without a packet id is told apart by its frame', () => {
    const frame = sampleFrame({ payload: bytesOf(captured.toAll.plain), packetId: 0, frameHash: 0x1fn });
    expect(read(decodeV1Frame(frame, sampleNode())).uid).toMatch(/\.15465d8d-000000000000001f$/);
  });

  it('stands where its radio does', () => {
    const node = sampleNode({ fix: { latitudeI: 10000000, longitudeI: 20000000 } });
    expect(chat({}, { node })).toMatchObject({ lat: 1, lon: 2, olderMs: 0 });
  });

  it('keeps any text but what XML cannot say', () => {
    const line = treeOf(decode(WHOLE_LINE));
    expect(nodeAt(line, 'remarks')?.text).toBe('Größe ≥ 5 — été ☂ нет');
    expect(nodeAt(line, '__chat')?.attributes['senderCallsign']).toBe('Éclair-9');
    expect(nodeAt(treeOf(chat({ message: ' a\u0007 <b>&\n]]> ' })), 'remarks')?.text).toBe('a <b>&\n]]>');
  });

  it('without text is nothing for TAK', () => {
    for (const hex of [captured.emptyLine.plain, captured.emptyLine.compressed]) {
      expect(decodeBytes(bytesOf(hex))).toMatchObject({ ok: false, reason: 'not_for_tak' });
    }
  });

  it('with a uid beyond the bound is refused', () => {
    const long = packetOf({
      contact: contactOf('A', 'x'.repeat(200)),
      payloadVariant: { case: 'chat', value: { message: utf8('m'), to: utf8('y'.repeat(100)) } },
    });
    expect(decodeBytes(long)).toMatchObject({ ok: false, reason: 'too_large' });
  });
});

describe('a receipt of V1', () => {
  it.each([
    ['delivered', 'ACK:D:9c1e6f1a-2f0d', 'b-t-f-d', '9c1e6f1a-2f0d'],
    ['read', 'ACK:R:9c1e6f1a-2f0d', 'b-t-f-r', '9c1e6f1a-2f0d'],
    ['with colons in its id', 'ACK:R:a:b:c', 'b-t-f-r', 'a:b:c'],
  ])('%s is an event of that type', (_, message, type, messageId) => {
    const event = chat({ message, to: 'ANDROID-fedcba9876543210' }, { device: VIPER.uid });
    expect(event).toMatchObject({ uid: messageId, type, kind: Kind.CHAT, staleAfterMs: 60_000, callsign: '' });
    const tree = treeOf(event);
    expect(nodeAt(tree, '__chatreceipt')?.attributes).toMatchObject({ messageId, senderCallsign: 'VIPER-1' });
    expect(nodeAt(tree, '__chatreceipt/chatgrp')?.attributes).toMatchObject({
      uid0: VIPER.uid,
      uid1: 'ANDROID-fedcba9876543210',
    });
    expect(nodeAt(tree, 'link')?.attributes['uid']).toBe(VIPER.uid);
    expect(nodeAt(tree, 'marti/dest')?.attributes).toEqual({ uid: 'ANDROID-fedcba9876543210' });
  });

  it.each(['ACK:D:', 'ACK:X:1', 'ACK: on my way', 'ack:d:1', ' ACK:D:1', 'ACK:D: 1'])(
    '%j is an ordinary line',
    (message) => {
      expect(chat({ message })).toMatchObject({ type: 'b-t-f' });
    },
  );
});

describe('twins of one packet', () => {
  const { emptyLine: _, detail: __, ...readable } = captured;
  it.each(Object.values(readable))('$name is the same event, plain and compressed', ({ plain, compressed }) => {
    expect(decode(compressed)).toEqual(decode(plain));
  });

  it('are the same where their sender called plain texts compressed', () => {
    expect(decode(MISMARKED)).toEqual(decode(captured.pli.plain));
  });

  it('are the same where a radio compressed what its phone had compressed', () => {
    const twice = (text: string) => encodeUnishox2(encodeUnishox2(utf8(text)));
    const once = (text: string) => encodeUnishox2(utf8(text));
    const report = (isCompressed: boolean, write: (text: string) => Uint8Array) =>
      read(
        decodeBytes(
          packetOf({
            isCompressed,
            contact: contactOf('Éclair-9', VIPER.uid, write),
            payloadVariant: { case: 'pli', value: { latitudeI: 1 } },
          }),
        ),
      );
    const plain = report(false, utf8);
    expect(plain).toMatchObject({ uid: VIPER.uid, callsign: 'Éclair-9' });
    expect(report(true, twice)).toEqual(plain);
    // What the phone gets: one layer undone, and called plain.
    expect(report(false, once)).toEqual(plain);
  });

  it('lose a last character that a bound in bytes cut', () => {
    const cut = (callsign: string) =>
      pli({}, { contact: { callsign: utf8(callsign).subarray(0, -1), deviceCallsign: utf8('U') } });
    expect(cut('VIPER é').callsign).toBe('VIPER');
    expect(cut('Привет').callsign).toBe('Приве');
  });
});

describe('decodeV1Frame refuses', () => {
  const empty = /^empty TAKPacket: firmware 2\.7\.23 to 2\.7\.26/;
  it.each([
    ['what firmware 2.7.26 in the role TAK sends', '', 'garbled', empty],
    ['an empty packet that a radio called compressed', '0801', 'impossible', /without a payload/],
    ['a packet with a contact alone', '12050a03414c46', 'impossible', /without a payload/],
    ['a payload of a newer schema', '12050a03414c464a020801', 'unsupported', /unknown payload/],
    ['a bare detail', captured.detail.plain, 'unsupported', /bare detail of 6 bytes/],
    ['a bare detail beside compressed texts', captured.detail.compressed, 'unsupported', /bare detail of 6 bytes/],
    ['garbage', 'fffefd'.repeat(20), 'garbled', /no TAKPacket/],
    ['a packet that was cut', captured.pli.plain.slice(0, 40), 'garbled', /no TAKPacket/],
    // A copy from before the start of the text.
    ['a text that says no text', '080112060a04980000002a00', 'garbled', /neither UTF-8 nor Unishox2/],
  ])('%s', (_, hex, reason, detail) => {
    expect(decodeBytes(bytesOf(hex))).toMatchObject({
      ok: false,
      reason,
      detail: expect.stringMatching(detail) as string,
    });
  });
});
