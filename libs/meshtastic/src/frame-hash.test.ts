import { describe, expect, it } from 'vitest';
import { frameHash } from './frame-hash.ts';

const frame = { mesh: 'home', from: 0x1234_5678, packetId: 0x9abc_def0, payload: Uint8Array.of(1, 2, 3, 4, 5) };
const bitsOf = (hash: bigint): number => hash.toString(2).replaceAll('0', '').length;

describe('frameHash', () => {
  it.each([
    ['a frame', frame, 0xf191_366a_2036_511dn],
    ['nothing at all', { mesh: '', from: 0, packetId: 0, payload: new Uint8Array() }, 0xcd4f_46e5_620d_2d00n],
    ['a name beyond ASCII', { ...frame, mesh: 'Größe 🔔' }, 0x908f_dfb2_aaa5_cde6n],
    ['a long payload', { ...frame, payload: Uint8Array.from({ length: 233 }, (_, i) => i) }, 0xe5c3_4211_f9aa_538cn],
  ])('of %s never changes', (_, input, hash) => {
    expect(frameHash(input)).toBe(hash);
  });

  it('takes numbers as 32 bits, signed or not', () => {
    expect(frameHash({ ...frame, packetId: 0x9abc_def0 | 0 })).toBe(frameHash(frame));
  });

  it('tells frames apart that differ in any part, or in where one part ends', () => {
    const hashes = [
      frame,
      { ...frame, mesh: 'homf' },
      { ...frame, from: 0x1234_5679 },
      { ...frame, packetId: 0x9abc_def1 },
      { ...frame, from: frame.packetId, packetId: frame.from },
      { ...frame, payload: Uint8Array.of(1, 2, 3, 4, 6) },
      { ...frame, payload: Uint8Array.of(1, 2, 3, 4, 5, 0) },
      { ...frame, payload: Uint8Array.of(1, 2, 3, 4) },
    ].map(frameHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('does not collide over two hundred thousand frames that hardly differ', () => {
    const seen = new Set<bigint>();
    for (let packetId = 0; packetId < 2000; packetId += 1) {
      for (let byte = 0; byte < 100; byte += 1)
        seen.add(frameHash({ ...frame, packetId, payload: Uint8Array.of(byte) }));
    }
    expect(seen.size).toBe(200_000);
  });

  it('changes about half of its bits with any bit of the payload', () => {
    const before = frameHash(frame);
    for (let bit = 0; bit < 40; bit += 1) {
      const payload = frame.payload.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      const changed = bitsOf(before ^ frameHash({ ...frame, payload }));
      expect(changed).toBeGreaterThan(12);
      expect(changed).toBeLessThan(52);
    }
  });
});
