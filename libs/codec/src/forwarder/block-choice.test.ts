import { describe, expect, it } from 'vitest';
import { blockIndices, degreeTable, firstSeed } from './block-choice.ts';
import { peerSeeds } from './testing/peer-transfer.ts';

describe('degrees', () => {
  it.each<[number, readonly number[]]>([
    [1, [1]],
    [2, [0.52136497498, 1]],
    [3, [0.367149485138, 0.830917893919, 1]],
    [4, [0.290949865015, 0.744658713259, 0.910138427316, 1]],
    [5, [0.245298716463, 0.691801766039, 0.854531427696, 0.942843914424, 1]],
    [
      10,
      [
        0.14657736705, 0.558584649984, 0.707804838825, 0.788357147177, 0.840253860548, 0.877228555035, 0.905336826505,
        0.927691361665, 0.946068591334, 1,
      ],
    ],
    [
      20,
      [
        0.0983150197, 0.4999602374, 0.6440438183, 0.7211865297, 0.770532709, 0.8054705303, 0.8318835228, 0.8527863217,
        0.8698942077, 0.8842606392, 0.8965714564, 0.9752640205, 0.9800209396, 0.9840982989, 0.9876320103, 0.9907240077,
        0.9934522407, 0.9958773368, 0.9980471595, 1,
      ],
    ],
  ])('of %i blocks follow the robust soliton distribution', (blocks, expected) => {
    const table = [...degreeTable(blocks)].slice(1);
    expect(table).toHaveLength(expected.length);
    for (const [at, value] of expected.entries()) expect(table[at]).toBeCloseTo(value, 9);
  });
});

describe('blockIndices', () => {
  it.each<[number, boolean, readonly number[]]>([
    [2, false, [1]],
    [3, false, [0]],
    [5, false, [1, 3]],
    [10, false, [1, 8]],
    [10, true, [1]],
  ])('of seed 12345 and %i blocks, as first fragment: %s', (blocks, isFirst, expected) => {
    expect(blockIndices(12345, blocks, isFirst)).toEqual(expected);
  });

  it.each<[number, number, readonly (readonly [number, readonly number[]])[]]>([
    [
      0x2a,
      2,
      [
        [5434, [1]],
        [13353, [0]],
        [21272, [1, 0]],
      ],
    ],
    [
      0x2a,
      3,
      [
        [5434, [2]],
        [13353, [1]],
        [21272, [0, 1]],
        [29191, [1, 0, 2]],
        [37110, [0]],
      ],
    ],
    [
      0x2a,
      5,
      [
        [5434, [3]],
        [13353, [0, 2]],
        [21272, [2, 4]],
        [29191, [1, 2, 4]],
        [37110, [1]],
        [45029, [1]],
        [52948, [3, 4]],
        [60867, [3, 2, 4]],
      ],
    ],
    [
      0x123456,
      2,
      [
        [29510, [0]],
        [37429, [1]],
        [45348, [0]],
      ],
    ],
    [
      0x123456,
      3,
      [
        [29510, [0]],
        [37429, [1]],
        [45348, [0, 2]],
        [53267, [2, 0]],
        [61186, [2, 0]],
      ],
    ],
    [
      0x123456,
      10,
      [
        [29510, [9]],
        [37429, [5]],
        [45348, [2, 9]],
        [53267, [8, 2, 9]],
        [61186, [4, 0, 6]],
        [3569, [6, 9, 7, 2, 1, 4]],
        [11488, [1]],
        [19407, [4, 7]],
        [27326, [6, 2, 1]],
        [35245, [8]],
        [43164, [0, 6]],
        [51083, [9, 7]],
        [59002, [3, 6]],
        [1385, [6, 5, 0]],
        [9304, [9, 1, 3, 8, 5, 6, 2]],
      ],
    ],
    [
      0xabcdef,
      20,
      [
        [23815, [12]],
        [31734, [5]],
        [39653, [17, 3]],
        [47572, [8, 0, 9]],
        [55491, [7, 19, 4, 17, 2, 9, 11, 10, 14, 12]],
        [63410, [9, 11, 13, 2, 17, 14, 7, 19, 18]],
      ],
    ],
  ])('of the fragments that peers send: transfer %i, %i blocks', (transferId, blocks, expected) => {
    const seeds = peerSeeds(transferId, expected.length);
    expect(seeds).toEqual(expected.map(([seed]) => seed));
    for (const [seed, indices] of expected) {
      expect(blockIndices(seed, blocks, seed === firstSeed(transferId))).toEqual(indices);
    }
  });

  it('of a first fragment is one block where the distribution says more', () => {
    expect([2, 3, 10].map((blocks) => blockIndices(firstSeed(0x123456), blocks, false).length)).toEqual([2, 3, 6]);
  });

  it('are distinct and in range, whatever the seed', () => {
    for (let seed = 0; seed < 65536; seed += 97) {
      for (const blocks of [1, 2, 16, 100, 255]) {
        const indices = blockIndices(seed, blocks, false);
        expect(new Set(indices).size).toBe(indices.length);
        expect(Math.max(...indices)).toBeLessThan(blocks);
      }
    }
  });
});
