/** Rule 1: accepted from the world = appended to the journal. Rule 2: the destinations are fixed with it. */
import { elect } from './assignment.ts';
import { close, enter, giveUp } from './give-up.ts';
import { nameOf } from './item-name.ts';
import { append, beginLife, deadlineOf, publicLife } from './origin-state.ts';
import type { OriginState } from './origin-state.ts';
import type { OriginInput } from './origin-ports.ts';
import type { OpenItem, Part } from './part.ts';

/** Fragments open at one origin; beyond it the oldest goes. */
const MAX_FRAGMENTS = 1024;

export const accept = <P>(state: OriginState<P>, input: Extract<OriginInput<P>, { kind: 'accept' }>): void => {
  const { options, items, alive, nowMs } = state;
  if (items.isFull) beginLife(state);
  const { payload, heardMs = nowMs, lifeMs, insists = false, fragment, refused = [] } = input;
  const assigned = input.destinations.map((destination) => ({
    destination,
    sink: options.elects ? (elect(alive.get(destination) ?? [], []) ?? '') : destination,
  }));
  const record = {
    kind: 'accepted' as const,
    incarnation: items.current.incarnation,
    seq: items.nextSeq(),
    heardMs,
    ...(lifeMs !== undefined && { lifeMs }),
    insists,
    ...(fragment !== undefined && { fragment }),
    assigned,
    refused,
    payload,
  };
  const life = items.current;
  const item = assigned.length > 0 ? items.open(record, deadlineOf(state, lifeMs, heardMs)) : undefined;
  if (item !== undefined) boundFragments(state, item);
  append(state, record, options.durable, (journaled) => {
    const id = nameOf(journaled ? life : publicLife(state, life), record.seq);
    for (const ended of refused) state.outputs.push({ kind: 'outcome', outcome: { item: id, ...ended }, payload });
    if (item === undefined) return;
    item.journaled = journaled;
    for (const part of item.parts.values()) {
      if (journaled) enter(state, part);
      else refuse(state, part);
    }
  });
};

/** The journal is full: the item ends, the service runs on. */
const refuse = <P>(state: OriginState<P>, part: Part<P>): void => {
  const { item, destination } = part;
  close(state, part);
  const outcome = {
    item: nameOf(publicLife(state, item.of.life), item.seq),
    destination,
    reason: 'journal_full',
    detail: 'there is no room in the journal',
  };
  state.outputs.push({ kind: 'outcome', outcome, payload: item.payload });
};

/** Rule 10: fragments stay with the origin under their own bound. */
export const boundFragments = <P>(state: OriginState<P>, item: OpenItem<P>): void => {
  const { fragments, progress, nowMs } = state;
  if (item.fragment === undefined) return;
  progress.heard(item.fragment);
  fragments.add(item);
  const [oldest] = fragments;
  if (fragments.size <= MAX_FRAGMENTS || oldest === undefined) return;
  fragments.delete(oldest);
  for (const part of oldest.parts.values()) {
    if (part.phase === 'journaling') part.deadlineMs = nowMs;
    else giveUp(state, part, { reason: 'incomplete', detail: '' });
  }
};
