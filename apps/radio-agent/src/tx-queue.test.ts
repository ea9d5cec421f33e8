import { createMessage, Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createTxQueue, MAX_WAITING } from './tx-queue.ts';

const entry = (uid: string, kind: Kind, sentFrames = 0) => ({
  id: { origin: 'tak', incarnation: 1, nonce: 1n, seq: 1 },
  result: createMessage('txResult', { uid, kind }),
  expiresMs: 1000,
  sentFrames,
});
const waiting = (uid: string, kind: Kind, sinceMs = 0, sentFrames = 0) => ({
  entry: entry(uid, kind, sentFrames),
  sinceMs,
  notBeforeMs: 0,
  tries: 0,
  losses: 0,
});
const uids = (queue: ReturnType<typeof createTxQueue>) => queue.all.map(({ entry: { result } }) => result.uid);

describe('the queue for the air', () => {
  it('gives a newer position the place and the waiting time of the older one, and leaves messages alone', () => {
    const queue = createTxQueue();
    const first = waiting('unit', Kind.PLI, 1);
    queue.add(first);
    queue.add(waiting('chat', Kind.CHAT, 2));
    const newer = waiting('unit', Kind.PLI, 3);
    expect(queue.add(newer)).toEqual({ replaced: first.entry });
    expect(queue.add(waiting('chat', Kind.CHAT, 4))).toEqual({});
    expect(uids(queue)).toEqual(['unit', 'chat', 'chat']);
    expect(queue.all[0]).toEqual({ ...newer, sinceMs: 1 });
  });

  it('does not replace what is half sent, nor what is of another kind', () => {
    const queue = createTxQueue();
    queue.putBack(waiting('route', Kind.ROUTE, 1, 2));
    expect(queue.add(waiting('route', Kind.ROUTE, 2))).toEqual({});
    expect(queue.add(waiting('route', Kind.MARKER, 3))).toEqual({});
    expect(queue.size).toBe(3);
  });

  it('takes no more than it can ever send; what matters more takes the place of what matters least', () => {
    const queue = createTxQueue();
    for (let n = 0; n < MAX_WAITING; n += 1) queue.add(waiting(`m${n}`, n === 7 ? Kind.MARKER : Kind.CHAT, n));
    const late = waiting('one too many', Kind.CHAT, 99);
    expect(queue.add(late).refused?.result.uid).toBe('m7');
    const again = waiting('another', Kind.CHAT, 100);
    expect(queue.add(again)).toEqual({ refused: again.entry });
    expect(queue.add(waiting('sos', Kind.EMERGENCY, 101)).refused?.result.uid).toBe('one too many');
    expect(queue.size).toBe(MAX_WAITING);
    // Positions have places of their own, one for each user.
    expect(queue.add(waiting('unit', Kind.PLI, 102))).toEqual({});
  });

  it('puts back what was taken out in its place by time', () => {
    const queue = createTxQueue();
    for (const n of [1, 2, 3]) queue.add(waiting(`m${n}`, Kind.CHAT, n));
    const [, second] = queue.all;
    if (second === undefined) throw new Error('there are three');
    queue.take(second);
    expect(uids(queue)).toEqual(['m1', 'm3']);
    queue.putBack({ ...second, tries: 1 });
    expect(uids(queue)).toEqual(['m1', 'm2', 'm3']);
    expect(queue.takeWhere(({ tries }) => tries > 0)).toHaveLength(1);
  });
});
