import { systemClock } from '@cotbus/service';
import { describe, expect, it } from 'vitest';
import { fasterAir } from './radio.ts';

describe('a faster air', () => {
  it('shortens airtimes and leaves timeouts alone', () => {
    const waits: number[] = [];
    const clock = fasterAir({ ...systemClock, after: (ms) => (waits.push(ms), () => undefined) }, 50);
    for (const ms of [100, 5000]) clock.after(ms, () => undefined);
    expect(waits).toEqual([2, 5000]);
  });
});
