import { describe, expect, it } from 'vitest';
import { NOON_MS, sampleEvent } from '../testing/samples.ts';
import { PROFILE_A, PROFILE_B } from './profile.ts';
import { parseStaleSeconds } from './stale.ts';

const seconds = (type: string, staleS: number, profile = PROFILE_B): number =>
  parseStaleSeconds(sampleEvent({ type, staleMs: NOON_MS + staleS * 1000 }), profile);

describe('stale seconds', () => {
  it('are 15 minutes at least for what does not move', () => {
    const types = ['b-m-r', 'u-d-c-c', 'u-rb-a', 'u-r-b-c-c', 'b-m-p-s-m', 'b-r-f-h-c', 'b-a-o-tbl'];
    expect(types.map((type) => seconds(type, 10))).toEqual(types.map(() => 900));
    expect(seconds('b-m-r', 86_400)).toBe(86_400);
  });

  it('are as said for static things too, as the SDK writes them', () => {
    expect(seconds('b-m-r', 10, PROFILE_A)).toBe(10);
  });

  it('are as said for the rest', () => {
    expect(['a-f-G-U-C', 'b-t-f', 't-s'].map((type) => seconds(type, 10))).toEqual([10, 10, 10]);
  });
});
