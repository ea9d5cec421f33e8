/** The sending side: what workers made of TAK events → the gate → the queue → the radio; each ends with one outcome. */
import { create } from '@bufbuild/protobuf';
import { readAck } from '@cotbus/codec';
import {
  BROADCAST,
  FrameSchema,
  isStateKind,
  itemKey,
  meshtastic,
  nodeText,
  Reason,
  reasonOf,
  reasonText,
  TxResultSchema,
} from '@cotbus/contracts';
import type { ChannelStatus, Frame, Kind, ReasonName, TxResult } from '@cotbus/contracts';
import { createStateOrder, custodyParts, openCustodySink, printable, createKnownMessages } from '@cotbus/service';
import type { CustodySink, HeardResult, ItemName, OutcomeLog, ServiceContext, TakenItem } from '@cotbus/service';
import type { Ending } from './air-policy.ts';
import { createAirTally } from './air-tally.ts';
import type { AirTally } from './air-tally.ts';
import type { RadioOptions } from './options.ts';
import type { Refusal } from './refusal.ts';
import { createTransmitter } from './transmitter.ts';
import type { Transmitter } from './transmitter.ts';
import { airClosed, channelClosed, createTxGate } from './tx-gate.ts';
import { rulesOf } from './tx-rules.ts';
import type { KindRules } from './tx-rules.ts';

export interface SenderParts {
  readonly context: ServiceContext;
  readonly mesh: string;
  readonly options: RadioOptions;
  readonly outcomes: OutcomeLog;
  /** Of the radio, as it is now; empty before it was ever ready. */
  readonly channels: () => readonly ChannelStatus[];
  /** Why events are written in the dialect that they are, in words. */
  readonly dialectWhy: () => string;
  /** From createPacketIds. */
  readonly nextId: () => number;
  /** A node has acknowledged what was for it alone. */
  readonly acknowledged: (result: TxResult, node: number) => void;
}

export interface Sender {
  /** A result that names this agent. */
  take(result: TxResult, bytes: Uint8Array): void;
  readonly transmitter: Transmitter;
  readonly tally: AirTally;
}

const MAX_ANSWER_HEX = 100;

/** Nothing went to the radio: another agent of the mesh may try. */
const notSent: ReadonlySet<ReasonName> = new Set(['queue_full', 'stopping']);

/** @throws ServiceError `journal_unusable`. */
export const openSender = async (parts: SenderParts): Promise<Sender> => {
  const { context, mesh, options, outcomes, channels } = parts;
  const { toMesh, direction } = options;
  const { bus, clock, instance, log, onStop } = context;
  const gate = createTxGate(toMesh, direction);
  const order = createStateOrder();
  const results = createKnownMessages(TxResultSchema);
  const rules = (kind: Kind) => rulesOf(kind, toMesh, options.channels);

  const end = (id: ItemName, reason: ReasonName, detail: string): void =>
    sink.settle(id, { reason, detail }, notSent.has(reason));
  const tally = createAirTally();
  const transmitter = openTransmitter(parts, rules, tally, ({ transmission: { id, result }, reason, detail }) => {
    tally.ended(result.kind, reason, clock.monotonic());
    const { stripped } = result;
    const why = reason === 'delivered' ? `; ${saidFirst(result) ?? parts.dialectWhy()}` : '';
    const without = reason === 'delivered' && stripped.length > 0 ? `; given up: ${stripped.join(', ')}` : '';
    end(id, reason, `${detail}${why}${without}`);
  });

  const hand = (taken: TakenItem<HeardResult>, repeat: boolean): void => {
    const { id, heardMs, lifeUntilMs } = taken;
    const result = results.of(taken.result.message);
    const refusal =
      refuse(result, mesh, repeat) ?? gate.refuse(result, clock.monotonic()) ?? supersede(result, id, heardMs);
    if (refusal !== undefined) {
      tally.refused(result.kind, refusal.reason, clock.monotonic());
      end(id, refusal.reason, refusal.detail);
      return;
    }
    const nowMs = clock.monotonic();
    gate.passed(result, nowMs);
    const expiresMs = Math.min(lifeUntilMs, nowMs + rules(result.kind).lifeMs);
    tally.offered(result.kind);
    transmitter.offer({ id, result, expiresMs, sentFrames: 0 });
  };
  const supersede = ({ kind, uid }: TxResult, id: ItemName, heardMs: number) =>
    isStateKind(kind) && !order.isNewest(uid, id, heardMs)
      ? { reason: 'superseded' as const, detail: 'something newer of this uid was on its way before' }
      : undefined;

  const sink: CustodySink = await openCustodySink({
    ...custodyParts(context, outcomes),
    hand,
    ended: ({ item, destination, reason, detail }, taken) => {
      const result = results.of(taken.result.message);
      const { uid } = result;
      const known = reasonOf(reason as ReasonName);
      outcomes.record({ item, destination, reason: known, detail, mesh, ...aboutOf(result) });
      const level = known === Reason.DELIVERED ? 'info' : 'warn';
      log[level]({ item: itemKey(item), uid: printable(uid), reason, detail }, 'event.ended');
    },
    endedBefore: ({ item, destination, reason, detail }, taken) => {
      const result = taken && results.of(taken.result.message);
      const about = aboutOf(result);
      // What was sent before the restart is still newer than what comes late.
      if (taken !== undefined && result !== undefined && isStateKind(result.kind)) {
        order.isNewest(result.uid, item, taken.heardMs);
      }
      outcomes.recordOnce({ item, destination, reason: reasonOf(reason as ReasonName), detail, mesh, ...about });
    },
  });
  onStop('custody of events', () => sink.close());
  await sink.begin();
  onStop('transmitter', () => transmitter.stop());
  await bus.subscribe('command', { target: instance, verb: 'answer' }, (command) => {
    const frame = command && answerFrame(command.arguments['payload'] ?? '');
    if (frame !== undefined && airClosed(channels(), options) === '') transmitter.answer(frame);
  });

  return {
    transmitter,
    tally,
    take: (result, bytes) => {
      results.know(bytes, result);
      sink.take(result.item, bytes);
    },
  };
};

