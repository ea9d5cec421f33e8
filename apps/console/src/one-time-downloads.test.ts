import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { createOneTimeDownloads, OFFER_MS } from './one-time-downloads.ts';

const file = { fileName: 'Anna-atak.zip', bytes: Uint8Array.of(1, 2) };

describe('a download that works once', () => {
  it('is gone when all of it went out', () => {
    const downloads = createOneTimeDownloads(fakeClock());
    const token = downloads.offer(file);
    const taken = downloads.take(token);
    expect(taken?.file).toEqual(file);
    taken?.end(true);
    expect(downloads.take(token)).toBeUndefined();
  });

  it('is nobody else’s while it goes out, and there again when that broke', () => {
    const downloads = createOneTimeDownloads(fakeClock());
    const token = downloads.offer(file);
    const taken = downloads.take(token);
    expect([downloads.has(token), downloads.take(token)]).toEqual([false, undefined]);
    taken?.end(false);
    expect(downloads.take(token)?.file).toEqual(file);
  });

  it('is gone when its time is over, also for who began too late', () => {
    const clock = fakeClock();
    const downloads = createOneTimeDownloads(clock);
    const token = downloads.offer(file);
    clock.advance(OFFER_MS - 1);
    expect(downloads.has(token)).toBe(true);
    clock.advance(1);
    expect(downloads.take(token)).toBeUndefined();
  });

  it('cannot be guessed, and there are not too many', () => {
    const downloads = createOneTimeDownloads(fakeClock());
    const tokens = Array.from({ length: 60 }, () => downloads.offer(file));
    expect(new Set(tokens).size).toBe(60);
    expect(tokens[0]).toMatch(/^[\w-]{32}$/);
    expect(tokens.filter((token) => downloads.has(token))).toHaveLength(50);
    downloads.close();
    expect(downloads.has(tokens[59] ?? '')).toBe(false);
  });
});
