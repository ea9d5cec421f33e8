import { describe, expect, it } from 'vitest';
import { createAirBudget } from './air-budget.ts';
import type { AirLevel } from './air-budget.ts';

const MINUTE_MS = 60_000;
const levels: readonly AirLevel[] = ['urgent', 'message', 'aged', 'rest', 'due', 'refresh'];

const europe = (airPercent = 10) => {
  const budget = createAirBudget(airPercent);
  budget.setDutyCycle(10);
  return budget;
};
/** What may go at this moment. */
const open = (budget: ReturnType<typeof createAirBudget>, nowMs = 0, costMs = 1000): AirLevel[] =>
  levels.filter((level) => budget.at(nowMs).why(level, costMs) === '');

describe('the airtime budget', () => {
  it.each<[spentSeconds: number, AirLevel[]]>([
    [0, ['urgent', 'message', 'aged', 'rest', 'due', 'refresh']],
    // Positions are ahead of their pace, or have had their half.
    [100, ['urgent', 'message', 'aged', 'rest']],
    [330, ['urgent', 'message', 'aged']],
    [353, ['urgent']],
    [359, ['urgent']],
    [360, []],
  ])('of 360 s an hour, %i s spent', (seconds, expected) => {
    const budget = europe();
    budget.spend(seconds * 1000, 0);
    expect(open(budget)).toEqual(expected);
    // An hour later everything is as it was.
    expect(open(budget, 61 * MINUTE_MS)).toEqual(levels);
  });

  it('says what is spent, and of what', () => {
    const budget = europe();
    budget.spend(340_000, 0);
    const now = budget.at(0);
    expect(now).toMatchObject({ limitMs: 360_000, spentMs: 340_000 });
    expect(now.why('rest', 1000)).toBe('340 of 360 s of airtime an hour are spent, of which it may use 90 %');
  });

  it('believes the radio, whose own messages and relays count, and adds what was sent since', () => {
    const budget = europe();
    budget.spend(10_000, 0);
    budget.measured({ airUtilTx: 9.5, channelUtilization: undefined }, MINUTE_MS);
    expect(budget.at(MINUTE_MS).spentMs).toBe(342_000);
    budget.spend(12_000, 2 * MINUTE_MS);
    expect(open(budget, 2 * MINUTE_MS)).toEqual(['urgent']);
    // A radio that has measured nothing for long says nothing.
    expect(budget.at(12 * MINUTE_MS).spentMs).toBe(22_000);
  });

  it.each<[percent: number, AirLevel[]]>([
    [24, levels as AirLevel[]],
    [25, ['urgent', 'message', 'aged', 'rest', 'due']],
    [39, ['urgent', 'message', 'aged', 'rest', 'due']],
    [40, ['urgent', 'message', 'aged']],
    [100, ['urgent', 'message', 'aged']],
  ])('is polite on a channel that is used at %i %%', (channelUtilization, expected) => {
    const budget = europe();
    budget.measured({ channelUtilization, airUtilTx: 0 }, 0);
    expect(open(budget)).toEqual(expected);
    expect(open(budget, 10 * MINUTE_MS)).toEqual(levels);
  });

  it('takes no measure for one that cannot be', () => {
    const budget = europe();
    budget.measured({ channelUtilization: Number.NaN, airUtilTx: -1 }, 0);
    budget.measured({ channelUtilization: 101, airUtilTx: Infinity }, 0);
    expect(open(budget)).toEqual(levels);
  });

  it('spreads refreshes evenly over the hour', () => {
    const budget = europe();
    let sent = 0;
    // One a second would be possible; each takes a second.
    for (let nowMs = 0; nowMs < 60 * MINUTE_MS; nowMs += 1000) {
      if (budget.at(nowMs).why('refresh', 1000) !== '') continue;
      budget.spend(1000, nowMs);
      sent += 1;
    }
    // A tenth of the budget at once, then half of it evenly; more than half never.
    expect(sent).toBe(180);
  });

  it('has the limit of the region even where the operator has none, and none where there is none', () => {
    const limited = europe(100);
    limited.spend(360_000, 0);
    expect(open(limited)).toEqual([]);
    const free = createAirBudget(100);
    free.spend(3_600_000, 0);
    free.measured({ channelUtilization: 90, airUtilTx: 90 }, 0);
    expect(open(free)).toEqual(levels);
    expect(free.at(0).limitMs).toBeUndefined();
  });

  it('lets an emergency use what the region allows, whatever the operator has set aside', () => {
    const budget = europe(1);
    budget.spend(36_000, 0);
    expect(open(budget)).toEqual(['urgent']);
  });

  it('waits when the radio says that it may not send', () => {
    const budget = europe();
    budget.hold(MINUTE_MS);
    expect(open(budget, 59_999)).toEqual(['urgent']);
    expect(open(budget, MINUTE_MS)).toEqual(levels);
  });

  it('knows what will never fit', () => {
    const now = europe().at(0);
    expect([now.isNever('rest', 324_000), now.isNever('rest', 325_000), now.isNever('urgent', 360_000)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});
