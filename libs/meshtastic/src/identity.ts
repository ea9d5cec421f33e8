/**
 * How the TAK identity of a node is read and written, from the question to its end, as a pure state machine.
 *
 *   get: reading → done
 *   set: reading → writing → restarting → checking → done
 *
 * A node restarts some seconds after it stored a setting, and firmware that does not know the setting acknowledges it all
 * the same: nothing counts as stored before it was read back. Any write is preceded by a read, for what is not to be
 * changed and for the session passkey of another node.
 */
import type { AdminRequest, TakValues } from './admin.ts';

/** The attached radio answers over its line. */
const OWN_TRY_MS = 5_000;
/** Another node answers over the air, some hops away. */
const REMOTE_TRY_MS = 30_000;
const MAX_TRIES = 2;
/** A node that restarts does not hear: it is asked again. */
const MAX_CHECKS = 3;
/** Restarts begin 7 s after the write. Who is still there by now does not restart. */
const RESTART_SEEN_MS = 20_000;
/** The attached radio is back by now, its configuration read, or it does not come back. */
const RESTART_MS = 90_000;

export interface IdentityTask {
  readonly node: number;
  /** The attached radio itself. */
  readonly isOwn: boolean;
  /** What to write; what is left out stays as it is. */
  readonly wish: Partial<TakValues> | undefined;
}

/** How it ended. `step`: what was under way. */
export type IdentityResult =
  | { readonly kind: 'answered'; readonly tak: TakValues; readonly change: 'none' | 'already' | 'stored' }
  /** Named by Routing.Error where something of the mesh said so. */
  | { readonly kind: 'no_answer'; readonly step: 'reading' | 'checking'; readonly error: string }
  /** `tak`: what it has instead, where that can be read. */
  | { readonly kind: 'not_stored'; readonly acknowledged: boolean; readonly tak: TakValues | undefined }
  /** `isTarget`: the node itself said so, not our own radio. */
  | { readonly kind: 'refused'; readonly error: string; readonly isTarget: boolean };

export type IdentityInput =
  | { readonly kind: 'begin'; readonly task: IdentityTask; readonly nowMs: number }
  /** An answer on port 6 to request `request`. */
  | {
      readonly kind: 'answer';
      readonly request: number;
      readonly tak: TakValues | undefined;
      readonly passkey: Uint8Array;
      readonly nowMs: number;
    }
  /** An answer on port 5 to request `request`; `error` is a name of Routing.Error. */
  | {
      readonly kind: 'routing';
      readonly request: number;
      readonly error: string;
      readonly isTarget: boolean;
      readonly nowMs: number;
    }
  /** The attached radio is there, its configuration just read; `tak` as it tells it there. */
  | { readonly kind: 'ready'; readonly tak: TakValues | undefined; readonly nowMs: number }
  /** It told its configuration again without having been away. */
  | { readonly kind: 'told'; readonly tak: TakValues | undefined }
  /** The attached radio is away. */
  | { readonly kind: 'away'; readonly nowMs: number }
  /** About once a second. */
  | { readonly kind: 'tick'; readonly nowMs: number };

export type IdentityOutput =
  /** To the node of the task. Requests are numbered from 1 and never numbered again. */
  | { readonly kind: 'send'; readonly request: number; readonly message: AdminRequest }
  /** The new values are on their way. */
  | { readonly kind: 'writing' }
  | { readonly kind: 'done'; readonly result: IdentityResult };

type Step = 'reading' | 'writing' | 'restarting' | 'checking';

interface Active {
  readonly step: Step;
  readonly task: IdentityTask;
  /** Of this step. */
  readonly tries: number;
  readonly sinceMs: number;
  /** Number of the first request of this step: answers to earlier ones are late. */
  readonly firstRequest: number;
  /** Empty until a node gave one. */
  readonly passkey: Uint8Array;
  readonly acknowledged: boolean;
  /** The attached radio went away since the write. */
  readonly wasAway: boolean;
  /** A passkey was refused once and asked for again. */
  readonly renewed: boolean;
  readonly target: TakValues;
}

export interface IdentityState {
  /** Of the last request. */
  readonly requests: number;
  /** What the attached radio told in its configuration; undefined when it did not. */
  readonly told: TakValues | undefined;
  readonly active: Active | undefined;
}

