/** Rule 5: what is due now is published, to every sink that has not answered it; what is overdue is given up. */
import { reassign } from './assignment.ts';
import { end, giveUp, giveUpPoison } from './give-up.ts';
import { nameOf } from './item-name.ts';
import { byLife } from './open-items.ts';
import { laneOf } from './origin-state.ts';
import type { OriginState } from './origin-state.ts';
import type { Lane } from './lane.ts';
import type { OpenItem, Part } from './part.ts';

/** Rule 11: an unanswered chat or emergency goes to another agent this long after its life. */
const UNANSWERED_MS = 5000;

export const publishDue = <P>(state: OriginState<P>): void => {
  const due = new Map<OpenItem<P>, Part<P>[]>();
  for (const [sink, lane] of state.lanes) {
    const { send, poison, void: voids } = lane.work(state.nowMs);
    for (const part of send) {
      const parts = due.get(part.item);
      if (parts === undefined) due.set(part.item, [part]);
      else parts.push(part);
    }
    for (const part of poison) giveUpPoison(state, part);
    for (const { life, items } of voids.length > 0 ? byLife(voids) : []) {
      state.outputs.push({ kind: 'void', request: { ...life, sink, items } });
    }
  }
  for (const [item, parts] of due) {
    publish(state, item, item.attempt > 0 && !item.wasAnswered ? askAll(state, item, parts) : parts);
  }
};

/** What no sink has answered yet may be what kills the workers: one try for all of them, not one for each. */
const askAll = <P>(state: OriginState<P>, item: OpenItem<P>, parts: readonly Part<P>[]): readonly Part<P>[] => {
  const isJoining = (part: Part<P>): boolean => laneOf(state, part).joined(part, state.nowMs);
  return [...parts, ...[...item.parts.values()].filter((part) => !parts.includes(part) && isJoining(part))];
};

const publish = <P>(state: OriginState<P>, item: OpenItem<P>, parts: readonly Part<P>[]): void => {
  const { items, nowMs, options } = state;
  item.attempt += 1;
  if (item.attempt > 1) state.republished += 1;
  state.outputs.push({
    kind: 'publish',
    item: {
      id: nameOf(item.of.life, item.seq),
      low: items.low(item),
      lowIncarnation: items.lowIncarnation(),
      ageMs: Math.max(0, nowMs - item.heardMs),
      attempt: item.attempt,
      durable: options.durable,
      addressed: parts.map(({ destination, sink, assignment, deadlineMs, repeat }) => ({
        destination,
        sink,
        assignment,
        lifeMs: Math.max(0, deadlineMs - nowMs),
        repeat,
      })),
    },
    payload: item.payload,
  });
};

/** Looks for what is overdue, at most once a second. */
export const giveUpOverdue = <P>(state: OriginState<P>): void => {
  for (const lane of state.lanes.values()) for (const part of lane.overdue(state.nowMs)) overdue(state, part, lane);
};

const overdue = <P>(state: OriginState<P>, part: Part<P>, lane: Lane<P>): void => {
  const { nowMs, options } = state;
  if (part.phase !== 'void') {
    const absent = { reason: 'absent' as const, detail: `${part.sink || 'every agent'} was away` };
    giveUp(state, part, lane.alive ? { reason: 'gave_up', detail: 'its time was over' } : absent);
    return;
  }
  if (part.item.insists && nowMs - part.deadlineMs >= UNANSWERED_MS && reassign(state, part, true)) return;
  // Not by the age of the item: after a restart that is an estimate, and a wrong clock must not end the wait.
  if (!lane.alive && nowMs - part.givenUpMs >= options.abandonMs) {
    end(state, part, { reason: 'absent', detail: 'unconfirmed: it may have arrived before its destination went away' });
  }
};
