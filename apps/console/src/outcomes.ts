/** The last outcomes of all owners, and how many ended by which reason. Pure. */
import type { Outcome, OutcomeBatch } from '@cotbus/contracts';
import { kindText, nodeText, reasonText } from '@cotbus/contracts';
import { clip, MAX_OUTCOMES, MAX_OWNERS, setBounded } from './bounds.ts';
import { ourTime } from './our-time.ts';
import type { OutcomeView, ReasonText, View } from './view.ts';

type KnownOutcome = Omit<OutcomeView, 'ageMs'> & { readonly atMs: number };

/** How far an owner's numbers have come. */
interface Progress {
  readonly journal: string;
  readonly next: number;
}

export interface Outcomes {
  /**
   * Takes what is new of a batch: an owner may publish a number again.
   * @returns the outcomes taken, with their time by the console's clock.
   */
  take(batch: OutcomeBatch, behindMs: number, nowMs: number): { outcome: Outcome; atMs: number }[];
  view(nowMs: number): Pick<View, 'outcomes' | 'outcomeCounts' | 'outcomesMissed'>;
}

export const createOutcomes = (): Outcomes => {
  const newestFirst: KnownOutcome[] = [];
  const counts: Partial<Record<ReasonText, number>> = {};
  const owners = new Map<string, Progress>();
  let missed = 0;

  return {
    take: (batch, behindMs, nowMs) => {
      const journal = `${batch.incarnation}.${batch.nonce.toString(16)}`;
      const before = owners.get(batch.owner);
      const next = before?.journal === journal ? before.next : batch.firstNumber;
      const end = batch.firstNumber + batch.outcomes.length;
      if (end <= next) return [];
      missed += Math.max(0, batch.firstNumber - next);
      setBounded(owners, batch.owner, { journal, next: end }, MAX_OWNERS);

      const first = Math.max(0, next - batch.firstNumber);
      const taken = batch.outcomes
        .slice(first)
        .map((outcome) => ({ outcome, atMs: ourTime(outcome.atMs, behindMs, nowMs) }));
      for (const [index, { outcome, atMs }] of taken.entries()) {
        const reason = reasonText(outcome.reason);
        counts[reason] = (counts[reason] ?? 0) + 1;
        const id = `${batch.owner}/${journal}/${batch.firstNumber + first + index}`;
        newestFirst.unshift(readOutcome(outcome, { id, owner: clip(batch.owner), atMs }));
        if (newestFirst.length > MAX_OUTCOMES) newestFirst.pop();
      }
      return taken;
    },
    view: (nowMs) => ({
      outcomes: newestFirst.map(({ atMs, ...rest }) => ({ ...rest, ageMs: Math.max(0, nowMs - atMs) })),
      outcomeCounts: { ...counts },
      outcomesMissed: missed,
    }),
  };
};

const readOutcome = (outcome: Outcome, known: Pick<KnownOutcome, 'id' | 'owner' | 'atMs'>): KnownOutcome => ({
  ...known,
  destination: clip(outcome.destination),
  reason: reasonText(outcome.reason),
  detail: clip(outcome.detail),
  kind: kindText(outcome.kind),
  uid: clip(outcome.uid),
  callsign: clip(outcome.callsign),
  mesh: clip(outcome.mesh),
  node: outcome.node === 0 ? '' : nodeText(outcome.node),
  port: outcome.port,
});