export interface IdentityStep {
  readonly state: IdentityState;
  readonly outputs: readonly IdentityOutput[];
}

export const identityStart = (): IdentityState => ({ requests: 0, told: undefined, active: undefined });

const NO_BYTES = new Uint8Array();
const UNSET: TakValues = { team: 0, role: 0 };

/** What becomes of it, and what is to be done, in this order. `nowMs` never goes back; `begin` only while nothing is active. */
export const identityStep = (state: IdentityState, input: IdentityInput): IdentityStep => {
  if (input.kind === 'begin') return begin(state, input.task, input.nowMs);
  const told = input.kind === 'ready' || input.kind === 'told' ? { ...state, told: input.tak } : state;
  const { active } = told;
  if (active === undefined) return { state: told, outputs: [] };
  switch (input.kind) {
    case 'answer':
      return input.request < active.firstRequest ? stay(told) : onAnswer(told, active, input);
    case 'routing':
      return input.request < active.firstRequest ? stay(told) : onRouting(told, active, input);
    case 'ready':
      return onReady(told, active, input.nowMs);
    case 'told':
      return stay(told);
    case 'away':
      return stay({ ...told, active: { ...active, wasAway: true } });
    case 'tick':
      return onTick(told, active, input.nowMs);
  }
};

const stay = (state: IdentityState): IdentityStep => ({ state, outputs: [] });

const done = (state: IdentityState, result: IdentityResult): IdentityStep => ({
  state: { ...state, active: undefined },
  outputs: [{ kind: 'done', result }],
});

const send = (state: IdentityState, active: Active, message: AdminRequest): IdentityStep => {
  const request = state.requests + 1;
  return { state: { ...state, requests: request, active }, outputs: [{ kind: 'send', request, message }] };
};

const enter = (state: IdentityState, active: Active, step: Step, nowMs: number): Active => ({
  ...active,
  step,
  tries: 1,
  sinceMs: nowMs,
  firstRequest: state.requests + 1,
});

const ask = (state: IdentityState, active: Active, step: 'reading' | 'checking', nowMs: number): IdentityStep =>
  send(state, enter(state, active, step, nowMs), { kind: 'get' });

const begin = (state: IdentityState, task: IdentityTask, nowMs: number): IdentityStep => {
  const active: Active = {
    step: 'reading',
    task,
    tries: 1,
    sinceMs: nowMs,
    firstRequest: state.requests + 1,
    passkey: NO_BYTES,
    acknowledged: false,
    wasAway: false,
    renewed: false,
    target: UNSET,
  };
  return ask(state, active, 'reading', nowMs);
};

const isSame = (a: TakValues, b: TakValues): boolean => a.team === b.team && a.role === b.role;

const onAnswer = (
  state: IdentityState,
  active: Active,
  { tak, passkey, nowMs }: Extract<IdentityInput, { kind: 'answer' }>,
): IdentityStep => {
  // Some firmware tells it in its configuration alone.
  const known = tak ?? (active.task.isOwn ? state.told : undefined);
  if (active.step === 'reading') return onRead(state, { ...active, passkey }, known, nowMs);
  return active.step === 'checking' ? onChecked(state, active, known) : stay(state);
};

const onRead = (state: IdentityState, active: Active, known: TakValues | undefined, nowMs: number): IdentityStep => {
  const { wish } = active.task;
  if (wish === undefined) {
    return known === undefined
      ? done(state, { kind: 'not_stored', acknowledged: false, tak: undefined })
      : done(state, { kind: 'answered', tak: known, change: 'none' });
  }
  const target = { ...UNSET, ...known, ...wish };
  if (known !== undefined && isSame(known, target)) {
    return done(state, { kind: 'answered', tak: known, change: 'already' });
  }
  return write(state, { ...active, target }, nowMs);
};

const write = (state: IdentityState, active: Active, nowMs: number): IdentityStep => {
  const writing = { ...enter(state, active, 'writing', nowMs), wasAway: false };
  const passkey = active.task.isOwn ? NO_BYTES : active.passkey;
  const sent = send(state, writing, { kind: 'set', tak: active.target, passkey });
  return { state: sent.state, outputs: [{ kind: 'writing' }, ...sent.outputs] };
};

