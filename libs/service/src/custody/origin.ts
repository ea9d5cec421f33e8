/**
 * The origin, rules 1, 2, 5, 10 and 11: takes items from the world, journals them before anything else, publishes and
 * republishes them until every destination has settled them or declared them void, and only then forgets them. No I/O, no
 * clock, no randomness: time and messages come in, messages and journal appends go out.
 */
import { accept, boundFragments } from './accept.ts';
import { setAlive } from './assignment.ts';
import { enter } from './give-up.ts';
import { nameOf } from './item-name.ts';
import { createOpenItems } from './open-items.ts';
import { recoverItems, snapshotItems } from './origin-recovery.ts';
import type { OriginInput, OriginMachine, OriginMachineOptions } from './origin-ports.ts';
import { appendLife, beginLife, createOriginState, deadlineOf } from './origin-state.ts';
import type { OriginState } from './origin-state.ts';
import { giveUpOverdue, publishDue } from './publish-due.ts';
import { receiveReceipt } from './receive-receipt.ts';

export const createOriginMachine = <P>(options: OriginMachineOptions): OriginMachine<P> => {
  const state = createOriginState<P>(options);
  return {
    handle: (input) => {
      state.outputs = [];
      state.nowMs = input.kind === 'recovered' ? input.moment.nowMs : input.nowMs;
      step(state, input);
      // Nothing is published while disconnected.
      if (state.connected && state.begun) publishDue(state);
      return state.outputs;
    },
    get life() {
      return state.items.current;
    },
    stats: () => ({
      open: state.items.count(),
      unconfirmed: [...state.lanes.values()].reduce((sum, lane) => sum + lane.unconfirmed.size, 0),
      republished: state.republished,
      reassignedUnanswered: state.reassignedUnanswered,
      pendingAppends: state.pending.size,
    }),
    window: (sink) => state.lanes.get(sink)?.window,
    *unconfirmed() {
      for (const lane of state.lanes.values()) {
        for (const { item, destination, ending } of lane.unconfirmed) {
          yield { item: nameOf(item.of.life, item.seq), destination, reason: ending?.reason ?? 'gave_up' };
        }
      }
    },
    snapshot: (moment) => snapshotItems(state.items, moment),
  };
};

const step = <P>(state: OriginState<P>, input: OriginInput<P>): void => {
  switch (input.kind) {
    case 'recovered':
      recover(state, input);
      break;
    case 'accept':
      accept(state, input);
      break;
    case 'journaled':
      state.pending.journaled(input.upTo);
      break;
    case 'append_refused':
      state.pending.refused(input.number);
      break;
    case 'receipt':
      receiveReceipt(state, input.receipt);
      break;
    case 'alive':
      setAlive(state, input.sinks);
      break;
    case 'connected':
    case 'disconnected':
      state.connected = input.kind === 'connected';
      break;
    case 'tick':
      if (state.refusedLife !== undefined) appendLife(state, state.refusedLife);
      giveUpOverdue(state);
      break;
  }
};

/** Leftovers are open again under their old names; then a new incarnation begins. */
const recover = <P>(
  state: OriginState<P>,
  { records, moment }: Extract<OriginInput<P>, { kind: 'recovered' }>,
): void => {
  const { name, nonce } = state.options;
  const all = [...records];
  state.moment = moment;
  state.items = createOpenItems<P>(name, all.find((record) => record.kind === 'life')?.nonce ?? nonce);
  recoverItems(state.items, all, moment, (lifeMs, fromMs) => deadlineOf(state, lifeMs, fromMs));
  for (const item of state.items.all()) {
    boundFragments(state, item);
    for (const part of item.parts.values()) if (part.phase === 'journaling') enter(state, part);
  }
  beginLife(state);
};