const openTransmitter = (
  { context: { clock, status }, options: { toMesh }, channels, nextId, acknowledged }: SenderParts,
  rules: (kind: Kind) => KindRules,
  tally: AirTally,
  ended: (ending: Ending) => void,
): Transmitter =>
  createTransmitter({
    clock,
    nextId,
    options: toMesh,
    rules,
    // Of the radio that is there now: before it is ready nothing is known of its channels.
    refuse: ({ result: { kind } }) => {
      const closed = channelClosed(channels(), toMesh, rules(kind).channel);
      return closed === '' ? undefined : { reason: 'channel_closed', detail: closed };
    },
    ended,
    acknowledged: ({ result }, node) => acknowledged(result, node),
    spent: (airMs, transmission) => {
      if (transmission !== undefined) tally.spent(transmission.result.kind, airMs, clock.monotonic());
      status.count('air_packets_total');
      status.count('air_milliseconds_total', Math.round(airMs));
    },
  });

/** Of what a gateway says again: in which dialect is not for the radio to choose then. */
const saidFirst = ({ result: { case: what, value } }: TxResult): string | undefined =>
  what === 'frame' && value.saidBy !== 0 ? `said first by ${nodeText(value.saidBy)}` : undefined;

/** What no frame came of, and what an earlier life may have sent. */
const refuse = (result: TxResult, mesh: string, repeat: boolean): Refusal | undefined => {
  const { case: outcome, value } = result.result;
  if (result.mesh !== mesh) return { reason: 'impossible', detail: `this radio is on mesh ${mesh}` };
  if (outcome !== 'frame') {
    const reason = reasonText(value?.reason ?? Reason.GARBLED);
    return { reason: reason === 'unknown' ? 'unsupported' : reason, detail: value?.detail ?? 'the result is empty' };
  }
  // A newer report follows, and what was on its way may be minutes old.
  return repeat && isStateKind(result.kind)
    ? { reason: 'radio_silent', detail: 'the agent was restarted; it may have been sent' }
    : undefined;
};

/** To the sender of a transfer, and all who hear it; undefined for what is no such answer. */
const answerFrame = (hex: string): Frame | undefined => {
  const payload = Uint8Array.from(Buffer.from(hex.slice(0, MAX_ANSWER_HEX), 'hex'));
  return readAck(payload).ok
    ? create(FrameSchema, { port: meshtastic.PortNum.ATAK_FORWARDER, payload, to: BROADCAST })
    : undefined;
};

const aboutOf = (result: TxResult | undefined) => {
  const { kind = 0, uid = '', callsign = '' } = result ?? {};
  return { kind, uid, callsign };
};
