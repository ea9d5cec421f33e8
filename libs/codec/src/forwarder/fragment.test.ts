import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../testing/samples.ts';
import { buildFragment, fragmentOf, readFragment, transferName } from './fragment.ts';
import { hexOf } from './hex.ts';
import { sha256 } from './sha256.ts';
import { VECTOR_HASH, VECTOR_MESSAGE, fragmentIn, peerFragments } from './testing/peer-transfer.ts';

const header = (hex: string, blockBytes: number): Uint8Array =>
  Uint8Array.of(...bytesOf(hex), ...new Uint8Array(blockBytes));

describe('a fragment', () => {
  it('is laid out as peers do', () => {
    expect(hexOf(sha256(VECTOR_MESSAGE)).slice(0, 16)).toBe(VECTOR_HASH);
    const packets = peerFragments(VECTOR_MESSAGE, { transferId: 0x123456, blockBytes: 220, count: 5 });
    expect(
      packets.map((packet) => [packet.length, hexOf(packet.subarray(0, 11)), hexOf(packet.subarray(11, 27))]),
    ).toEqual([
      [231, '46544e12345673460301f5', '00030a11181f262d343b424950575e65'],
      [231, '46544e12345692350301f5', '00070e151c232a31383f464d545b6269'],
      [231, '46544e123456b1240301f5', '04081808383808180878081808083808'],
      [231, '46544e123456d0130301f5', '04081808383808180878081808083808'],
      [231, '46544e123456ef020301f5', '04081808383808180878081808083808'],
    ]);
    expect(packets.map((packet) => hexOf(sha256(packet)).slice(0, 16))).toEqual([
      '38d20a872d602487',
      'c240b6f3cfa8ca4e',
      '21f24cac4c1cddab',
      '5364291bf91aae46',
      'fd532583c4fffa99',
    ]);
  });

  it('goes both ways', () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffff),
        fc.nat(0xffff),
        fc.integer({ min: 1, max: 255 }),
        fc.uint8Array({ minLength: 9, maxLength: 240 }),
        fc.nat(),
        (transferId, seed, sourceBlocks, block, n) => {
          const totalBytes = (sourceBlocks - 1) * block.length + 1 + (n % block.length);
          const fragment = { transferId, seed, sourceBlocks, totalBytes, block };
          expect(readFragment(buildFragment(fragment))).toEqual({ ok: true, fragment });
        },
      ),
    );
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['another magic', header('46545412345600000301f5', 220)],
    ['a header alone', header('46544e12345600000301f5', 0)],
    ['the length of an acknowledgement', header('46544e1234560000020009', 8)],
    ['no source blocks', header('46544e12345600000001f5', 220)],
    ['a whole of no bytes', header('46544e1234560000010000', 220)],
    ['a whole longer than its blocks', header('46544e1234560000020191', 200)],
    ['a block more than its whole needs', header('46544e12345600000300dc', 110)],
  ])('is refused: %s', (_, payload) => {
    expect(readFragment(payload)).toMatchObject({ ok: false, reason: 'garbled' });
    expect(fragmentOf('hills', 1, payload)).toBeUndefined();
  });
});

describe('the transfer of a fragment', () => {
  const payload = header('46544e00002a7346030201', 220);
  const other = (hex: string, blockBytes = 220) => fragmentOf('hills', 0x15465d8d, header(hex, blockBytes))?.transfer;

  it('has a name that says whose and how long it is', () => {
    const fragment = fragmentOf('hills', 0x15465d8d, payload);
    expect(fragment?.transfer).toMatch(/^[0-9a-f]{16}-15465d8d-00002a-03020100dc$/);
    expect(fragment?.needed).toBe(3);
    expect(transferName('hills', 0x15465d8d, fragmentIn(payload))).toBe(fragment?.transfer);
  });

  it('is one for all its seeds, another for another mesh, sender, id, number, length or size of block', () => {
    const names = [
      fragmentOf('hills', 0x15465d8d, payload)?.transfer,
      fragmentOf('valley', 0x15465d8d, payload)?.transfer,
      fragmentOf('hills', 0x15465d8e, payload)?.transfer,
      other('46544e00002b7346030201'),
      other('46544e00002a7346030202'),
      other('46544e00002a7346030201', 214),
      other('46544e00002a7346040201', 150),
    ];
    expect(names).not.toContain(undefined);
    expect(new Set(names).size).toBe(names.length);
    expect(other('46544e00002a0000030201')).toBe(names[0]);
  });

  it('is none of a message, an acknowledgement or anything else', () => {
    for (const hex of ['', '46', '00789c', '46544e12345602000000003ce1721f1dc82929', '454e44']) {
      expect(fragmentOf('hills', 1, bytesOf(hex))).toBeUndefined();
    }
  });
});
