import { createMessage, Kind, kindText } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAirPolicy } from './air-policy.ts';
import { airRadioOf } from './air-radio.ts';
import { toMeshOptions } from './options.ts';

const SECOND_MS = 1000;
let seq = 0;
interface About {
  readonly expiresMs?: number;
  readonly bytes?: number;
  readonly frames?: number;
  readonly port?: number;
  readonly latitudeI?: number;
}
const event = (kind: Kind, uid: string, about: About = {}) => {
  const { expiresMs = Infinity, bytes = 80, frames = 1, port = 78, latitudeI } = about;
  const frame = { port, payload: new Uint8Array(bytes), to: 0xffffffff };
  seq += 1;
  return {
    id: { origin: 'tak', incarnation: 1, nonce: 1n, seq },
    result: createMessage('txResult', {
      uid,
      kind,
      ...(latitudeI !== undefined && { latitudeI, longitudeI: 0 }),
      result: { case: 'frame', value: frame },
      following: Array.from({ length: frames - 1 }, () => frame),
    }),
    expiresMs,
    sentFrames: 0,
  };
};
const radio = (region = 'EU_868', modemPreset = 'LONG_FAST') =>
  airRadioOf({ firmwareVersion: '2.7.22', modemPreset, region }, true);

const setUp = (written: Parameters<typeof toMeshOptions.parse>[0] = {}, air = radio()) => {
  const policy = createAirPolicy(toMeshOptions.parse(written));
  policy.setRadio(air);
  /** Uid of what goes next; it takes this long on the air. */
  const send = (nowMs: number, airMs = 0): string => {
    const waiting = policy.next(nowMs);
    if (waiting === undefined) return '';
    policy.sent(waiting, airMs, nowMs);
    return waiting.entry.result.uid;
  };
  const offer = (kind: Kind, uid: string, nowMs = 0, about: About = {}) =>
    policy
      .offer(event(kind, uid, about), nowMs)
      .map(({ transmission, reason }) => `${transmission.result.uid} ${reason}`);
  return { offer, policy, send };
};

describe('what goes to the air next', () => {
  it('is what matters most, of that what came first', () => {
    const { offer, send } = setUp();
    const kinds = [Kind.PLI, Kind.MARKER, Kind.TASK, Kind.CHAT, Kind.CASEVAC, Kind.EMERGENCY, Kind.ROUTE, Kind.CHAT];
    for (const [index, kind] of kinds.entries()) offer(kind, `${index} ${kindText(kind)}`, index);
    expect(Array.from({ length: 9 }, () => send(100))).toEqual([
      '5 emergency',
      '4 casevac',
      '3 chat',
      '7 chat',
      '2 task',
      '1 marker',
      '6 route',
      '0 pli',
      '',
    ]);
  });

  it('is chat and what has waited too long in turns', () => {
    const { offer, send } = setUp();
    for (const uid of ['m1', 'm2']) offer(Kind.MARKER, uid);
    for (const uid of ['c1', 'c2', 'c3']) offer(Kind.CHAT, uid, 25 * SECOND_MS);
    expect([0, 1, 2, 3, 4].map(() => send(30 * SECOND_MS))).toEqual(['c1', 'm1', 'c2', 'm2', 'c3']);
  });

  it('is somebody who was not sent for a quarter of an hour, in turns with chat', () => {
    const { offer, send } = setUp();
    offer(Kind.PLI, 'unit');
    expect(send(0)).toBe('unit');
    const late = 14.5 * 60 * SECOND_MS;
    offer(Kind.PLI, 'unit', late);
    for (const uid of ['c1', 'c2']) offer(Kind.CHAT, uid, late);
    expect([0, 1, 2].map(() => send(late))).toEqual(['c1', 'unit', 'c2']);
  });

  it('is of positions that of the user who was not sent for the longest, who moves before who stands', () => {
    const { offer, send } = setUp({ position: { standingSeconds: 300 } });
    for (const [index, uid] of ['stands', 'walks', 'walked'].entries()) {
      offer(Kind.PLI, uid, index, { latitudeI: 0 });
      send(index);
    }
    const later = 310 * SECOND_MS;
    offer(Kind.PLI, 'stands', later, { latitudeI: 0 });
    offer(Kind.PLI, 'walked', later, { latitudeI: 1e5 });
    offer(Kind.PLI, 'walks', later, { latitudeI: 1e5 });
    offer(Kind.PLI, 'new', later);
    expect([0, 1, 2, 3].map(() => send(later))).toEqual(['new', 'walks', 'walked', 'stands']);
  });

  it('puts thirty who join together on the map one after the other, and who joins a busy mesh at once', () => {
    const { offer, policy, send } = setUp();
    const minute = (n: number): number =>
      Array.from({ length: 60 }, (_, second) => send((n * 60 + second) * SECOND_MS, 900)).filter(Boolean).length;
    for (let user = 0; user < 30; user += 1) offer(Kind.PLI, `user ${user}`);
    const [atOnce = 0, ...later] = Array.from({ length: 13 }, (_, n) => minute(n));
    expect(atOnce).toBeLessThan(15);
    expect(Math.max(...later)).toBeLessThanOrEqual(4);
    expect(later.reduce((sum, count) => sum + count, atOnce)).toBe(30);
    // The budget of positions is spent, and still somebody new is seen.
    policy.budget.spend(200_000, 14 * 60 * SECOND_MS);
    offer(Kind.PLI, 'late', 14 * 60 * SECOND_MS);
    expect(send(14 * 60 * SECOND_MS + 1000)).toBe('late');
  });

  it('waits for the pace of a user, and refuses what would be over before', () => {
    const { offer, send } = setUp();
    offer(Kind.PLI, 'unit', 0, { latitudeI: 0 });
    send(0);
    // Has moved: in a minute.
    expect(offer(Kind.PLI, 'unit', 20_000, { latitudeI: 1e5, expiresMs: 80_000 })).toEqual([]);
    expect([send(59_999), send(60_000)]).toEqual(['', 'unit']);
    // Has not: in five.
    expect(offer(Kind.PLI, 'unit', 70_000, { latitudeI: 1e5, expiresMs: 130_000 })).toEqual(['unit too_soon']);
  });

  it('keeps the place of a position when a newer one comes', () => {
    const { offer, send } = setUp();
    offer(Kind.PLI, 'a', 0);
    offer(Kind.PLI, 'b', 1);
    expect(offer(Kind.PLI, 'a', 2)).toEqual(['a superseded']);
    expect([send(3), send(3), send(3)]).toEqual(['a', 'b', '']);
  });

  it('waits until the radio has sent the last one; an emergency does not, and chat only a little', () => {
    const { offer, send } = setUp();
    offer(Kind.MARKER, 'm1');
    offer(Kind.MARKER, 'm2');
    expect([send(0, 3000), send(0)]).toEqual(['m1', '']);
    offer(Kind.CHAT, 'chat');
    expect([send(999), send(1000, 1000), send(1000)]).toEqual(['', 'chat', '']);
    offer(Kind.EMERGENCY, 'sos');
    expect([send(1000, 1000), send(4999), send(5000)]).toEqual(['sos', '', 'm2']);
  });

  it('keeps the distance that a radio wants between packets of some ports; others pass', () => {
    const { offer, send } = setUp();
    offer(Kind.CHAT, 'text-1', 0, { port: 1 });
    offer(Kind.CHAT, 'text-2', 1, { port: 1 });
    offer(Kind.CHAT, 'v2', 2);
    expect([send(10), send(10), send(10), send(2209), send(2210)]).toEqual(['text-1', 'v2', '', '', 'text-2']);
  });

  it('is begun only when there is airtime for all of it', () => {
    const { offer, policy, send } = setUp();
    policy.budget.spend(320_000, 0);
    offer(Kind.ROUTE, 'long', 0, { frames: 10 });
    offer(Kind.MARKER, 'short', 1);
    expect([send(2), send(2)]).toEqual(['short', '']);
  });
});

