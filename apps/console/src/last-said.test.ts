import { createMessage } from '@cotbus/contracts';
import type { MessageOf } from '@cotbus/contracts';
import { createMemoryBroker, fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { openLastSaid } from './last-said.ts';

type Override = MessageOf<'override'>;

const override = (callsign: string, atMs: number, console = 'a', num = 1): Override =>
  createMessage('override', { num, callsign, atMs, console });
const settled = () => new Promise(setImmediate);

const world = () => {
  const broker = createMemoryBroker();
  const clock = fakeClock();
  const join = async (before: readonly Override[] = [], limit = 100) => {
    const bus = broker.connect();
    const seen: string[] = [];
    const said = await openLastSaid({
      bus,
      clock,
      name: 'override',
      keyOf: ({ num }) => num.toString(16).padStart(8, '0'),
      before,
      limit,
      changed: (_, message) => seen.push(message?.callsign ?? 'nothing'),
    });
    await settled();
    return { bus, said, seen, holds: () => said.values().map(({ callsign }) => callsign) };
  };
  return { broker, clock, join };
};

describe('what consoles say', () => {
  it('holds at all of them, the newest first and last', async () => {
    const { join } = world();
    const [a, b] = [await join(), await join()];
    a.said.say(override('one', 10));
    await settled();
    b.said.say(override('two', 20, 'b'));
    await settled();
    expect([a.holds(), b.holds()]).toEqual([['two'], ['two']]);
    expect(a.seen).toEqual(['one', 'two']);
  });

  it('is newest when it is said, whatever the clock of the console says', async () => {
    const { join } = world();
    const [a, b] = [await join(), await join()];
    a.said.say(override('ahead', 1_000_000));
    await settled();
    b.said.say(override('later', 5, 'b'));
    await settled();
    expect([a.holds(), b.holds()]).toEqual([['later'], ['later']]);
  });

  it('is not brought back by a console that was away, nor by its file', async () => {
    const { broker, clock, join } = world();
    const [a, b] = [await join(), await join()];
    a.said.say(override('old', 10));
    await settled();
    broker.cut(a.bus);
    b.said.say(override('new', 20, 'b'));
    await settled();
    broker.reconnect();
    await settled();
    await settled();
    expect([a.holds(), b.holds()]).toEqual([['new'], ['new']]);
    const late = await join([override('older', 5, 'c')]);
    await clock.pass(2000);
    expect([late.holds(), a.holds()]).toEqual([['new'], ['new']]);
    const fresh = await join();
    expect(fresh.holds()).toEqual(['new']);
  });

  it('comes from the file when the broker has forgotten it', async () => {
    const { clock, join } = world();
    const a = await join([override('kept', 10)]);
    expect(a.seen).toEqual(['kept']);
    await clock.pass(2000);
    expect((await join()).holds()).toEqual(['kept']);
  });

  it('is settled the same way at both ends when it was said at the same moment', async () => {
    const { broker, join } = world();
    const [a, b] = [await join(), await join()];
    broker.cut(a.bus);
    broker.cut(b.bus);
    a.said.say(override('of a', 10, 'a'));
    b.said.say(override('of b', 10, 'b'));
    broker.reconnect();
    for (let turn = 0; turn < 5; turn += 1) await settled();
    expect([a.holds(), b.holds()]).toEqual([['of b'], ['of b']]);
  });

  it('is forgotten everywhere, and bounded', async () => {
    const { join } = world();
    const [a, b] = [await join([], 2), await join()];
    for (let num = 1; num <= 3; num += 1) a.said.say(override(`n${num}`, num, 'a', num));
    await settled();
    expect([a.holds(), b.holds()]).toEqual([
      ['n2', 'n3'],
      ['n2', 'n3'],
    ]);
    b.said.forget('00000002');
    await settled();
    expect(a.holds()).toEqual(['n3']);
  });
});
