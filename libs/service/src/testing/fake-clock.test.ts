import { describe, expect, it } from 'vitest';
import { fakeClock } from './fake-clock.ts';

describe('the fake clock', () => {
  it('runs timers in order, each at its own time', () => {
    const clock = fakeClock(1000);
    const ran: [string, number, number][] = [];
    const note = (name: string) => () => ran.push([name, clock.monotonic(), clock.now()]);
    clock.after(20, note('b'));
    clock.after(10, note('a'));
    clock.every(15, note('every'));
    clock.after(31, note('too late'));
    clock.advance(30);
    expect(ran).toEqual([
      ['a', 10, 1010],
      ['every', 15, 1015],
      ['b', 20, 1020],
      ['every', 30, 1030],
    ]);
    expect([clock.monotonic(), clock.pending]).toEqual([30, 2]);
  });

  it('runs what a timer sets, and not what was cancelled', () => {
    const clock = fakeClock();
    const ran: string[] = [];
    const cancel = clock.after(10, () => ran.push('cancelled'));
    clock.after(5, () => {
      cancel();
      clock.after(5, () => ran.push('set by a timer'));
    });
    clock.advance(10);
    expect([ran, clock.pending]).toEqual([['set by a timer'], 0]);
  });

  it('lets promises settle between timers', async () => {
    const clock = fakeClock();
    const ran: string[] = [];
    clock.after(1, () => {
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => ran.push('promise'));
    });
    clock.after(2, () => ran.push('timer'));
    await clock.pass(2);
    expect(ran).toEqual(['promise', 'timer']);
  });

  it('has a wall clock that can be set without moving the other', () => {
    const clock = fakeClock(1000);
    clock.set({ nowMs: 5 });
    clock.advance(10);
    expect([clock.now(), clock.monotonic()]).toEqual([15, 10]);
    clock.set({ monotonicMs: 100 });
    expect([clock.now(), clock.monotonic()]).toEqual([15, 100]);
  });
});
