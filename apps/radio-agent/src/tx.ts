/** The sending side: what workers made of TAK events → the gate → the queue → the radio; each ends with one outcome. */
import { itemKey, Reason, reasonOf, reasonText } from '@cotbus/contracts';
import type { ChannelStatus, TxResult } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import type { Clock, Logger, OutcomeLog, SeenItems } from '@cotbus/service';
import type { ToMeshOptions } from './options.ts';
import { createTransmitter } from './transmitter.ts';
import type { Transmitter } from './transmitter.ts';
import { createTxGate } from './tx-gate.ts';

export interface SenderParts {
  readonly mesh: string;
  readonly options: ToMeshOptions;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outcomes: OutcomeLog;
  readonly seen: SeenItems;
  /** Of the radio, as it is now; empty before it was ever ready. */
  readonly channels: () => readonly ChannelStatus[];
}

export interface Sender {
  /** A result that names this agent. */
  take(result: TxResult): void;
  readonly transmitter: Transmitter;
}

export const createSender = (parts: SenderParts): Sender => {
  const { mesh, options, clock, log, outcomes, seen, channels } = parts;
  const gate = createTxGate(options);

  const end = (result: TxResult, reason: Reason, detail: string): void => {
    const { item, kind, uid, callsign } = result;
    if (item?.id === undefined) return;
    outcomes.record({ item: item.id, destination: mesh, reason, detail, kind, uid, callsign, mesh });
    const level = reason === Reason.DELIVERED ? 'info' : 'warn';
    log[level]({ item: itemKey(item.id), uid: printable(uid), reason: reasonText(reason), detail }, 'event.ended');
  };
  const transmitter = createTransmitter({
    clock,
    ended: (result, reason, detail) => end(result, reasonOf(reason), detail),
  });

  return {
    transmitter,
    take: (result) => {
      if (result.item?.id === undefined || !seen.firstSight(result.item.id)) return;
      if (result.mesh !== mesh) {
        end(result, Reason.IMPOSSIBLE, `this radio is on mesh ${mesh}`);
        return;
      }
      const { case: outcome, value } = result.result;
      if (outcome !== 'frame') {
        end(result, value?.reason ?? Reason.GARBLED, value?.detail ?? 'the result is empty');
        return;
      }
      const nowMs = clock.monotonic();
      const refused = gate.refuse(result, channels(), nowMs);
      if (refused !== undefined) {
        end(result, reasonOf(refused.reason), refused.detail);
        return;
      }
      gate.passed(result.uid, nowMs);
      transmitter.offer(result);
    },
  };
};
