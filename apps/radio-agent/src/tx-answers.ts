/** What the radio and the mesh say of a packet, and what that means for its event. */
import { BROADCAST, nodeText } from '@cotbus/contracts';
import type { Frame } from '@cotbus/contracts';
import { routingErrorName } from '@cotbus/meshtastic';
import { portGapMs } from './air-radio.ts';
import { isMessage, isUrgent } from './air-rank.ts';
import type { Refusal } from './refusal.ts';
import type { AwaitedAck } from './tx-acks.ts';
import { framesLeft, isTransfer, whichFrame, wholeText } from './tx-frames.ts';
import type { RadioQueue, RoutingHeard } from './tx-ports.ts';
import type { Waiting } from './tx-queue.ts';
import { end, takeInRadio } from './tx-state.ts';
import type { InRadio, TxState } from './tx-state.ts';

/** How often a frame is given to a radio that has no room for it, or a link that breaks with it. */
const MAX_TRIES = 4;
const FULL_WAIT_MS = 2_000;
/** A radio at the limit of its region has room again after minutes; what is urgent tries sooner. */
const LIMIT_WAIT_MS = 60_000;
const URGENT_WAIT_MS = 15_000;
/** Transmissions of a packet that nobody answers, the first one left out. */
const REPEATS = 2;

export const queueStatus = (state: TxState, status: RadioQueue): void => {
  const { packetId, res, free, length } = status;
  const { inRadio, room } = state;
  room.heard(free, length);
  if (packetId !== inRadio?.packetId) return;
  if (res === 0) taken(state, inRadio);
  // The firmware has no code of its own for a queue without room: it says that the request is bad.
  else if (res === BAD_REQUEST && free === 0) retry(state, inRadio.waiting, FULL_WAIT_MS, 'its queue is full');
  else refused(state, refusalOf(res));
};

const BAD_REQUEST = 32;

/** QueueStatus.res 33 and 34 are the radio's own codes; the others are those of Routing.Error. */
const refusalOf = (res: number): { readonly error: string; readonly text: string } => {
  const error = routingErrorName(res);
  if (res === 33) return { error, text: 'the radio has no LoRa interface' };
  if (res === 34) return { error, text: 'the radio may not transmit' };
  return { error, text: `the radio refused it: ${error}` };
};

/** The radio has put the frame into its queue. */
const taken = (state: TxState, { waiting, frame, packetId }: InRadio): void => {
  const { entry } = waiting;
  state.inRadio = undefined;
  const isLast = framesLeft(entry).length === 1;
  const isWhole = !isLast && isTransfer(entry, state.completeHash);
  if (isWhole) return end(state, entry, { reason: 'delivered', detail: wholeText(entry.sentFrames + 1) });
  if (!isLast) {
    const rest = { ...entry, sentFrames: entry.sentFrames + 1 };
    return state.policy.putBack({ ...waiting, entry: rest, notBeforeMs: state.nowMs, tries: 0 });
  }
  const delivered: Refusal = { reason: 'delivered', detail: `${packetText(packetId, frame)}${whichFrame(entry)}` };
  if (frame.to === BROADCAST || !frame.wantAck) return end(state, entry, delivered);
  const oldest = state.acks.add({ waiting, packetId, frame }, state.nowMs);
  if (oldest !== undefined) unacknowledged(state, oldest, 'too many others wait for an answer');
};

const packetText = (packetId: number, { port }: Frame): string => {
  const hex = (packetId >>> 0).toString(16).padStart(8, '0');
  return `packet ${hex} on port ${port}`;
};

export const routed = (state: TxState, { packetId, error, from }: RoutingHeard): void => {
  const { room, policy, inRadio, acks, nowMs } = state;
  const airMs = room.answered(packetId);
  // Nobody was heard to relay it: the radio has sent it as often as it does.
  if (error === 'MAX_RETRANSMIT') policy.budget.spend(REPEATS * airMs, nowMs);
  if (airMs > 0 && (error === 'NONE' || error === 'MAX_RETRANSMIT')) policy.answered(error === 'NONE');
  const awaited = acks.of(packetId);
  if (awaited !== undefined) return acknowledged(state, awaited, { packetId, error, from });
  if (packetId !== inRadio?.packetId) return;
  // Nobody answered what was sent: then it was sent, perhaps by an earlier life, as the packet that it is.
  const isSent = error === 'NONE' || noAnswers.has(error);
  if (!isSent) return refused(state, { error, text: `the radio refused it: ${error}` });
  taken(state, inRadio);
  const late = acks.of(packetId);
  if (late !== undefined) acknowledged(state, late, { packetId, error, from });
};

