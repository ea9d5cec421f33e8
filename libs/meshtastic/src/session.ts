/**
 * The host's side of the client API, from the opened link to its death, as a pure state machine.
 *
 *   closed → config (want_config 69420) → ready, nodes in the background (want_config 69421) → ready, heartbeats
 *
 * A restart of the radio leads back to `config`. Packets are handed out in every phase.
 */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { CONFIG_NONCE, dumpFate, isDumpPart, MAX_REQUESTS, newDump, NODES_NONCE } from './dump.ts';
import type { Dump } from './dump.ts';
import { isReplayed } from './replayed.ts';
import { collect, emptyDraft, isComplete, radioInfo } from './radio-info.ts';
import type { RadioDraft, RadioInfo } from './radio-info.ts';

/** The radio ends a session after 15 minutes without a message of the host; a dead link should show earlier. */
const HEARTBEAT_MS = 60_000;
const HEARTBEAT_ANSWER_MS = 5000;
const MAX_MISSED_HEARTBEATS = 2;
/** Console text in mid-session may mean that the radio has restarted; it is asked at most so often. */
const SUSPICION_MS = 60_000;

/** Why a session is over; the link is of no more use. */
export type CloseReason =
  /** No framed message at all. */
  | 'no_answer'
  /** The radio talks, but a dump did not come to its end. */
  | 'handshake_timeout'
  /** The dump came to its end and never held the node number. */
  | 'handshake_incomplete'
  | 'heartbeat_missed';

export type SessionInput =
  /** The link is open; on a serial line the wake bytes are written. */
  | { readonly kind: 'opened'; readonly nowMs: number }
  | { readonly kind: 'message'; readonly message: meshtastic.FromRadio; readonly nowMs: number }
  /** Console text came over the link. */
  | { readonly kind: 'text'; readonly nowMs: number }
  /** About once a second. */
  | { readonly kind: 'tick'; readonly nowMs: number }
  | { readonly kind: 'closed' };

export type SessionOutput =
  | { readonly kind: 'send'; readonly message: meshtastic.ToRadio }
  /** The radio can be used. After `rebooted` it comes again. */
  | { readonly kind: 'ready'; readonly radio: RadioInfo }
  /** Something of it is not as it was in `ready`. */
  | { readonly kind: 'changed'; readonly radio: RadioInfo }
  /** The radio has restarted and what it was to send is gone; `ready` follows. */
  | { readonly kind: 'rebooted' }
  /** `replayed`: the radio's memory of what it once heard, see replayed.ts. */
  | { readonly kind: 'packet'; readonly packet: meshtastic.MeshPacket; readonly replayed: boolean }
  | { readonly kind: 'nodeInfo'; readonly info: meshtastic.NodeInfo }
  | { readonly kind: 'nodesComplete' }
  | { readonly kind: 'queueStatus'; readonly status: meshtastic.QueueStatus }
  | { readonly kind: 'notification'; readonly notification: meshtastic.ClientNotification }
  | { readonly kind: 'log'; readonly record: meshtastic.LogRecord }
  /** Close the link; nothing comes after it. */
  | { readonly kind: 'close'; readonly reason: CloseReason };

interface Heartbeat {
  readonly sentMs: number;
  readonly missed: number;
  readonly waiting: boolean;
}

export type SessionState =
  /** Before it was opened and after its end. */
  | { readonly phase: 'closed' }
  | {
      readonly phase: 'config';
      readonly draft: RadioDraft;
      readonly dump: Dump;
      /** Any message came since the link was opened. */
      readonly answered: boolean;
      /** Nodes came with the configuration: this firmware sends everything at once. */
      readonly nodesCame: boolean;
    }
  | {
      readonly phase: 'ready';
      readonly draft: RadioDraft;
      readonly radio: RadioInfo;
      /** Of the nodes, while it is under way. */
      readonly dump: Dump | undefined;
      readonly heartbeat: Heartbeat;
      readonly suspectedMs: number;
    };

type Config = Extract<SessionState, { phase: 'config' }>;
type Ready = Extract<SessionState, { phase: 'ready' }>;

export interface SessionStep {
  readonly state: SessionState;
  readonly outputs: readonly SessionOutput[];
}

export const sessionStart = (): SessionState => ({ phase: 'closed' });

