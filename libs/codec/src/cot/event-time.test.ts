import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEventTime, parseEventTime } from './event-time.ts';

const NOON_MS = Date.UTC(2026, 2, 15, 14, 22, 10);

describe('parseEventTime', () => {
  it.each([
    ['2026-03-15T14:22:10Z', 0],
    ['2026-03-15T14:22:10.1Z', 100],
    ['2026-03-15T14:22:10.12Z', 120],
    ['2026-03-15T14:22:10.123Z', 123],
    ['2026-03-15T14:22:10.123999Z', 123],
    ['2026-03-15T14:22:10.123456789Z', 123],
    ['2026-03-15T16:22:10+02:00', 0],
    ['2026-03-15T09:52:10-0430', 0],
    ['2026-03-15T14:22:10', 0],
    [' 2026-03-15T14:22:10Z ', 0],
  ])('reads %s', (text, extraMs) => {
    expect(parseEventTime(text)).toBe(NOON_MS + extraMs);
  });

  it.each([
    '',
    'now',
    '2026-03-15',
    '2026-03-15T14:22:10:00Z',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-03-15T24:00:00Z',
    '2026-03-15T14:60:00Z',
    '2026-03-15T14:22:60Z',
    '2026-03-15T14:22:10.0123456789Z',
    '2026-03-15t14:22:10z',
    '2026-03-15T14:22:10+25:00',
    '2026-03-15T14:22:10+01:75',
    '1969-12-31T23:59:59Z',
    '1970-01-01T00:30:00+01:00',
    '20260315T142210Z',
  ])('refuses "%s"', (text) => {
    expect(parseEventTime(text)).toBeUndefined();
  });
});

describe('buildEventTime', () => {
  it('writes three fraction digits and Z', () => {
    expect(buildEventTime(NOON_MS)).toBe('2026-03-15T14:22:10.000Z');
    expect(buildEventTime(NOON_MS + 7.9)).toBe('2026-03-15T14:22:10.007Z');
  });

  it('never leaves the years of four digits', () => {
    expect(buildEventTime(-1)).toBe('1970-01-01T00:00:00.000Z');
    expect(buildEventTime(Number.NaN)).toBe('1970-01-01T00:00:00.000Z');
    expect(buildEventTime(1e300)).toBe('9999-12-31T23:59:59.999Z');
  });

  it('is what the platform writes, whichever day came before', () => {
    const ms = fc.integer({ min: 0, max: Date.UTC(9999, 11, 1) });
    const nearMs = fc.integer({ min: -200_000_000, max: 200_000_000 });
    fc.assert(
      fc.property(ms, nearMs, (first, later) => {
        const times = [first, Math.max(0, first + later), first];
        expect(times.map(buildEventTime)).toEqual(times.map((time) => new Date(time).toISOString()));
      }),
    );
  });

  it('is what parseEventTime reads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (ms) => {
        expect(parseEventTime(buildEventTime(ms))).toBe(ms);
      }),
    );
  });
});
