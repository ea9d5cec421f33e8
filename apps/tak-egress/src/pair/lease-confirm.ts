/** Who has to have what the active instance writes before it counts: both, or it alone; and the way from one to the other. */
import { keep, say } from './lease-state.ts';
import type { LeaseState } from './lease-state.ts';
import type { PairWord } from './words.ts';

/** The active one hears of a copy that a standby wants. */
export const serve = (state: LeaseState, wanted: bigint): void => {
  const { copy, nextCopy, lostCopy } = state;
  if (wanted !== 0n && wanted !== copy && wanted !== nextCopy && wanted !== lostCopy) part(state, wanted);
};

/** Confirms alone from the moment on at which everybody can know it: the word has come back, and it is kept. */
export const part = (state: LeaseState, nextCopy: bigint): void => {
  if (state.phase !== 'active' && state.phase !== 'leaving') return;
  const { confirms, standing } = state;
  state.nextCopy = nextCopy;
  if (confirms === 'parting') return;
  // Begun again under its name it would number its messages anew.
  if (state.copy !== 0n) state.lostCopy = state.copy;
  state.copy = 0n;
  if (confirms !== 'alone') {
    state.confirms = 'parting';
    say(state);
    state.partBeat = state.beat;
  } else if (standing.isAlone) confirmAlone(state);
  // It had kept that it is not, and told nobody.
  else keep(state, { ...standing, isAlone: true }, () => confirmAlone(state));
};

const confirmAlone = (state: LeaseState): void => {
  state.confirms = 'alone';
  state.isCommitted = true;
  state.outputs.push({ kind: 'alone' });
  state.copy = state.nextCopy;
  state.nextCopy = 0n;
  if (state.copy !== 0n) state.outputs.push({ kind: 'copy', copy: state.copy, epoch: state.epoch });
};

/** The copy is whole: it is kept first, for the other one may take over as soon as it is told. */
export const join = (state: LeaseState, copy: bigint): void => {
  if (state.phase !== 'active' || state.confirms !== 'alone' || copy !== state.copy) return;
  keep(state, { epoch: state.epoch, isAlone: false, isWhole: true }, () => {
    if (state.phase !== 'active' || state.copy !== copy) return;
    state.confirms = 'joining';
    state.isCommitted = false;
    say(state);
  });
};

export const announced = (state: LeaseState, word: PairWord): void => {
  const { phase } = state;
  if (state.confirms === 'joining' && !word.isAlone) state.confirms = 'both';
  if (state.confirms !== 'parting' || word.beat < state.partBeat || state.keeping !== undefined) return;
  if (phase !== 'announcing' && phase !== 'active' && phase !== 'leaving') return;
  state.before = state.standing;
  state.isCommitted = state.standing.isAlone;
  keep(state, { epoch: state.epoch, isAlone: true, isWhole: true }, () => {
    if (state.phase === 'announcing') {
      state.phase = 'active';
      state.outputs.push({ kind: 'open' });
    }
    confirmAlone(state);
  });
};