/** What becomes of the session, and what is to be done, in this order. `nowMs` never goes back. */
export const sessionStep = (state: SessionState, input: SessionInput): SessionStep => {
  if (input.kind === 'closed') return { state: sessionStart(), outputs: [] };
  if (input.kind === 'opened') return startConfig(input.nowMs, false);
  if (state.phase === 'closed') return { state, outputs: [] };
  switch (input.kind) {
    case 'message':
      return onMessage(state, input.message, input.nowMs);
    case 'text':
      return state.phase === 'ready' ? onText(state, input.nowMs) : { state, outputs: [] };
    case 'tick':
      return state.phase === 'config' ? tickConfig(state, input.nowMs) : tickReady(state, input.nowMs);
  }
};

const onMessage = (state: Config | Ready, message: meshtastic.FromRadio, nowMs: number): SessionStep => {
  if (hasRestarted(state, message)) return onRestart(state, message, nowMs);
  const handed = handOut(message);
  const next = state.phase === 'config' ? configMessage(state, message, nowMs) : readyMessage(state, message, nowMs);
  return { state: next.state, outputs: [...handed, ...next.outputs] };
};

/** What is passed on in every phase. */
const handOut = ({ payloadVariant }: meshtastic.FromRadio): readonly SessionOutput[] => {
  switch (payloadVariant.case) {
    case 'packet':
      return [{ kind: 'packet', packet: payloadVariant.value, replayed: isReplayed(payloadVariant.value) }];
    case 'nodeInfo':
      return [{ kind: 'nodeInfo', info: payloadVariant.value }];
    case 'queueStatus':
      return [{ kind: 'queueStatus', status: payloadVariant.value }];
    case 'clientNotification':
      return [{ kind: 'notification', notification: payloadVariant.value }];
    case 'logRecord':
      return [{ kind: 'log', record: payloadVariant.value }];
    default:
      return [];
  }
};

/** Firmware that does not say `rebooted` shows it by a count that went on. */
const hasRestarted = ({ draft }: Config | Ready, { payloadVariant }: meshtastic.FromRadio): boolean =>
  (payloadVariant.case === 'rebooted' && payloadVariant.value) ||
  (payloadVariant.case === 'myInfo' &&
    draft.myInfo !== undefined &&
    draft.myInfo.rebootCount !== payloadVariant.value.rebootCount);

const onRestart = (state: Config | Ready, message: meshtastic.FromRadio, nowMs: number): SessionStep => {
  const restarted = startConfig(nowMs, true);
  const outputs = [...(state.phase === 'ready' ? [{ kind: 'rebooted' } as const] : []), ...restarted.outputs];
  // A radio that restarts for ever does not keep the session open for ever.
  const startedMs = state.phase === 'config' ? state.dump.startedMs : nowMs;
  const config = restarted.state;
  return { state: { ...config, draft: collect(config.draft, message), dump: { ...config.dump, startedMs } }, outputs };
};

const startConfig = (nowMs: number, answered: boolean) => {
  const dump = newDump(CONFIG_NONCE, nowMs);
  const state: Config = { phase: 'config', draft: emptyDraft, dump, answered, nodesCame: false };
  return { state, outputs: [request(dump)] };
};

const configMessage = (state: Config, message: meshtastic.FromRadio, nowMs: number): SessionStep => {
  const { case: variant, value } = message.payloadVariant;
  const next: Config = {
    ...state,
    draft: collect(state.draft, message),
    dump: isDumpPart(message) ? { ...state.dump, progressMs: nowMs } : state.dump,
    answered: true,
    nodesCame: state.nodesCame || (variant === 'nodeInfo' && value.num !== state.draft.myInfo?.myNodeNum),
  };
  return variant === 'configCompleteId' && value === CONFIG_NONCE
    ? endConfig(next, nowMs)
    : { state: next, outputs: [] };
};

const endConfig = (state: Config, nowMs: number): SessionStep => {
  const { draft, dump, nodesCame } = state;
  // A part was lost on the line: the next dump brings it.
  if (!isComplete(draft) && dump.requests < MAX_REQUESTS) return requestAgain(state, dump, nowMs);
  const radio = radioInfo(draft);
  if (radio === undefined) return close('handshake_incomplete');
  const nodes = newDump(NODES_NONCE, nowMs);
  const heartbeat = { sentMs: nowMs, missed: 0, waiting: false };
  return {
    state: { phase: 'ready', draft, radio, dump: nodesCame ? undefined : nodes, heartbeat, suspectedMs: nowMs },
    outputs: [{ kind: 'ready', radio }, nodesCame ? { kind: 'nodesComplete' } : request(nodes)],
  };
};

