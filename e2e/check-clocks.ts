/** A wrong wall clock is nobody else's trouble. */
import { labelOf } from './bus-watch.ts';
import type { Evidence, Violation } from './evidence.ts';

/**
 * Everything the harness sends is good for an hour. An egress whose clock jumps an hour ahead finds stale what its own TAK
 * clients say, and says so; nobody else may, and of what a mesh said nobody at all. How long something waited for the air
 * is no matter of the wall clock.
 */
const STALE = 'it was stale';

/** What is stale by the wall clock is so in a process whose own clock was wrong. */
export const checkClocks = ({ ledger, wrongClocks }: Evidence): Violation[] =>
  ledger.lines
    .filter(({ reason, detail }) => reason === 'expired' && detail.startsWith(STALE))
    .filter(({ outcome }) => labelOf(outcome) !== undefined)
    .filter(({ owner, outcome }) => !wrongClocks.has(owner) || outcome.item?.origin !== owner)
    .map(({ owner, number, item, detail }) => ({
      rule: 'expired by a clock',
      about: item,
      sentence: `Item ${item} ended expired (${detail}) by number ${number} of ${owner}, whose clock was right.`,
    }));
