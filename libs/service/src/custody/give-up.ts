/**
 * How an origin ends an item itself. Rule 5: before an item is given up the sink is told that it is void, and answers that
 * its outcome stands or that it will refuse later copies; until then the item is unconfirmed.
 */
import { nameOf } from './item-name.ts';
import type { CustodyEnding } from './messages.ts';
import { append, laneOf } from './origin-state.ts';
import type { OriginState } from './origin-state.ts';
import type { Part } from './part.ts';

/** The origin's own outcome: told when it is in the journal, else tried again at the next look. */
export const end = <P>(state: OriginState<P>, part: Part<P>, { reason, detail }: CustodyEnding): void => {
  laneOf(state, part).remove(part);
  if (fallsBack(state, part, { reason, detail })) return;
  const { item, destination } = part;
  const outcome = { item: nameOf(item.of.life, item.seq), destination, reason, detail };
  append(state, { kind: 'ended', outcome }, state.options.durable, (journaled) => {
    if (!journaled) {
      part.ending = { reason, detail };
      laneOf(state, part).put(part, part.mayBeKnown ? 'void' : 'waiting');
      return;
    }
    close(state, part);
    state.outputs.push({ kind: 'outcome', outcome, payload: item.payload });
  });
};

/**
 * Rule 11: an agent that did not answer in time may have sent the item before another was asked. The origin has no outcome
 * of its own before that one has answered, too.
 */
const fallsBack = <P>(state: OriginState<P>, part: Part<P>, ending: CustodyEnding): boolean => {
  const sink = part.unanswered.pop();
  if (sink === undefined) return false;
  if (!part.used.includes(part.sink)) part.used.push(part.sink);
  part.sink = sink;
  part.mayBeKnown = true;
  part.ending = ending;
  askVoid(state, part);
  return true;
};

const askVoid = <P>(state: OriginState<P>, part: Part<P>): void => {
  part.sentMs = -Infinity;
  part.givenUpMs = state.nowMs;
  laneOf(state, part).put(part, 'void');
};

/** A destination is settled; the item is forgotten with the last one. */
export const close = <P>({ items, fragments }: OriginState<P>, part: Part<P>): void => {
  items.close(part);
  if (part.item.parts.size === 0) fragments.delete(part.item);
};

/** An item the sink cannot know ends at once; any other only when the sink has answered the void. */
export const giveUp = <P>(state: OriginState<P>, part: Part<P>, ending: CustodyEnding): void => {
  const { fragment } = part.item;
  part.ending ??= fragment ? { reason: 'incomplete', detail: state.progress.text(fragment.transfer) } : ending;
  if (!part.mayBeKnown) {
    end(state, part, part.ending);
    return;
  }
  askVoid(state, part);
};

/** What no sink has ever seen a result of is poison for all of them; trying on would kill more workers. */
export const giveUpPoison = <P>(state: OriginState<P>, part: Part<P>): void => {
  const everywhere = part.item.wasAnswered ? [part] : [...part.item.parts.values()];
  for (const each of everywhere) {
    const { phase } = each;
    const isAsked = phase === 'window' || phase === 'suspect' || phase === 'resting' || phase === 'alone';
    if (isAsked) giveUp(state, each, { reason: 'poison', detail: 'unanswered while others passed' });
  }
};

/** Rule 2: items of a sink wait under a quota of its own, and never evict or block another's. */
export const enter = <P>(state: OriginState<P>, part: Part<P>): void => {
  const lane = laneOf(state, part);
  const { quota } = state.options;
  if (lane.size >= quota) {
    const oldest = lane.oldestUnsent() ?? part;
    giveUp(state, oldest, { reason: lane.alive ? 'gave_up' : 'absent', detail: `its quota of ${quota} items is full` });
    if (oldest === part) return;
  }
  lane.put(part, 'waiting');
};
