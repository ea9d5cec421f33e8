/**
 * Rule 11: the origin of a tx item elects one agent per mesh, in the configured order among those with a heartbeat, journals
 * (agent, assignment) and names it. An agent that did not send an item, or recorded it void, is not asked again for it.
 */
import { enter } from './give-up.ts';
import { assign } from './origin-recovery.ts';
import { append, deadlineOf, laneOf } from './origin-state.ts';
import type { OriginState } from './origin-state.ts';
import type { Part } from './part.ts';

/**
 * @param candidates alive, in configured order.
 * @param used agents this item was assigned to before.
 */
export const elect = (candidates: readonly string[], used: readonly string[]): string | undefined =>
  candidates.find((candidate) => !used.includes(candidate));

/**
 * @param repeat the agent it was assigned to has not answered and may have sent it.
 * @returns false when there is nobody else to send it.
 */
export const reassign = <P>(state: OriginState<P>, part: Part<P>, repeat: boolean): boolean => {
  const { options, nowMs } = state;
  const candidates = state.alive.get(part.destination) ?? [];
  const sink = options.elects ? elect(candidates, [...part.used, part.sink]) : undefined;
  if (sink === undefined) return false;
  const { phase, item, destination } = part;
  const lane = laneOf(state, part);
  const to = { sink, assignment: part.sink === '' ? 1 : part.assignment + 1, repeat: repeat || part.repeat };
  const { incarnation } = item.of.life;
  lane.remove(part);
  const record = { kind: 'assigned' as const, incarnation, seq: item.seq, destination, ...to, atMs: nowMs };
  append(state, record, options.durable, (journaled) => {
    if (!journaled) {
      if (phase !== 'journaling') lane.put(part, phase === 'fragment' ? 'waiting' : phase);
      return;
    }
    if (repeat) state.reassignedUnanswered += 1;
    // Only who is asked although another may have sent it gets a life of its own; else the item's runs on.
    assign(part, to, repeat ? deadlineOf(state, item.lifeMs, nowMs) : part.deadlineMs);
    part.mayBeKnown = false;
    enter(state, part);
  });
  return true;
};

/** Who has a heartbeat now. What was never published to an agent that went away goes to another at once. */
export const setAlive = <P>(state: OriginState<P>, sinks: ReadonlyMap<string, readonly string[]>): void => {
  state.alive = sinks;
  const names = new Set<string>();
  for (const each of sinks.values()) for (const name of each) names.add(name);
  for (const [sink, lane] of state.lanes) {
    lane.alive = names.has(sink);
    if (lane.alive) continue;
    if (lane.size === 0) state.lanes.delete(sink);
    else if (state.options.elects) {
      for (const part of lane.waiting) if (!part.mayBeKnown) reassign(state, part, false);
    }
  }
};
