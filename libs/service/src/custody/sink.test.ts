import { describe, expect, it } from 'vitest';
import { readReceipt, receiptMessage } from '../custody-messages.ts';
import { driveSink, handed, life, said } from './testing/driven-sink.ts';

describe('a sink', () => {
  it('journals the first result it sees before it hands it out or answers; the others change nothing', () => {
    const sink = driveSink();
    sink.isHeld = true;
    sink.result(1, 'first');
    sink.result(1, 'second');
    expect([handed(sink), said(sink)]).toEqual([[], []]);
    sink.confirm();
    sink.result(1, 'third');
    expect([handed(sink), said(sink)]).toEqual([['first'], ['taken 1']]);
  });

  it('stamps when it was heard, by its own clock', () => {
    const sink = driveSink();
    sink.result(1, 'a');
    expect(sink.take('hand')[0]?.item).toMatchObject({ heardMs: 900, lifeUntilMs: 1500, destination: 'egress' });
  });

  it('owns the outcome: one, told when it is in the journal, and answered then', () => {
    const sink = driveSink();
    sink.result(1, 'a');
    said(sink);
    sink.isHeld = true;
    sink.settle(1);
    sink.settle(1, 'superseded');
    expect([sink.take('outcome'), said(sink)]).toEqual([[], []]);
    sink.confirm();
    expect(sink.take('outcome').map(({ outcome }) => outcome)).toEqual([
      { item: { ...life, seq: 1 }, destination: 'egress', reason: 'delivered', detail: '' },
    ]);
    expect(said(sink)).toEqual(['settled 1']);
  });

  it('answers a duplicate with the next receipt', () => {
    const sink = driveSink();
    sink.result(1, 'a');
    sink.settle(1);
    said(sink);
    expect(said(sink)).toEqual([]);
    sink.result(1, 'a');
    expect(said(sink)).toEqual(['settled 1']);
    expect(handed(sink)).toEqual(['a']);
    expect(sink.machine.stats().duplicates).toBe(1);
  });

  it('repeats its answers with the heartbeat until low passes them', () => {
    const sink = driveSink();
    for (const seq of [1, 2, 3]) sink.result(seq, 'a');
    for (const seq of [1, 2, 3]) sink.settle(seq);
    said(sink);
    sink.nowMs += 10_000;
    expect(said(sink)).toEqual(['settled 1-3']);
    sink.result(4, 'b', { low: 3 });
    sink.nowMs += 10_000;
    expect(said(sink)).toEqual(['taken 4', 'settled 3']);
  });

  it('takes what names it, and nothing else', () => {
    const sink = driveSink();
    sink.result(1, 'a', {
      addressed: [{ destination: 'mesh', sink: 'other', assignment: 1, lifeMs: 1, repeat: false }],
    });
    expect([handed(sink), said(sink)]).toEqual([[], []]);
  });

  it('syncs and answers after that when the item is durable', () => {
    const sink = driveSink();
    sink.result(1, 'a', { durable: true });
    sink.settle(1);
    expect(sink.take('append').map(({ sync }) => sync)).toEqual([true, true]);
  });

  it('says busy when it is full, and takes the item when there is room', () => {
    const sink = driveSink({ maxHeld: 1 });
    sink.result(1, 'a');
    sink.result(2, 'b');
    expect(said(sink)).toEqual(['taken 1', 'busy 2']);
    sink.settle(1);
    sink.result(2, 'b');
    expect(handed(sink)).toEqual(['a', 'b']);
  });

  it('says busy when its journal or its memory is full', () => {
    const sink = driveSink({ maxPages: 1 });
    sink.isFull = true;
    sink.result(1, 'a');
    sink.isFull = false;
    sink.result(100_000, 'far');
    sink.result(2, 'b');
    expect(said(sink)).toEqual(['taken 2', 'busy 1', 'busy 100000']);
    expect(handed(sink)).toEqual(['b']);
  });

  it('records an end again when the journal had no room for it', () => {
    const sink = driveSink();
    sink.result(1, 'a');
    sink.isFull = true;
    sink.settle(1);
    expect(sink.take('outcome')).toEqual([]);
    expect(said(sink)).toEqual(['taken 1']);
    sink.isFull = false;
    said(sink);
    expect(said(sink)).toEqual(['settled 1']);
    expect(sink.take('outcome')).toHaveLength(1);
  });

  it('lets a settled item stand against a void, and refuses later copies of what it had not seen', () => {
    const sink = driveSink();
    sink.result(1, 'a');
    sink.settle(1);
    sink.result(2, 'b');
    said(sink);
    sink.isHeld = true;
    sink.void(1, 2, 3);
    expect(said(sink)).toEqual(['settled 1', 'taken 2']);
    sink.confirm();
    expect(said(sink)).toEqual(['voided 3']);
    sink.result(3, 'c');
    expect([handed(sink), said(sink)]).toEqual([['a', 'b'], ['voided 3']]);
  });

  it('answers at most some thousands of a void without end', () => {
    const sink = driveSink();
    sink.send({ kind: 'void', request: { ...life, sink: 'egress', items: [{ first: 1, last: 2 ** 32 - 1 }] } });
    expect(said(sink)).toEqual(['voided 1-4096']);
  });

  it('says of what lies below low, or in a life that is over, that it is settled', () => {
    const sink = driveSink();
    sink.result(5, 'a', { low: 5 });
    sink.result(2, 'late');
    expect(said(sink)).toEqual(['settled 2', 'taken 5']);
    sink.result(1, 'b', { id: { ...life, incarnation: 2, seq: 1 }, lowIncarnation: 2 });
    sink.result(7, 'very late');
    expect(said(sink)).toEqual(['taken 1', 'settled 7']);
    expect(handed(sink)).toEqual(['a', 'b']);
  });

  it('releases what was not sent to another agent', () => {
    const sink = driveSink();
    sink.result(1, 'a');
    sink.settle(1, 'radio_away', true);
    expect([said(sink), sink.take('outcome')]).toEqual([['voided 1'], []]);
  });

  it('says once why it was not sent', () => {
    const sink = driveSink();
    sink.result(1, 'a');
    sink.settle(1, 'queue_full', true);
    sink.send({ kind: 'tick' });
    const [receipt] = sink.take('receipt').filter(({ receipt: { voided } }) => voided.length > 0);
    expect(receipt?.receipt.unsent).toMatchObject([{ seq: 1, ending: { reason: 'queue_full' } }]);
    expect(receipt && readReceipt(receiptMessage(receipt.receipt)).unsent).toEqual(receipt?.receipt.unsent);
  });
});

describe('a sink that starts again', () => {
  it('hands out again what has no outcome, as a repeat, and answers as before', () => {
    const before = driveSink();
    for (const seq of [1, 2]) before.result(seq, `${seq}`);
    before.settle(1);
    before.void(3);
    for (const records of [before.journal, [...before.machine.snapshot()]]) {
      const sink = driveSink({}, records);
      expect(handed(sink)).toEqual(['2 again']);
      expect(sink.machine.stats().repeats).toBe(1);
      for (const seq of [1, 2, 3]) sink.result(seq, 'x');
      expect(said(sink)).toEqual(['settled 1', 'taken 2', 'voided 3']);
    }
  });

  it('ends what it may have sent itself: not sent is no answer to a repeat', () => {
    const before = driveSink();
    before.result(1, 'a');
    const sink = driveSink({}, before.journal);
    sink.settle(1, 'radio_away', true);
    expect(sink.take('outcome').map(({ outcome }) => outcome.reason)).toEqual(['radio_away']);
  });
});
