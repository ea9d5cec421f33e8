import { getTextEncoding } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Packet } from '../packet/payload.ts';
import { anyPacket } from '../testing/any-packet.ts';
import { samplePacket } from '../testing/packets.ts';
import { cutTexts } from './text-limits.ts';
import { utf8Bytes } from '../cot/utf8.ts';

const of = (bytes: number): string => 'x'.repeat(bytes);
const cut = (bytes: number): string => `${of(bytes - 3)}…`;

type Fields = NonNullable<Parameters<typeof samplePacket>[0]>;
const marker = (parentCallsign: string): Fields => ({ payloadVariant: { case: 'marker', value: { parentCallsign } } });
const chat = (message: string, toCallsign = ''): Fields => ({
  payloadVariant: { case: 'chat', value: { message, toCallsign } },
});
const route = (prefix: string, ...names: readonly string[]): Fields => ({
  payloadVariant: { case: 'route', value: { prefix, links: names.map((callsign) => ({ callsign, uid: of(60) })) } },
});
const task = (taskType: string, note: string): Fields => ({
  payloadVariant: { case: 'task', value: { taskType, note } },
});
const casevac = (zoneMarker: string, frequency: string): Fields => ({
  payloadVariant: { case: 'casevac', value: { zoneMarker, frequency, title: of(100) } },
});
const aircraft = (flight: string, cotHostId: string): Fields => ({
  payloadVariant: { case: 'aircraft', value: { flight, cotHostId } },
});

describe('cutTexts', () => {
  it.each<[string, Fields, Fields, string]>([
    ['a callsign', { callsign: of(120) }, { callsign: cut(119) }, 'callsign cut to 119 of 120 bytes'],
    ['a device', { deviceCallsign: of(200) }, { deviceCallsign: cut(119) }, 'device_callsign cut to 119 of 200 bytes'],
    ['a version', { takVersion: of(64) }, { takVersion: cut(63) }, 'tak_version cut to 63 of 64 bytes'],
    ['a device name', { takDevice: of(32) }, { takDevice: cut(31) }, 'tak_device cut to 31 of 32 bytes'],
    ['a platform', { takPlatform: of(32) }, { takPlatform: cut(31) }, 'tak_platform cut to 31 of 32 bytes'],
    ['an os', { takOs: of(16) }, { takOs: cut(15) }, 'tak_os cut to 15 of 16 bytes'],
    ['a chat line', chat(of(200)), chat(cut(199)), 'message cut to 199 of 200 bytes'],
    ['a sender', chat('', of(130)), chat('', cut(119)), 'to_callsign cut to 119 of 130 bytes'],
    ['a parent', marker(of(24)), marker(cut(23)), 'parent_callsign cut to 23 of 24 bytes'],
    ['a prefix', route(of(8)), route(cut(7)), 'prefix cut to 7 of 8 bytes'],
    ['a way point', route('', of(16)), route('', cut(15)), '1 name of a way point cut to 15 bytes'],
    [
      'way points',
      route('', of(16), 'A', of(20)),
      route('', cut(15), 'A', cut(15)),
      '2 names of way points cut to 15 bytes',
    ],
    ['a task', task(of(12), ''), task(cut(11), ''), 'task_type cut to 11 of 12 bytes'],
    ['a note', task('', of(48)), task('', cut(47)), 'note cut to 47 of 48 bytes'],
    ['a marker', casevac(of(16), ''), casevac(cut(15), ''), 'zone_marker cut to 15 of 16 bytes'],
    ['a frequency', casevac('', of(16)), casevac('', cut(15)), 'frequency cut to 15 of 16 bytes'],
    ['a flight', aircraft(of(16), ''), aircraft(cut(15), ''), 'flight cut to 15 of 16 bytes'],
    ['a gateway', aircraft('', of(64)), aircraft('', cut(63)), 'cot_host_id cut to 63 of 64 bytes'],
    ['a phone, whole', { phone: of(20) }, { phone: '' }, 'phone of more than 19 bytes'],
    ['an endpoint, whole', { endpoint: of(32) }, { endpoint: '' }, 'endpoint of more than 31 bytes'],
  ])('cuts %s one byte over its limit', (_, long, short, note) => {
    expect(cutTexts(samplePacket(long))).toEqual({ packet: samplePacket(short), notes: [note] });
  });

  it.each<[string, Fields]>([
    ['a callsign', { callsign: of(119), phone: of(19), endpoint: of(31), takOs: of(15) }],
    ['a chat line', chat(of(199), of(119))],
    ['a way point', route(of(7), of(15))],
    ['remarks, which have none', { remarks: of(3000) }],
    ['what machines look up', { uid: of(150), cotTypeStr: of(60) }],
    ['an icon path', { payloadVariant: { case: 'marker', value: { iconset: of(100), parentUid: of(60) } } }],
  ])('leaves %s at its limit as it is', (_, fields) => {
    const packet = samplePacket(fields);
    expect(cutTexts(packet).packet).toBe(packet);
  });

  it.each([
    ['ä', 2],
    ['€', 3],
    ['👍', 4],
    ['👩‍🚒', 11],
    ['\ud800', 3],
    ['\udc00', 3],
  ])('counts %s as %i bytes, and never cuts within', (character, bytes) => {
    expect(utf8Bytes(character)).toBe(bytes);
    const { callsign } = cutTexts(samplePacket({ callsign: character.repeat(100) })).packet;
    expect(utf8Bytes(callsign)).toBeLessThanOrEqual(119);
    expect(callsign.replaceAll(character, '')).toBe('…');
  });

  it('counts as the encoder writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Bytes(text)).toBe(getTextEncoding().encodeUtf8(text).length);
      }),
    );
  });

  it('does it once, to any packet, and changes a copy', () => {
    fc.assert(
      fc.property(anyPacket, (packet: Packet) => {
        const before = structuredClone(packet);
        const once = cutTexts(packet).packet;
        expect(packet).toEqual(before);
        expect(cutTexts(once)).toEqual({ packet: once, notes: [] });
      }),
    );
  });
});
