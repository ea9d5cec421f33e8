/**
 * Fragments → results. Every worker hears every fragment and assembles every transfer; so one that dies costs nothing, and
 * fragments heard by different radios complete each other. What is not whole has no result: its origin keeps it.
 */
import { createFountainAssembler } from '@cotbus/codec';
import { create } from '@bufbuild/protobuf';
import { CoveredSchema, createMessage, itemKey } from '@cotbus/contracts';
import type { Covered, FrameHeard, RxResult } from '@cotbus/contracts';
import { rendezvous } from '@cotbus/service';
import { resultOf } from './translate.ts';

interface Assembled {
  readonly result: RxResult;
  /** Payload for its sender, who need not repeat it: that all of it arrived. */
  readonly answer?: Uint8Array | undefined;
}

export interface Assemble {
  /** @returns undefined while it is not whole, or when it is another worker's turn to say what came out. */
  (heard: FrameHeard, nowMs: number): Assembled | undefined;
}

/**
 * @param self this worker's instance
 * @param workers instances that are alive
 */
export const createAssemble = (self: string, workers: () => readonly string[]): Assemble => {
  const assembler = createFountainAssembler<Covered>();

  /** The worker of rank n in the rendezvous speaks from the n-th repeat of a fragment on: the first ones have died. */
  const isOurTurn = (transfer: string, attempt: number): boolean =>
    rendezvous(transfer, [...new Set([...workers(), self])]).indexOf(self) < attempt;

  return (heard, nowMs) => {
    const { item, mesh, from: sender, payload } = heard;
    if (item?.id === undefined) return undefined;
    if (heard.sender?.ignored === true) {
      const detail = 'the owner of the radio ignores this node';
      return { result: resultOf(heard, { ok: false, reason: 'ignored', detail }) };
    }
    const covered = create(CoveredSchema, { id: item.id, sinks: item.addressed.map(({ sink }) => sink) });
    const key = itemKey(item.id);
    const assembled = assembler.add({ item: covered, key, mesh, sender, payload, nowMs });
    switch (assembled.kind) {
      case 'progress':
        return undefined;
      case 'refused':
        return { result: resultOf(heard, assembled.refusal) };
      case 'whole':
      case 'surplus': {
        const { transfer, covers, result, ack } = assembled;
        if (!isOurTurn(transfer, item.attempt)) return undefined;
        // Each fragment has a hash of its own; two of them are no duplicates of one another.
        const whole = { ...resultOf(heard, result), frameHash: 0n, transfer, covers: [...covers] };
        const isFirst = assembled.kind === 'whole' && item.attempt === 1;
        return { result: createMessage('rxResult', whole), answer: isFirst ? ack : undefined };
      }
    }
  };
};