describe('what cannot be sent', () => {
  it('says that there was no airtime, and how much was spent', () => {
    const { offer, policy } = setUp();
    policy.budget.spend(355_000, 0);
    offer(Kind.CHAT, 'chat', 0, { expiresMs: 10 });
    const [late] = policy.late(10);
    expect(late).toMatchObject({
      reason: 'air_budget',
      detail: 'waited too long: 355 of 360 s of airtime an hour are spent, of which it may use 98 %',
    });
  });

  it('has waited too long when there was airtime, or no radio', () => {
    const { offer, policy } = setUp();
    offer(Kind.CHAT, 'behind others', 0, { expiresMs: 10 });
    expect(policy.late(10)).toMatchObject([{ reason: 'expired', detail: 'waited too long' }]);
    policy.setRadio(undefined);
    policy.budget.spend(360_000, 0);
    offer(Kind.CHAT, 'no radio', 0, { expiresMs: 10 });
    expect(policy.late(10)).toMatchObject([{ reason: 'expired' }]);
  });

  it('ends at once when an hour has no room for it', () => {
    const { offer, policy } = setUp({}, radio('EU_868', 'LONG_SLOW'));
    offer(Kind.ROUTE, 'route', 0, { frames: 40, bytes: 200 });
    expect(policy.late(1)).toMatchObject([{ reason: 'air_budget' }]);
    expect(policy.size).toBe(0);
  });

  it('is one event each, whatever comes in whatever order: nothing is lost, and nothing ends twice', () => {
    const kinds = [Kind.PLI, Kind.CHAT, Kind.EMERGENCY, Kind.MARKER, Kind.CASEVAC, Kind.TASK];
    const step = fc.record({
      kind: fc.constantFrom(...kinds),
      uid: fc.constantFrom('a', 'b', 'c', 'd'),
      lifeMs: fc.integer({ min: 0, max: 90_000 }),
      waitMs: fc.integer({ min: 0, max: 30_000 }),
      takes: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { policy } = setUp();
        const open = new Set<number>();
        const end = (ended: number): void => expect(open.delete(ended)).toBe(true);
        let nowMs = 0;
        for (const { kind, uid, lifeMs, waitMs, takes } of steps) {
          nowMs += waitMs;
          const transmission = event(kind, uid, { expiresMs: nowMs + lifeMs });
          open.add(transmission.id.seq);
          for (const ending of policy.offer(transmission, nowMs)) end(ending.transmission.id.seq);
          for (const ending of policy.late(nowMs)) end(ending.transmission.id.seq);
          const next = takes ? policy.next(nowMs) : undefined;
          if (next === undefined) continue;
          expect(next.entry.expiresMs).toBeGreaterThan(nowMs);
          policy.sent(next, 1000, nowMs);
          end(next.entry.id.seq);
        }
        for (const ending of policy.late(nowMs + 1e9)) end(ending.transmission.id.seq);
        expect([open.size, policy.size]).toEqual([0, 0]);
      }),
    );
  });
});
