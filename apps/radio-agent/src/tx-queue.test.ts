import { createMessage, Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createTxQueue, MAX_WAITING } from './tx-queue.ts';

const entry = (uid: string, kind: Kind, expiresMs = 1000) => ({
  id: { origin: 'tak', incarnation: 1, nonce: 1n, seq: 1 },
  result: createMessage('txResult', { uid, kind }),
  expiresMs,
  sentFrames: 0,
});

describe('the queue for the air', () => {
  it('lets an emergency pass everything but earlier emergencies', () => {
    const queue = createTxQueue();
    for (const [uid, kind] of [
      ['chat-1', Kind.CHAT],
      ['sos-1', Kind.EMERGENCY],
      ['chat-2', Kind.CHAT],
      ['sos-2', Kind.EMERGENCY],
    ] as const) {
      expect(queue.add(entry(uid, kind))).toBeUndefined();
    }
    expect(queue.takeAll().map(({ result }) => result.uid)).toEqual(['sos-1', 'sos-2', 'chat-1', 'chat-2']);
  });

  it('gives a newer position the place of the older one, and leaves messages alone', () => {
    const queue = createTxQueue();
    const first = entry('unit', Kind.PLI);
    queue.add(first);
    queue.add(entry('chat', Kind.CHAT));
    const newer = entry('unit', Kind.PLI);
    expect(queue.add(newer)).toBe(first);
    expect(queue.add(entry('chat', Kind.CHAT))).toBeUndefined();
    expect(queue.size).toBe(3);
    expect(queue.take()).toBe(newer);
  });

  it('takes no more than it can ever send', () => {
    const queue = createTxQueue();
    for (let n = 0; n < MAX_WAITING; n += 1) queue.add(entry(`chat-${n}`, Kind.CHAT));
    expect(queue.add(entry('one too many', Kind.CHAT))).toBe('full');
    expect(queue.size).toBe(MAX_WAITING);
  });

  it('hands out what has outlived its life', () => {
    const queue = createTxQueue();
    queue.add(entry('old', Kind.CHAT, 10));
    queue.add(entry('young', Kind.CHAT, 20));
    expect(queue.takeWhere(({ expiresMs }) => expiresMs <= 10).map(({ result }) => result.uid)).toEqual(['old']);
    expect(queue.size).toBe(1);
  });
});