const readyMessage = (state: Ready, message: meshtastic.FromRadio, nowMs: number): SessionStep => {
  const { case: variant, value } = message.payloadVariant;
  const draft = collect(state.draft, message);
  const radio = draft === state.draft ? state.radio : (radioInfo(draft) ?? state.radio);
  const isChanged = radio !== state.radio && JSON.stringify(radio) !== JSON.stringify(state.radio);
  const nodesEnd = state.dump !== undefined && variant === 'configCompleteId' && value === NODES_NONCE;
  const dump = state.dump === undefined || !isDumpPart(message) ? state.dump : { ...state.dump, progressMs: nowMs };
  return {
    state: {
      ...state,
      draft,
      radio,
      dump: nodesEnd ? undefined : dump,
      heartbeat: nextHeartbeat(state.heartbeat, variant === 'queueStatus', nodesEnd, nowMs),
    },
    outputs: [
      ...(isChanged ? [{ kind: 'changed', radio } as const] : []),
      ...(nodesEnd ? [{ kind: 'nodesComplete' } as const] : []),
    ],
  };
};

const nextHeartbeat = (heartbeat: Heartbeat, answered: boolean, nodesEnd: boolean, nowMs: number): Heartbeat => {
  if (nodesEnd) return { sentMs: nowMs, missed: 0, waiting: false };
  return answered ? { ...heartbeat, missed: 0, waiting: false } : heartbeat;
};

const onText = (state: Ready, nowMs: number): SessionStep => {
  if (nowMs - state.suspectedMs < SUSPICION_MS) return { state, outputs: [] };
  // If it has restarted, its count tells; if not, nothing changes.
  return { state: { ...state, suspectedMs: nowMs }, outputs: [request({ nonce: CONFIG_NONCE })] };
};

const tickConfig = (state: Config, nowMs: number): SessionStep =>
  dumpFate(state.dump, nodeCount(state), nowMs) === 'failed'
    ? close(state.answered ? 'handshake_timeout' : 'no_answer')
    : tickDump(state, state.dump, nowMs);

const tickReady = (state: Ready, nowMs: number): SessionStep => {
  const { dump, heartbeat } = state;
  if (dump !== undefined) {
    return dumpFate(dump, nodeCount(state), nowMs) === 'failed'
      ? close('handshake_timeout')
      : tickDump(state, dump, nowMs);
  }
  const waitedMs = nowMs - heartbeat.sentMs;
  if (waitedMs < (heartbeat.waiting ? HEARTBEAT_ANSWER_MS : HEARTBEAT_MS)) return { state, outputs: [] };
  const missed = heartbeat.missed + (heartbeat.waiting ? 1 : 0);
  if (missed >= MAX_MISSED_HEARTBEATS) return close('heartbeat_missed');
  return {
    state: { ...state, heartbeat: { sentMs: nowMs, missed, waiting: true } },
    outputs: [{ kind: 'send', message: toRadio({ case: 'heartbeat', value: create(meshtastic.HeartbeatSchema) }) }],
  };
};

const tickDump = (state: Config | Ready, dump: Dump, nowMs: number): SessionStep =>
  dumpFate(dump, nodeCount(state), nowMs) === 'stopped' ? requestAgain(state, dump, nowMs) : { state, outputs: [] };

const nodeCount = ({ draft }: Config | Ready): number => draft.myInfo?.nodedbCount ?? 0;

const requestAgain = (state: Config | Ready, dump: Dump, nowMs: number): SessionStep => ({
  state: { ...state, dump: { ...dump, progressMs: nowMs, requests: dump.requests + 1 } },
  outputs: [request(dump)],
});

const request = ({ nonce }: { readonly nonce: number }): SessionOutput => ({
  kind: 'send',
  message: toRadio({ case: 'wantConfigId', value: nonce }),
});

const toRadio = (payloadVariant: meshtastic.ToRadio['payloadVariant']): meshtastic.ToRadio =>
  create(meshtastic.ToRadioSchema, { payloadVariant });

const close = (reason: CloseReason): SessionStep => ({ state: sessionStart(), outputs: [{ kind: 'close', reason }] });