const onChecked = (state: IdentityState, active: Active, known: TakValues | undefined): IdentityStep =>
  known !== undefined && isSame(known, active.target)
    ? done(state, { kind: 'answered', tak: known, change: 'stored' })
    : done(state, { kind: 'not_stored', acknowledged: active.acknowledged, tak: known });

/** Nobody was reached; another try may reach. */
const unreached: ReadonlySet<string> = new Set(['NO_ROUTE', 'GOT_NAK', 'TIMEOUT', 'MAX_RETRANSMIT', 'NO_RESPONSE']);

const onRouting = (
  state: IdentityState,
  active: Active,
  { error, isTarget, nowMs }: Extract<IdentityInput, { kind: 'routing' }>,
): IdentityStep => {
  const { step } = active;
  if (error === 'NONE') {
    // Who only repeated the packet for the target has not stored it.
    if (step !== 'writing' || !isTarget) return stay(state);
    const acknowledged = { ...enter(state, active, 'restarting', nowMs), acknowledged: true };
    return stay({ ...state, active: acknowledged });
  }
  if (step === 'restarting') return stay(state);
  // The node itself was reached, and its firmware has no answer to such a question.
  if (error === 'NO_RESPONSE' && isTarget && step !== 'writing') {
    return onAnswer(state, active, { kind: 'answer', request: 0, tak: undefined, passkey: active.passkey, nowMs });
  }
  if (unreached.has(error)) return retry(state, active, error, nowMs);
  if (error === 'ADMIN_BAD_SESSION_KEY' && !active.renewed) {
    return ask(state, { ...active, renewed: true }, 'reading', nowMs);
  }
  if (error === 'BAD_REQUEST' && isTarget) {
    return done(state, { kind: 'not_stored', acknowledged: false, tak: undefined });
  }
  return done(state, { kind: 'refused', error, isTarget });
};

/** The attached radio has restarted, or its line came back. */
const onReady = (state: IdentityState, active: Active, nowMs: number): IdentityStep => {
  const { step, task } = active;
  if (!task.isOwn) return stay(state);
  // What was asked before it went away is not answered any more.
  if (step === 'reading')
    return active.wasAway ? ask(state, { ...active, wasAway: false }, 'reading', nowMs) : stay(state);
  if (step === 'checking')
    return active.wasAway ? ask(state, { ...active, wasAway: false }, 'checking', nowMs) : stay(state);
  if (step === 'writing' && !active.wasAway) return stay(state);
  return state.told === undefined ? ask(state, active, 'checking', nowMs) : onChecked(state, active, state.told);
};

const onTick = (state: IdentityState, active: Active, nowMs: number): IdentityStep => {
  const { step, task, sinceMs, wasAway } = active;
  const waitedMs = nowMs - sinceMs;
  if (step === 'restarting') {
    const isBack = !task.isOwn || !wasAway;
    if (waitedMs >= RESTART_SEEN_MS && isBack) return ask(state, active, 'checking', nowMs);
    return waitedMs >= RESTART_MS ? done(state, { kind: 'no_answer', step: 'checking', error: '' }) : stay(state);
  }
  // While the attached radio is away its line is what is waited for, not an answer.
  if (task.isOwn && wasAway) {
    return waitedMs >= RESTART_MS
      ? done(state, { kind: 'no_answer', step: step === 'reading' ? 'reading' : 'checking', error: '' })
      : stay(state);
  }
  return waitedMs >= (task.isOwn ? OWN_TRY_MS : REMOTE_TRY_MS) ? retry(state, active, '', nowMs) : stay(state);
};

const retry = (state: IdentityState, active: Active, error: string, nowMs: number): IdentityStep => {
  const { step, tries } = active;
  // It may have been stored, only the acknowledgement is lost: reading it back tells.
  if (step === 'writing') return stay({ ...state, active: enter(state, active, 'restarting', nowMs) });
  if (step === 'restarting') return stay(state);
  if (tries >= (step === 'checking' ? MAX_CHECKS : MAX_TRIES)) {
    // Told in its configuration before, if nothing better comes.
    const { told } = state;
    return step === 'reading' && active.task.isOwn && told !== undefined
      ? onRead(state, active, told, nowMs)
      : done(state, { kind: 'no_answer', step, error });
  }
  return send(state, { ...active, tries: tries + 1, sinceMs: nowMs }, { kind: 'get' });
};
