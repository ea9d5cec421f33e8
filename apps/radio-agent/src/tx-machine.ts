/**
 * The sending side of a radio as a pure state machine: events in, frames and endings out, one packet in the radio at a time.
 * The policy says which event is next and whether it may go now. Every event offered ends in exactly one `ended`.
 */
import { create } from '@bufbuild/protobuf';
import { BROADCAST, FrameSchema } from '@cotbus/contracts';
import type { Frame } from '@cotbus/contracts';
import { createAirPolicy } from './air-policy.ts';
import { frameAirMs } from './air-radio.ts';
import { createRadioRoom } from './radio-room.ts';
import type { Refusal } from './refusal.ts';
import { createTxAcks } from './tx-acks.ts';
import { linkBroke, queueStatus, routed, unacknowledged } from './tx-answers.ts';
import { framesLeft, isTransfer, wholeText } from './tx-frames.ts';
import { packetIdOf } from './tx-packet-id.ts';
import type { TxInput, TxMachine, TxMachineOptions } from './tx-ports.ts';
import type { Transmission, Waiting } from './tx-queue.ts';
import { priorityOf, wantsAck } from './tx-rules.ts';
import type { KindRules } from './tx-rules.ts';
import { end, takeInRadio } from './tx-state.ts';
import type { TxState } from './tx-state.ts';

/** The radio answers an accepted packet within a second; a busy one within a few. */
const ANSWER_TIMEOUT_MS = 5_000;

export const createTxMachine = (options: TxMachineOptions): TxMachine => {
  const state: TxState = {
    policy: createAirPolicy(options.options),
    room: createRadioRoom(),
    acks: createTxAcks(),
    isReady: false,
    isStopped: false,
    air: undefined,
    inRadio: undefined,
    completeHash: new Uint8Array(),
    outputs: [],
    nowMs: Number.NEGATIVE_INFINITY,
  };
  return {
    handle: (input, nowMs) => {
      state.outputs = [];
      state.nowMs = nowMs;
      step(state, input, options);
      if (!state.isStopped) sendNext(state, options);
      return state.outputs;
    },
    air: (nowMs) => state.policy.budget.at(nowMs),
    get waiting() {
      return state.policy.size + (state.inRadio === undefined ? 0 : 1) + state.acks.size;
    },
  };
};

const step = (state: TxState, input: TxInput, options: TxMachineOptions): void => {
  const { policy, room, nowMs } = state;
  switch (input.kind) {
    case 'offered':
      offer(state, input.transmission);
      break;
    case 'ready':
      state.isReady = true;
      state.air = input.air;
      room.reset();
      policy.setRadio(input.air);
      break;
    case 'gone':
      state.isReady = false;
      room.reset();
      linkBroke(state);
      break;
    case 'queueStatus':
      queueStatus(state, input.status);
      break;
    case 'routed':
      routed(state, input.answer);
      break;
    case 'unsent':
      room.answered(input.packetId);
      if (input.packetId === state.inRadio?.packetId) end(state, takeInRadio(state), input.refusal);
      break;
    case 'completed':
      state.completeHash = Uint8Array.from(input.transferHash);
      for (const whole of policy.takeWhere((each) => each.sentFrames > 0 && isTransfer(each, state.completeHash))) {
        end(state, whole, { reason: 'delivered', detail: wholeText(whole.sentFrames) });
      }
      break;
    case 'measured':
      policy.budget.measured(input.measure, nowMs);
      break;
    case 'answer':
      answer(state, input, options);
      break;
    case 'tick':
      tick(state);
      break;
    case 'stop':
      stop(state);
      break;
  }
};

const offer = (state: TxState, transmission: Transmission): void => {
  if (state.isStopped) return end(state, transmission, { reason: 'stopping', detail: 'came while stopping' });
  for (const ending of state.policy.offer(transmission, state.nowMs)) state.outputs.push({ kind: 'ended', ...ending });
};

const sendNext = (state: TxState, { refuse, rules }: TxMachineOptions): void => {
  const { policy, room, nowMs, outputs } = state;
  for (const ending of policy.late(nowMs)) outputs.push({ kind: 'ended', ...ending });
  while (state.isReady && state.inRadio === undefined && room.isThere(nowMs)) {
    const waiting = policy.next(nowMs);
    if (waiting === undefined) return;
    const { entry } = waiting;
    const [next] = framesLeft(entry);
    const refusal = refuse(entry) ?? (next ? undefined : NO_FRAME);
    if (refusal !== undefined || next === undefined) end(state, entry, refusal ?? NO_FRAME);
    else send(state, waiting, next, rules(entry.result.kind));
  }
};

const NO_FRAME: Refusal = { reason: 'unsupported', detail: 'the result has no frame' };

const send = (state: TxState, waiting: Waiting, next: Frame, rules: KindRules): void => {
  const { entry, tries } = waiting;
  const { policy, room, nowMs, outputs } = state;
  const { hops, channel } = rules;
  const packetId = packetIdOf(entry.id, entry.sentFrames, tries);
  const airMs = state.air === undefined ? 0 : frameAirMs(next, state.air);
  // When airtime is short, once to everybody is better than three times to some. To one node it is the answer that counts.
  const isOnce = next.to === BROADCAST && !policy.mayRepeat(entry, airMs, nowMs);
  const frame = create(FrameSchema, { ...next, wantAck: !isOnce && wantsAck(next, entry.result, rules) });
  policy.sent(waiting, airMs, nowMs);
  if (frame.wantAck && state.air?.isRadio !== false) room.awaits(packetId, airMs, nowMs);
  state.inRadio = { waiting, frame, packetId, sinceMs: nowMs };
  const sending = { packetId, channel, hops, priority: priorityOf(entry.result.kind) };
  outputs.push({ kind: 'send', frame, sending, airMs, transmission: entry });
};

const answer = (
  state: TxState,
  { frame, packetId }: Extract<TxInput, { kind: 'answer' }>,
  { rules }: TxMachineOptions,
): void => {
  const { room, policy, nowMs, air } = state;
  const airMs = air === undefined ? 0 : frameAirMs(frame, air);
  if (!state.isReady || !room.isThere(nowMs) || policy.budget.at(nowMs).why('rest', airMs) !== '') return;
  policy.budget.spend(airMs, nowMs);
  const { channel, hops } = rules(0);
  state.outputs.push({ kind: 'send', frame, sending: { packetId, channel, hops, priority: 0 }, airMs });
};

const tick = (state: TxState): void => {
  const { inRadio, room, acks, nowMs } = state;
  if (inRadio !== undefined && nowMs - inRadio.sinceMs >= ANSWER_TIMEOUT_MS) {
    end(state, takeInRadio(state), { reason: 'radio_silent', detail: 'no answer in 5 s; it may have been sent' });
  }
  for (const awaited of acks.late(nowMs)) unacknowledged(state, awaited, 'no answer in 60 s');
  if (state.isReady && room.asks(nowMs)) state.outputs.push({ kind: 'ask' });
};

const stop = (state: TxState): void => {
  state.isStopped = true;
  state.isReady = false;
  // What the radio has may have been sent: its end is left to the next life.
  state.inRadio = undefined;
  for (const awaited of state.acks.takeAll()) unacknowledged(state, awaited, 'stopped before it answered');
  for (const left of state.policy.takeWhere(() => true)) {
    end(state, left, { reason: 'stopping', detail: 'stopped before it was sent' });
  }
};
