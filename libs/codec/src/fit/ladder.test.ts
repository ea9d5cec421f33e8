import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePacket } from '../packet/bytes/encode.ts';
import { treeOfPacket } from '../packet/packet.ts';
import type { Packet } from '../packet/payload.ts';
import { anyGoodPacket, anyPacket } from '../testing/any-packet.ts';
import { samplePacket } from '../testing/packets.ts';
import { LADDER } from './ladder.ts';

type Fields = NonNullable<Parameters<typeof samplePacket>[0]>;

const of = (bytes: number): string => 'x'.repeat(bytes);
const cut = (bytes: number): string => `${of(bytes - 3)}…`;
const rungs = (words: string) => LADDER.filter((rung) => rung.words === words);
const casevac = (text: string, card: string): Fields => ({
  payloadVariant: {
    case: 'casevac',
    value: { enemy: text, frequency: '38.90', zmist: card === '' ? [] : [{ z: card }] },
  },
});
const marker = (parentUid: string): Fields => ({
  payloadVariant: {
    case: 'marker',
    value: { parentUid, parentType: parentUid && 'a-f-G', parentCallsign: parentUid, iconset: 'I', kind: 1 },
  },
});
const chat = (message: string): Fields => ({ payloadVariant: { case: 'chat', value: { message, to: 'T' } } });
const taktalk = (text: string): Fields => ({ payloadVariant: { case: 'taktalk', value: { text } } });
const task = (note: string): Fields => ({ payloadVariant: { case: 'task', value: { note, taskType: 'engage' } } });
const route = (callsign: string): Fields => ({
  payloadVariant: { case: 'route', value: { prefix: 'CP', links: [{ callsign, uid: 'u' }] } },
});

describe('the ladder', () => {
  it.each<[string, Fields, Fields]>([
    ['phone', { phone: '1', callsign: 'A' }, { callsign: 'A' }],
    ['endpoint', { endpoint: '1.2.3.4:4242:tcp' }, {}],
    ['remarks cut to 80 bytes', { remarks: of(81) }, { remarks: cut(80) }],
    ['remarks', { remarks: 'r' }, {}],
    ['names of way points', route('A'), route('')],
    ['parent link', marker('P'), marker('')],
    ['notes cut to 20 bytes', casevac(of(21), of(30)), casevac(cut(20), cut(20))],
    ['notes cut to 20 bytes', task(of(21)), task(cut(20))],
    ['patient cards', casevac('near', of(30)), casevac('near', '')],
    ['notes', casevac('near', ''), casevac('', '')],
    ['notes', task('n'), task('')],
    ['weather', { environment: { temperatureCX10: 1 } }, {}],
    ['sensor cone', { sensorFov: { model: 'm' } }, {}],
    ['place of a chat line', { ...chat('m'), latitudeI: 1, longitudeI: 2, altitude: 3 }, { ...chat('m'), altitude: 3 }],
    [
      'names cut to 20 bytes',
      { callsign: of(21), deviceCallsign: of(22) },
      { callsign: cut(20), deviceCallsign: cut(20) },
    ],
    ['text cut to 20 bytes', chat(of(21)), chat(cut(20))],
    ['text cut to 20 bytes', taktalk(of(21)), taktalk(cut(20))],
  ])('gives up: %s', (words, before, after) => {
    const [rung] = rungs(words);
    expect(rung?.apply(samplePacket(before))).toEqual(samplePacket(after));
    // Another time, and where there is nothing of it, the packet is itself.
    const given = samplePacket(after);
    expect(rung?.apply(given)).toBe(given);
  });

  it('gives up in this order', () => {
    expect([...new Set(LADDER.map(({ name }) => name))]).toEqual([
      'phone',
      'endpoint',
      'remarks',
      'names of way points',
      'vertices',
      'parent link',
      'notes',
      'patient cards',
      'way points',
      'weather',
      'sensor cone',
      'place of a chat line',
      'names',
      'text',
    ]);
  });

  const rungOf = fc.constantFrom(...LADDER);

  it('changes a copy, and makes it no larger', () => {
    fc.assert(
      fc.property(anyPacket, rungOf, (packet, { apply }) => {
        const before = structuredClone(packet);
        const after = apply(packet);
        expect(packet).toEqual(before);
        expect(encodePacket(after).length).toBeLessThanOrEqual(encodePacket(packet).length);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps who and what it is, where, and for whom', () => {
    const kept = ({ uid, cotTypeId, cotTypeStr, marti, team, role, payloadVariant }: Packet) => ({
      uid,
      cotTypeId,
      cotTypeStr,
      marti,
      team,
      role,
      payload: payloadVariant.case,
      to: payloadVariant.case === 'chat' ? payloadVariant.value.to : undefined,
    });
    fc.assert(
      fc.property(anyGoodPacket, (packet) => {
        const bottom = LADDER.reduce((given, { apply }) => apply(given), packet);
        expect(kept(bottom)).toEqual(kept(packet));
        const isChat = packet.payloadVariant.case === 'chat';
        expect(isChat || bottom.latitudeI === packet.latitudeI).toBe(true);
        expect(treeOfPacket(bottom).ok || !treeOfPacket(packet).ok).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
