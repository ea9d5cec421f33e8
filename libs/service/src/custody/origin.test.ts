import { describe, expect, it } from 'vitest';
import { asked, driveOrigin, ended } from './testing/driven-origin.ts';

describe('an origin', () => {
  it('publishes nothing that is not in the journal', () => {
    const origin = driveOrigin();
    origin.isHeld = true;
    origin.accept('a', ['egress']);
    expect(origin.take('append').at(-1)?.record).toMatchObject({ kind: 'accepted', seq: 1, payload: 'a' });
    expect(asked(origin)).toEqual([]);
    origin.confirm();
    expect(asked(origin)).toEqual(['a → egress']);
  });

  it('publishes nothing before its incarnation is in the journal, synced', () => {
    const origin = driveOrigin();
    expect(origin.take('append')[0]).toMatchObject({ sync: true, record: { kind: 'life', incarnation: 1, nonce: 7n } });
  });

  it('publishes nothing while it is disconnected', () => {
    const origin = driveOrigin();
    origin.send({ kind: 'disconnected' });
    origin.accept('a', ['egress']);
    origin.pass(5000);
    expect(asked(origin)).toEqual([]);
    origin.send({ kind: 'connected' });
    expect(asked(origin)).toEqual(['a → egress']);
  });

  it('asks each destination until it has settled the item, and then forgets it', () => {
    const origin = driveOrigin({ alive: { one: ['one'], two: ['two'] } });
    origin.accept('a', ['one', 'two']);
    origin.answer('one', { settled: [1] });
    expect(asked(origin)).toEqual(['a → one two']);
    origin.pass(1100);
    expect(asked(origin)).toEqual(['a → two']);
    origin.answer('two', { settled: [1] });
    origin.pass(60_000);
    expect(asked(origin)).toEqual([]);
    expect(origin.machine.stats()).toMatchObject({ open: 0, pendingAppends: 0 });
    expect(ended(origin)).toEqual([]);
  });

  it('moves low when the oldest item is settled everywhere and the journal has it', () => {
    const origin = driveOrigin();
    const low = (): number | undefined => origin.take('publish').at(-1)?.item.low;
    origin.accept('a', ['egress']);
    origin.accept('b', ['egress']);
    origin.isHeld = true;
    origin.answer('egress', { settled: [1] });
    origin.confirm();
    origin.isHeld = false;
    origin.accept('c', ['egress']);
    expect(low()).toBe(2);
    origin.answer('egress', { settled: [3] });
    origin.accept('d', ['egress']);
    expect(low()).toBe(2);
  });

  it('does not believe a receipt for another incarnation or journal, nor of another sink', () => {
    const origin = driveOrigin();
    origin.accept('a', ['egress']);
    const receipt = { ...origin.machine.life, settled: [{ first: 1, last: 1 }], taken: [], voided: [], busy: [] };
    origin.send({ kind: 'receipt', receipt: { ...receipt, sink: 'egress', nonce: 8n } });
    origin.send({ kind: 'receipt', receipt: { ...receipt, sink: 'egress', incarnation: 2 } });
    origin.send({ kind: 'receipt', receipt: { ...receipt, sink: 'other' } });
    expect(origin.machine.stats().open).toBe(1);
  });

  it('takes a range without end for what it is', () => {
    const origin = driveOrigin();
    origin.accept('a', ['egress']);
    const settled = [{ first: 0, last: 2 ** 32 - 1 }];
    origin.send({
      kind: 'receipt',
      receipt: { ...origin.machine.life, sink: 'egress', settled, taken: [], voided: [], busy: [] },
    });
    expect(origin.machine.stats().open).toBe(0);
  });

  it('lets items of an absent destination wait, and ends them absent, at no cost to the others', () => {
    const origin = driveOrigin({ giveUpMs: 10_000 });
    origin.accept('a', ['egress', 'away']);
    expect(asked(origin)).toEqual(['a → egress']);
    origin.answer('egress', { settled: [1] });
    origin.pass(11_200);
    expect(asked(origin)).toEqual([]);
    expect(ended(origin)).toEqual(['a at away: absent']);
    expect(origin.machine.stats().open).toBe(0);
  });

  it('gives each sink a quota of its own: the oldest that was never sent goes', () => {
    const origin = driveOrigin({ quota: 2 });
    for (const payload of ['a', 'b', 'c']) origin.accept(payload, ['egress', 'away']);
    expect(ended(origin)).toContain('a at away: absent');
    expect(asked(origin)).toEqual(['a → egress', 'b → egress']);
  });

  it('waits for the answer to a void before it gives up what it has published', () => {
    const origin = driveOrigin({ giveUpMs: 3000 });
    origin.accept('a', ['egress']);
    origin.accept('b', ['egress']);
    origin.pass(4500);
    expect(origin.take('void').at(-1)?.request).toMatchObject({ sink: 'egress', items: [{ first: 1, last: 2 }] });
    expect(ended(origin)).toEqual([]);
    expect([...origin.machine.unconfirmed()].map(({ item, reason }) => `${item.seq} ${reason}`)).toEqual([
      '1 gave_up',
      '2 gave_up',
    ]);
    origin.answer('egress', { settled: [1], voided: [2] });
    expect(ended(origin)).toEqual(['b at egress: gave_up']);
    expect(origin.machine.stats().open).toBe(0);
  });

  it('calls an item poison after five unanswered tries while others pass, and asks first', () => {
    const origin = driveOrigin();
    origin.accept('poison', ['egress']);
    let tries = 0;
    for (let seq = 2; seq < 400 && origin.machine.stats().unconfirmed === 0; seq++) {
      origin.accept('fine', ['egress']);
      origin.pass(100);
      origin.answer('egress', { settled: [seq] });
      tries += asked(origin).filter((each) => each.startsWith('poison')).length;
    }
    expect(tries).toBe(5);
    // The last try waits until the broker has let go of a worker that is only paused.
    expect(origin.nowMs).toBeGreaterThan(25_000);
    origin.pass(1000);
    expect(origin.take('void').length).toBeGreaterThan(0);
    origin.answer('egress', { voided: [1] });
    expect(ended(origin)).toEqual(['poison at egress: poison']);
  });

  it('calls nothing poison while nothing passes', () => {
    const origin = driveOrigin();
    origin.accept('a', ['egress']);
    origin.accept('b', ['egress']);
    origin.pass(600_000);
    expect(origin.machine.stats().unconfirmed).toBe(0);
    // Ever more slowly: the timeout doubles up to 30 s, and b follows a.
    expect(asked(origin).length).toBeLessThan(40);
  });

  it('leaves a busy sink in peace for a while', () => {
    const origin = driveOrigin();
    origin.accept('a', ['egress']);
    asked(origin);
    for (let times = 0; times < 8; times++) {
      origin.answer('egress', { busy: [1] });
      origin.pass(2000);
    }
    const often = asked(origin).length;
    expect(often).toBeGreaterThan(2);
    expect(often).toBeLessThan(8);
  });

  it('refuses new items with an outcome when the journal is full, and runs on', () => {
    const origin = driveOrigin();
    origin.isFull = true;
    origin.accept('a', ['egress', 'away']);
    expect(ended(origin)).toEqual(['a at egress: journal_full', 'a at away: journal_full']);
    origin.isFull = false;
    origin.accept('b', ['egress']);
    expect(asked(origin)).toEqual(['b → egress']);
  });

  it('keeps an item open when the journal has no room for its end', () => {
    const origin = driveOrigin();
    origin.accept('a', ['egress']);
    origin.isFull = true;
    origin.answer('egress', { settled: [1] });
    expect(origin.machine.stats().open).toBe(1);
    origin.isFull = false;
    origin.pass(31_000);
    origin.answer('egress', { settled: [1] });
    expect(origin.machine.stats().open).toBe(0);
  });

  it('records where an item ends at once, with the item', () => {
    const origin = driveOrigin();
    origin.accept('a', [], {
      refused: [{ destination: '', reason: 'no_destination', detail: 'nobody is registered' }],
    });
    expect(ended(origin)).toEqual(['a at : no_destination']);
    expect(origin.machine.stats().open).toBe(0);
  });

  it('asks again what a sink has taken, but seldom', () => {
    const origin = driveOrigin();
    origin.accept('a', ['egress']);
    origin.answer('egress', { taken: [1] });
    asked(origin);
    origin.pass(29_000);
    expect(asked(origin)).toEqual([]);
    origin.pass(2000);
    expect(asked(origin)).toEqual(['a → egress']);
  });
});
