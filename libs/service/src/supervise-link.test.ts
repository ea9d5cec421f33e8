import { LinkState } from '@cotbus/contracts';
import { describe, expect, it, vi } from 'vitest';
import { superviseLink } from './supervise-link.ts';
import type { Connection } from './supervise-link.ts';
import { fakeClock } from './testing/fake-clock.ts';

const { CLOSED, OPENING, OPEN, WAITING } = LinkState;

interface Made extends Connection {
  die(reason: string): void;
  readonly close: ReturnType<typeof vi.fn<() => void>>;
}

const makeConnection = (): Made => {
  let die: (reason: string) => void = () => {};
  const closed = new Promise<string>((resolve) => {
    die = resolve;
  });
  return { closed, die: (reason) => die(reason), close: vi.fn<() => void>() };
};

/** A supervised link whose attempts are answered by the test. */
const supervise = (open: (attempt: number, signal: AbortSignal) => Promise<Connection>) => {
  const clock = fakeClock();
  const abort = new AbortController();
  const states: [LinkState, string][] = [];
  let attempts = 0;
  const done = superviseLink({
    open: async (signal) => {
      attempts += 1;
      return open(attempts, signal);
    },
    clock,
    random: () => 0,
    signal: abort.signal,
    onState: (state, detail) => states.push([state, detail]),
  });
  return { clock, abort, states, done, attempts: () => attempts };
};

describe('a supervised link', () => {
  it('opens, says why it died, waits, and opens another connection', async () => {
    const made: Made[] = [];
    const link = supervise(async () => {
      made.push(makeConnection());
      return made.at(-1) as Made;
    });
    await link.clock.pass(0);
    made[0]?.die('the peer hung up');
    await link.clock.pass(999);
    expect(made).toHaveLength(1);
    await link.clock.pass(1);
    expect(made).toHaveLength(2);
    expect(made.map(({ close }) => close.mock.calls.length)).toEqual([1, 0]);
    expect(link.states).toEqual([
      [OPENING, ''],
      [OPEN, ''],
      [WAITING, 'the peer hung up'],
      [OPENING, ''],
      [OPEN, ''],
    ]);
    link.abort.abort();
    await link.done;
    expect(made[1]?.close.mock.calls).toHaveLength(1);
    expect(link.states.at(-1)).toEqual([CLOSED, '']);
    expect(link.clock.pending).toBe(0);
  });

  it('waits longer after each attempt that fails, whether it rejects or throws', async () => {
    const link = supervise(async (attempt) => {
      throw attempt % 2 === 0 ? new TypeError('refused') : new RangeError('no route');
    });
    await link.clock.pass(0);
    const attemptsAfter: number[] = [];
    for (const ms of [999, 1, 1999, 1, 3999, 1]) {
      await link.clock.pass(ms);
      attemptsAfter.push(link.attempts());
    }
    expect(attemptsAfter).toEqual([1, 2, 2, 3, 3, 4]);
    expect(link.states.filter(([state]) => state === WAITING).map(([, detail]) => detail)).toEqual([
      'no route',
      'refused',
      'no route',
      'refused',
    ]);
    link.abort.abort();
    await link.done;
  });

  it.each([
    { heldMs: 29_999, waitMs: 4000 },
    { heldMs: 30_000, waitMs: 1000 },
  ])('waits $waitMs ms when the third one held for $heldMs ms', async ({ heldMs, waitMs }) => {
    const made: Made[] = [];
    const link = supervise(async (attempt) => {
      if (attempt < 3) throw new TypeError('refused');
      made.push(makeConnection());
      return made.at(-1) as Made;
    });
    await link.clock.pass(3000);
    await link.clock.pass(heldMs);
    made[0]?.die('gone');
    await link.clock.pass(waitMs - 1);
    expect(link.attempts()).toBe(3);
    await link.clock.pass(1);
    expect(link.attempts()).toBe(4);
    link.abort.abort();
    await link.done;
  });

  it('has one attempt in flight, however long it takes', async () => {
    const link = supervise(async () => new Promise(() => {}));
    await link.clock.pass(3_600_000);
    expect(link.attempts()).toBe(1);
    link.abort.abort();
    await link.done;
    expect(link.states).toEqual([
      [OPENING, ''],
      [CLOSED, ''],
    ]);
  });

  it('ends promptly during an attempt, and closes what the attempt still brings', async () => {
    let answer: (connection: Connection) => void = () => {};
    const link = supervise(
      async () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    await link.clock.pass(0);
    link.abort.abort();
    await link.done;
    const late = makeConnection();
    answer(late);
    await link.clock.pass(0);
    expect(late.close.mock.calls).toHaveLength(1);
  });

  it('ends promptly while it waits', async () => {
    const link = supervise(async () => {
      throw new TypeError('refused');
    });
    await link.clock.pass(0);
    link.abort.abort();
    await link.done;
    expect([link.attempts(), link.clock.pending]).toEqual([1, 0]);
  });

  it('does nothing when it was over before it began', async () => {
    const states: LinkState[] = [];
    await superviseLink({
      open: async () => makeConnection(),
      clock: fakeClock(),
      random: () => 0,
      signal: AbortSignal.abort(),
      onState: (state) => states.push(state),
    });
    expect(states).toEqual([]);
  });

  it('goes on after a connection that cannot even be closed', async () => {
    const made: Made[] = [];
    const link = supervise(async () => {
      const connection = makeConnection();
      connection.close.mockImplementation(() => {
        throw new TypeError('close failed');
      });
      made.push(connection);
      return connection;
    });
    await link.clock.pass(0);
    made[0]?.die('gone');
    await link.clock.pass(1000);
    expect(made).toHaveLength(2);
    link.abort.abort();
    await link.done;
  });
});
