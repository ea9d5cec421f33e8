/** What a sink answered: settled, taken, void or busy. */
import { reassign } from './assignment.ts';
import { close, end } from './give-up.ts';
import type { Receipt } from './messages.ts';
import { byLife } from './open-items.ts';
import { append, laneOf } from './origin-state.ts';
import type { OriginState } from './origin-state.ts';
import type { Part } from './part.ts';

/** A sink that has taken a given-up item is asked again after this. */
const ASK_TAKEN_MS = 30_000;

export const receiveReceipt = <P>(state: OriginState<P>, receipt: Receipt): void => {
  const { nowMs } = state;
  const settled = [...covered(state, receipt, receipt.settled)];
  for (const part of settled) {
    const lane = laneOf(state, part);
    lane.answered(part, nowMs);
    lane.remove(part);
  }
  forgetSettled(state, settled);
  for (const part of covered(state, receipt, receipt.taken)) {
    const lane = laneOf(state, part);
    lane.answered(part, nowMs);
    if (part.phase === 'void') part.deadlineMs = nowMs + ASK_TAKEN_MS;
    part.ending = undefined;
    lane.put(part, 'taken');
  }
  for (const part of covered(state, receipt, receipt.voided)) {
    laneOf(state, part).answered(part, nowMs);
    const unsent = receipt.unsent?.find(({ seq }) => seq === part.item.seq);
    if (unsent !== undefined) (part.whys ??= new Map()).set(part.sink, unsent.ending);
    const ending = part.ending ?? { reason: 'not_sent' as const, detail: notSentText(part) };
    if (nowMs >= part.deadlineMs || !reassign(state, part, false)) end(state, part, ending);
  }
  for (const part of covered(state, receipt, receipt.busy)) laneOf(state, part).busy(part, nowMs);
};

/** Every agent that was asked, and why it did not send it, as far as it said so. */
const notSentText = ({ used, sink, whys }: Part<unknown>): string => {
  const agents = [...used, sink].map((agent) => {
    const why = whys?.get(agent);
    return why === undefined ? agent : `${agent} (${why.reason}: ${why.detail})`;
  });
  return `by ${agents.join(', ')}`;
};

/** The open items a receipt speaks of: an identity that is not ours, or an item another sink is asked for, is none. */
const covered = function* <P>({ items }: OriginState<P>, receipt: Receipt, ranges: Receipt['settled']) {
  for (const { first, last } of ranges) {
    for (const item of items.between(receipt, first, last)) {
      for (const part of item.parts.values()) {
        // An agent that was asked before and answers late has settled it, too.
        const isLate = ranges === receipt.settled && part.unanswered.includes(receipt.sink);
        if ((part.sink !== receipt.sink && !isLate) || part.phase === 'journaling') continue;
        item.wasAnswered = true;
        yield part;
      }
    }
  }
};

/**
 * The sink owns their outcome. They are forgotten when that is in the journal, since `low` tells the sink to forget them too;
 * if the journal has no room the sink is asked again later, and says the same.
 */
const forgetSettled = <P>(state: OriginState<P>, settled: readonly Part<P>[]): void => {
  const destinations = new Map<string, Part<P>[]>();
  for (const part of settled) {
    const known = destinations.get(part.destination);
    if (known === undefined) destinations.set(part.destination, [part]);
    else known.push(part);
  }
  for (const [destination, parts] of destinations) {
    for (const { life, items } of byLife(parts)) {
      const { incarnation } = life;
      const inLife = parts.filter(({ item }) => item.of.life.incarnation === incarnation);
      append(state, { kind: 'settled', incarnation, destination, items }, false, (journaled) => {
        for (const part of inLife) {
          if (journaled) close(state, part);
          else laneOf(state, part).put(part, 'taken');
        }
      });
    }
  }
};
