import { createHash } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { findDictionaries, usableDictionaries } from '../load-dictionaries.ts';
import { openZstd } from '../open-zstd.ts';
import { INSTALL_FOLDER } from '../registry.ts';
import { samplePackets } from './sample-packets.ts';

const engine = openZstd();
const hashOf = (samples: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const sample of samples) hash.update(sample);
  return hash.digest('hex');
};
const parsed = (use: 'general' | 'air', count: number) =>
  samplePackets(use, count, 1).map((bytes) => fromBinary(meshtastic.TAKPacketV2Schema, bytes));

describe('samples for training', () => {
  it('are the same for the same seed: the committed dictionaries come from these', () => {
    expect(hashOf(samplePackets('general', 5000, 2026))).toBe(GENERAL_HASH);
    expect(hashOf(samplePackets('air', 1200, 2026))).toBe(AIR_HASH);
  });

  it('have every payload of schema B, with and without remarks', () => {
    const packets = [...parsed('general', 900), ...parsed('air', 100)];
    const cases = new Map<string, number>();
    for (const { payloadVariant, remarks } of packets) {
      const name = `${payloadVariant.case ?? 'pli'}${remarks === '' ? '' : ' with remarks'}`;
      cases.set(name, (cases.get(name) ?? 0) + 1);
    }
    const { oneofs } = meshtastic.TAKPacketV2Schema;
    const payloads = oneofs[0]?.fields.map((field) => field.localName) ?? [];
    expect(payloads.filter((name) => !cases.has(name))).toEqual([]);
    for (const name of ['pli', 'marker', 'shape', 'route', 'casevac', 'emergency', 'rab', 'aircraft']) {
      expect(cases.get(`${name} with remarks`)).toBeGreaterThan(2);
      expect(cases.get(name)).toBeGreaterThan(2);
    }
  });

  it('of another seed are others', () => {
    const uids = new Set(parsed('general', 400).map(({ uid }) => uid));
    const other = samplePackets('general', 400, 77).map((bytes) => fromBinary(meshtastic.TAKPacketV2Schema, bytes));
    expect(other.filter(({ uid }) => uids.has(uid))).toEqual([]);
    expect(uids.size).toBe(400);
  });
});

describe.skipIf(engine === undefined)('our dictionaries', () => {
  const own = usableDictionaries(findDictionaries(INSTALL_FOLDER)).filter(({ generation }) => generation === 'c');

  it.each([
    ['general', 38_434],
    ['air', 35_076],
  ] as const)('make 400 unseen samples (%s) as small as the README says', (use, bytes) => {
    const dictionary = own.find((candidate) => candidate.use === use)?.bytes ?? new Uint8Array(0);
    const opened = engine?.open(dictionary, { contentSize: true, dictionaryId: true });
    const sizes = samplePackets(use, 400, 77).map(
      (packet) => 1 + Math.min(packet.length, opened?.compress(packet).length ?? packet.length),
    );
    expect(sizes.reduce((total, size) => total + size, 0)).toBe(bytes);
  });
});

const GENERAL_HASH = '57368d09e5ebc6316240148504cfb70743ffe88ca66246305d8e63ec904c7fe1';
const AIR_HASH = 'a4b04487a24db0d59d3341a7775243d64fdef5799f98cd3cc85e044b9fabb37b';
