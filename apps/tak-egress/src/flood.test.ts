import { Kind, Reason } from '@cotbus/contracts';
import { testContext } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClients } from './clients.ts';
import { createDeliveries } from './deliveries.ts';
import { meshEvent } from './testing/events.ts';
import { openWaitingEvents } from './waiting-events.ts';

/** A flood of a second. */
const EVENTS = 10_000;
const LIMITS = { maxEvents: 50, maxWaitMs: 300_000 };
const NOBODY = { reason: Reason.NO_CLIENT, detail: '' };

const peer = (hasRoom: boolean) => {
  const got: string[] = [];
  const nothing = (): void => {};
  return {
    got,
    address: '',
    writtenAtMs: 0,
    readAtMs: 0,
    hasRoom,
    write: ({ event }: { readonly event: { readonly uid: string } }): void => void got.push(event.uid),
    answer: nothing,
    tick: nothing,
    close: nothing,
  };
};

describe('ten thousand events for a client that reads nothing', () => {
  it('reach the others in order, end once each, and leave no more than the newest that matter', async () => {
    const context = testContext();
    onTestFinished(() => context.stop());
    const waiting = await openWaitingEvents(context);
    const deliveries = createDeliveries();
    const counts = new Map<string, number>();
    const count = (name: string, by = 1): void => void counts.set(name, (counts.get(name) ?? 0) + by);
    const clients = createClients({
      mayWrite: () => true,
      clock: context.clock,
      limits: LIMITS,
      status: { count },
      deliveries,
      waiting,
    });
    const [slow, quick] = [peer(false), peer(true)];
    for (const [one, uid] of [
      [slow, 'SLOW'],
      [quick, 'QUICK'],
    ] as const) {
      clients.joined(one, 'listen', undefined, [][Symbol.iterator]());
      clients.identify(one, uid, uid);
    }
    const ends: Reason[] = [];
    for (let n = 0; n < EVENTS; n++) {
      const kind = n % 100 === 0 ? Kind.CHAT : Kind.RAW;
      const out = { event: meshEvent({ uid: `u${n}`, kind }), xml: `${n}`, staleMs: 1e9, item: `i${n}` };
      deliveries.begin(out.item, ({ reason }) => void ends.push(reason));
      clients.offer(out, { allows: () => true });
      deliveries.offered(out.item, NOBODY);
    }
    expect(quick.got).toEqual(Array.from({ length: EVENTS }, (_, n) => `u${n}`));
    expect(ends).toEqual(Array.from({ length: EVENTS }, () => Reason.DELIVERED));
    expect(deliveries.size).toBe(0);
    expect(counts.get('client_events_queue_full_total')).toBe(EVENTS - LIMITS.maxEvents);
    slow.hasRoom = true;
    clients.room(slow);
    // The newest fifty lines of chat: nothing else matters as much.
    expect(slow.got).toEqual(Array.from({ length: 50 }, (_, n) => `u${EVENTS - 5_000 + n * 100}`));
  });
});