/** What became of a packet to one node. Our own node says so, too, when somebody relays it; that is no answer. */
const acknowledged = (state: TxState, awaited: AwaitedAck, { error, from }: RoutingHeard): void => {
  const { waiting, packetId, frame } = awaited;
  const node = nodeText(frame.to);
  if (error === 'NONE' && from !== frame.to) return;
  state.acks.remove(packetId);
  if (error === 'RATE_LIMIT_EXCEEDED') return retry(state, waiting, portGapMs(frame.port), 'too soon after another');
  if (error !== 'NONE') {
    return noAnswers.has(error)
      ? unacknowledged(state, awaited, error)
      : end(state, waiting.entry, { reason: 'radio_refused', detail: `it was not sent to ${node}: ${error}` });
  }
  const detail = `${packetText(packetId, frame)}; ${node} has acknowledged it`;
  end(state, waiting.entry, { reason: 'delivered', detail });
  state.outputs.push({ kind: 'acknowledged', transmission: waiting.entry, node: frame.to });
};

/** Routing.Error of a packet that was sent, and nobody knows whether it arrived. */
const noAnswers: ReadonlySet<string> = new Set(['MAX_RETRANSMIT', 'TIMEOUT', 'NO_RESPONSE', 'GOT_NAK', 'NO_ROUTE']);

export const unacknowledged = (state: TxState, { waiting, packetId, frame }: AwaitedAck, why: string): void => {
  const detail = `${packetText(packetId, frame)}; ${nodeText(frame.to)} has not acknowledged it: ${why}`;
  end(state, waiting.entry, { reason: 'unacknowledged', detail });
};

/** The radio does not want it, or not now. */
const refused = (state: TxState, { error, text }: { readonly error: string; readonly text: string }) => {
  const { inRadio, policy, nowMs } = state;
  if (inRadio === undefined) return;
  const { waiting, frame } = inRadio;
  if (error === 'RATE_LIMIT_EXCEEDED') return retry(state, waiting, portGapMs(frame.port), text);
  if (error === 'DUTY_CYCLE_LIMIT') {
    policy.budget.hold(nowMs + LIMIT_WAIT_MS);
    state.inRadio = undefined;
    const notBeforeMs = nowMs + (isUrgent(waiting.entry.result.kind) ? URGENT_WAIT_MS : LIMIT_WAIT_MS);
    return policy.putBack({ ...waiting, notBeforeMs, tries: waiting.tries + 1 });
  }
  end(state, takeInRadio(state), { reason: 'radio_refused', detail: text });
};

/** Once more, as another packet: the radio would drop the same one in silence. */
const retry = (state: TxState, waiting: Waiting, waitMs: number, why: string): void => {
  state.inRadio = undefined;
  const tries = waiting.tries + 1;
  if (tries >= MAX_TRIES) {
    return end(state, waiting.entry, { reason: 'radio_refused', detail: `${why}, ${tries} times` });
  }
  state.policy.putBack({ ...waiting, notBeforeMs: state.nowMs + Math.max(waitMs, FULL_WAIT_MS), tries });
};

/**
 * The link broke while the radio had a packet. A message is sent again over the next one, as the same packet: who has it
 * already will not see it twice. Of a state a newer report follows.
 */
export const linkBroke = (state: TxState): void => {
  const { inRadio, policy } = state;
  if (inRadio === undefined) return;
  const { waiting } = inRadio;
  const { kind } = waiting.entry.result;
  const losses = waiting.losses + 1;
  state.inRadio = undefined;
  if ((isUrgent(kind) || isMessage(kind)) && losses < MAX_TRIES) policy.putBack({ ...waiting, losses });
  else end(state, waiting.entry, { reason: 'radio_away', detail: 'the radio went away while it had the packet' });
};
