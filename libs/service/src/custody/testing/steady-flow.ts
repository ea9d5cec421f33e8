/** One origin and one sink in virtual time: a steady flow of items over a pipe that only takes its time. */
import { createOriginMachine } from '../origin.ts';
import type { OriginInput, OriginMachine } from '../origin-ports.ts';
import { createSinkMachine } from '../sink.ts';
import type { SinkInput, SinkMachine } from '../sink-ports.ts';
import { createTimeline } from './timeline.ts';

export interface SteadyFlowOptions {
  readonly items: number;
  readonly perSecond: number;
  /** There and back, journals left out. */
  readonly roundTripMs: number;
  /** Kills the worker: it and everything behind it in the pipe has no result for `restartMs`. */
  readonly poisonSeqs?: readonly number[];
  readonly restartMs?: number;
  /** One item a second for so long behind the others. */
  readonly thenSeconds?: number;
}

export interface SteadyFlow {
  readonly outcomes: ReadonlyMap<string, number>;
  /** From the accept to the hand, the slowest item that is not poison. */
  readonly slowestMs: number;
  readonly republished: number;
  readonly smallestWindow: number;
  readonly mostAnswerBytes: number;
}

const TICK_MS = 20;
const JOURNAL_MS = 2;

export const steadyFlow = (options: SteadyFlowOptions): SteadyFlow => {
  const { items, perSecond, roundTripMs, poisonSeqs = [], restartMs = 200, thenSeconds = 0 } = options;
  const timeline = createTimeline();
  const origin: OriginMachine<number> = createOriginMachine({ name: 'radio', nonce: 1n });
  const sink: SinkMachine<number> = createSinkMachine({ name: 'egress' });
  const outcomes = new Map<string, number>();
  const seen = { slowestMs: 0, smallestWindow: Infinity, mostAnswerBytes: 0 };
  let workerUpMs = 0;
  const count = (reason: string): void => void outcomes.set(reason, (outcomes.get(reason) ?? 0) + 1);

  const translate = (item: Parameters<typeof toSink>[0], payload: number): void => {
    if (timeline.nowMs < workerUpMs) return;
    if (poisonSeqs.includes(item.id.seq)) workerUpMs = timeline.nowMs + restartMs;
    else timeline.after(roundTripMs / 4, () => toSink(item, payload));
  };
  const toOrigin = (input: OriginInput<number>): void => {
    for (const output of origin.handle(input)) {
      if (output.kind === 'append') {
        const { number } = output;
        timeline.after(JOURNAL_MS, () => toOrigin({ kind: 'journaled', upTo: number, nowMs: timeline.nowMs }));
      } else if (output.kind === 'publish') {
        timeline.after(roundTripMs / 4, () => translate(output.item, output.payload));
      } else if (output.kind === 'void') {
        timeline.after(roundTripMs / 2, () => drive({ kind: 'void', request: output.request, nowMs: timeline.nowMs }));
      } else count(output.outcome.reason);
    }
  };
  const drive = (input: SinkInput<number>): void => {
    for (const output of sink.handle(input)) {
      if (output.kind === 'append') {
        const { number } = output;
        timeline.after(JOURNAL_MS, () => drive({ kind: 'journaled', upTo: number, nowMs: timeline.nowMs }));
      } else if (output.kind === 'hand') {
        const { id, result } = output.item;
        seen.slowestMs = Math.max(seen.slowestMs, timeline.nowMs - result);
        timeline.after(0, () =>
          drive({ kind: 'settled', item: id, ending: { reason: 'delivered', detail: '' }, nowMs: timeline.nowMs }),
        );
      } else if (output.kind === 'receipt') {
        timeline.after(roundTripMs / 2, () =>
          toOrigin({ kind: 'receipt', receipt: output.receipt, nowMs: timeline.nowMs }),
        );
      } else count(output.outcome.reason);
    }
  };
  const toSink = (item: Extract<SinkInput<number>, { kind: 'result' }>['item'], result: number): void =>
    drive({ kind: 'result', item, result, nowMs: timeline.nowMs });

  toOrigin({ kind: 'recovered', records: [], moment: { nowMs: 0, wallMs: 0, clockId: 'boot' } });
  toOrigin({ kind: 'alive', sinks: new Map([['egress', ['egress']]]), nowMs: 0 });
  toOrigin({ kind: 'connected', nowMs: 0 });
  drive({ kind: 'recovered', records: [], nowMs: 0 });
  const acceptAfter = (ms: number): void =>
    timeline.after(ms, () => {
      const { nowMs } = timeline;
      toOrigin({ kind: 'accept', payload: nowMs, destinations: ['egress'], nowMs });
    });
  const flowMs = (items * 1000) / perSecond;
  for (let at = 0; at < items; at++) acceptAfter(10 + (at * 1000) / perSecond);
  for (let second = 1; second <= thenSeconds; second++) acceptAfter(flowMs + second * 1000);
  const tick = (): void => {
    const { nowMs } = timeline;
    toOrigin({ kind: 'tick', nowMs });
    drive({ kind: 'tick', nowMs });
    seen.smallestWindow = Math.min(seen.smallestWindow, origin.window('egress') ?? Infinity);
    seen.mostAnswerBytes = Math.max(seen.mostAnswerBytes, sink.stats().answerBytes);
    timeline.after(TICK_MS, tick);
  };
  tick();
  timeline.run(flowMs + thenSeconds * 1000 + 20_000);
  return { outcomes, ...seen, republished: origin.stats().republished };
};
