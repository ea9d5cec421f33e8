import { describe, expect, it } from 'vitest';
import { createOriginMachine } from './origin.ts';
import { asked, driveOrigin, ended } from './testing/driven-origin.ts';

const later = { nowMs: 5000, wallMs: 5000, clockId: 'boot' };

describe('an origin that starts again', () => {
  it('begins a new incarnation, and leftovers keep their names', () => {
    const before = driveOrigin();
    before.accept('a', ['egress']);
    before.accept('b', ['egress']);
    before.answer('egress', { settled: [1] });
    const origin = driveOrigin({ records: before.journal, nonce: 99n, moment: later });
    origin.accept('c', ['egress']);
    const published = origin.take('publish').map(({ item, payload }) => ({ payload, ...item.id, low: item.low }));
    expect(published).toEqual([
      { payload: 'b', origin: 'radio', incarnation: 1, nonce: 7n, seq: 2, low: 2 },
      { payload: 'c', origin: 'radio', incarnation: 2, nonce: 7n, seq: 1, low: 1 },
    ]);
  });

  it('has a new nonce after it lost its volume, though the counter is the old one', () => {
    expect(driveOrigin({ nonce: 99n }).machine.life).toEqual({ origin: 'radio', incarnation: 1, nonce: 99n });
  });

  it('ends all of 500 leftovers', () => {
    const before = driveOrigin();
    before.send({ kind: 'disconnected' });
    for (let seq = 1; seq <= 500; seq++) before.accept(`${seq}`, ['egress']);
    const origin = driveOrigin({ records: before.journal, moment: later });
    expect(asked(origin)).toHaveLength(500);
    const settled = [{ first: 1, last: 500 }];
    const life = { ...origin.machine.life, incarnation: 1 };
    origin.send({ kind: 'receipt', receipt: { ...life, sink: 'egress', settled, taken: [], voided: [], busy: [] } });
    expect(origin.machine.stats().open).toBe(0);
  });

  it('forgets no destination that lost its registration meanwhile', () => {
    const before = driveOrigin();
    before.accept('a', ['egress', 'away']);
    const origin = driveOrigin({ records: before.journal, moment: later, alive: { away: ['away'] } });
    expect(asked(origin)).toEqual(['a → away']);
  });

  it('knows the age of leftovers on the same boot, whatever the wall clock says', () => {
    const before = driveOrigin();
    before.nowMs = 1000;
    before.accept('a', ['egress']);
    const moment = { nowMs: 5000, wallMs: -3_600_000, clockId: 'boot' };
    const origin = driveOrigin({ records: before.journal, moment });
    expect(origin.take('publish')[0]?.item.ageMs).toBe(4000);
  });

  it('estimates it by the wall clock on another boot, and gives nothing up for that', () => {
    const before = driveOrigin();
    before.nowMs = 1000;
    before.accept('a', ['egress']);
    const moment = { nowMs: 20, wallMs: 7_200_000, clockId: 'next boot' };
    const origin = driveOrigin({ records: before.journal, moment });
    expect(origin.take('publish')[0]?.item.ageMs).toBe(7_199_000);
    origin.pass(5000);
    expect(origin.take('void')).toEqual([]);
    const back = driveOrigin({ records: before.journal, moment: { ...moment, wallMs: -5 } });
    expect(back.take('publish')[0]?.item.ageMs).toBe(0);
  });

  it('says the same after its journal was compacted', () => {
    const before = driveOrigin({ alive: { mesh: ['one', 'two'] }, elects: true });
    before.accept('a', ['mesh'], { lifeMs: 60_000 });
    before.accept('b', ['mesh'], { lifeMs: 60_000 });
    before.answer('one', { settled: [2], voided: [1] });
    const records = [...before.machine.snapshot(later)];
    const origin = driveOrigin({ records, moment: later, elects: true, alive: { mesh: ['one', 'two'] } });
    expect(asked(origin)).toEqual(['a → two']);
    const again = driveOrigin({
      records: before.journal,
      moment: later,
      elects: true,
      alive: { mesh: ['one', 'two'] },
    });
    expect(asked(again)).toEqual(['a → two']);
  });

  it('names nothing by an incarnation that the journal had no room for, and tries again', () => {
    const machine = createOriginMachine<string>({ name: 'radio', nonce: 99n });
    const { journal } = driveOrigin();
    machine.handle({ kind: 'recovered', records: journal, moment: later });
    machine.handle({ kind: 'append_refused', number: 1, nowMs: 1 });
    machine.handle({ kind: 'accept', payload: 'a', destinations: ['egress'], nowMs: 1 });
    const refused = machine.handle({ kind: 'append_refused', number: 2, nowMs: 1 });
    const item = { origin: 'radio', incarnation: 0, nonce: 99n, seq: 1 };
    expect(refused).toMatchObject([{ kind: 'outcome', outcome: { item, reason: 'journal_full' } }]);
    const again = machine.handle({ kind: 'tick', nowMs: 2 });
    expect(again).toMatchObject([{ kind: 'append', sync: true, record: { kind: 'life', incarnation: 2, nonce: 7n } }]);
  });

  it('ends what it published to a sink that never came back as absent, a day later', () => {
    const origin = driveOrigin({ giveUpMs: 3000, abandonMs: 60_000 });
    origin.accept('a', ['egress']);
    origin.send({ kind: 'alive', sinks: new Map() });
    origin.pass(50_000);
    expect(ended(origin)).toEqual([]);
    expect(origin.machine.stats().unconfirmed).toBe(1);
    origin.pass(15_000);
    expect(ended(origin)).toEqual(['a at egress: absent']);
  });
});
