import { describe, expect, it } from 'vitest';
import { rendezvous } from './rendezvous.ts';
import { driveOrigin, ended } from './testing/driven-origin.ts';
import { driveSink, handed, life, said } from './testing/driven-sink.ts';

const elsewhere = { origin: 'radio-2', incarnation: 4, nonce: 9n };
const whole = (...covers: readonly { origin: string; incarnation: number; nonce: bigint; seq: number }[]) => ({
  transfer: 'route',
  covers: covers.map((id) => ({ id, sinks: ['egress'] })),
});

describe('fragments', () => {
  it('are settled with their whole, all of them, for all origins', () => {
    const sink = driveSink();
    const covers = [
      { ...life, seq: 1 },
      { ...life, seq: 3 },
      { ...elsewhere, seq: 8 },
    ];
    sink.result(3, 'route', {}, whole(...covers));
    expect(said(sink)).toEqual(['taken 3']);
    sink.settle(3);
    expect(said(sink)).toEqual(['settled 1', 'settled 3', 'settled 8']);
    expect(sink.take('outcome').map(({ outcome }) => outcome.item.seq)).toEqual([3, 1, 8]);
  });

  it('are not answered for whom they were never meant', () => {
    const sink = driveSink();
    const elsewhereOnly = { id: { ...life, seq: 1 }, sinks: ['another'] };
    sink.result(3, 'route', {}, { transfer: 'route', covers: [elsewhereOnly] });
    sink.settle(3);
    expect(said(sink)).toEqual(['settled 3']);
  });

  it('that come late get the same answer, also after a restart', () => {
    const before = driveSink();
    before.result(1, 'route', {}, whole());
    before.settle(1, 'superseded');
    for (const records of [before.journal, [...before.machine.snapshot()]]) {
      const sink = driveSink({}, records);
      sink.result(2, 'route', {}, whole());
      expect(handed(sink)).toEqual([]);
      expect(said(sink)).toEqual(['settled 2']);
      expect(sink.take('outcome').map(({ outcome }) => outcome.reason)).toEqual(['superseded']);
    }
  });

  it('of a whole that is in hand join it', () => {
    const sink = driveSink();
    sink.result(1, 'route', {}, whole());
    sink.result(2, 'route', {}, whole());
    sink.settle(1);
    expect([handed(sink), said(sink)]).toEqual([['route'], ['settled 1-2']]);
  });

  it('are published again and again outside the window, and are no poison while others pass', () => {
    const origin = driveOrigin();
    origin.accept('part', ['egress'], { fragment: { transfer: 'route' } });
    const at: number[] = [];
    for (let second = 0; second <= 120; second++) {
      origin.accept(`${second}`, ['egress']);
      origin.answer('egress', { settled: [second + 2] });
      at.push(...origin.take('publish').flatMap(({ payload }) => (payload === 'part' ? [second] : [])));
      origin.pass(1000);
    }
    expect(at).toEqual([0, 2, 6, 14, 30, 60, 90, 120]);
    expect(origin.take('outcome')).toEqual([]);
  });

  it('that never became whole end incomplete n of K', () => {
    const origin = driveOrigin({ giveUpMs: 3000 });
    for (const payload of ['a', 'b'])
      origin.accept(payload, ['egress'], { fragment: { transfer: 'route', needed: 5 } });
    origin.pass(5000);
    origin.answer('egress', { voided: [1, 2] });
    const outcomes = origin.take('outcome').map(({ outcome }) => `${outcome.reason} ${outcome.detail}`);
    expect(outcomes).toEqual(['incomplete 2 of 5 fragments', 'incomplete 2 of 5 fragments']);
  });

  it('have a bound of their own: the oldest goes', () => {
    const origin = driveOrigin({ alive: {} });
    for (let seq = 0; seq <= 1024; seq++) origin.accept(`${seq}`, ['away'], { fragment: { transfer: `${seq}` } });
    expect(ended(origin)).toEqual(['0 at away: incomplete']);
  });

  it('are published as a whole by one worker first, the same for all, evenly spread', () => {
    const workers = ['one', 'two', 'three'];
    expect(rendezvous('route', workers)).toEqual(rendezvous('route', workers.toReversed()));
    const first = new Map<string, number>();
    for (let at = 0; at < 3000; at++) {
      const [winner = ''] = rendezvous(`transfer ${at}`, workers);
      first.set(winner, (first.get(winner) ?? 0) + 1);
    }
    for (const worker of workers) expect(Math.abs((first.get(worker) ?? 0) - 1000)).toBeLessThan(150);
  });
});
