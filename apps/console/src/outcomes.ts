/** The last outcomes of all owners, and how many ended by which reason. Pure. */
import type { Outcome, OutcomeBatch } from '@cotbus/contracts';
import { itemKey, kindText, nodeText, reasonText } from '@cotbus/contracts';
import { clip, MAX_OUTCOMES, MAX_OWNERS, setBounded } from './bounds.ts';
import { ourTime } from './our-time.ts';
import type { Records } from './records.ts';
import type { OutcomeView, ReasonText } from './view.ts';

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
  /**
   * Takes what an owner has recorded before, oldest first: what is known already is left alone, and nothing is counted.
   * @returns the outcomes taken.
   */
  takePast(
    owner: string,
    outcomes: readonly Outcome[],
    behindMs: number,
    nowMs: number,
  ): { outcome: Outcome; atMs: number }[];
  readonly counts: Readonly<Partial<Record<ReasonText, number>>>;
  /** Outcomes whose copies never came: their numbers were skipped. */
  readonly missed: number;
}

export const createOutcomes = (records: Records<OutcomeView>): Outcomes => {
  const counts: Partial<Record<ReasonText, number>> = {};
  const owners = new Map<string, Progress>();
  let missed = 0;
  let order = 0;
  let pastOrder = 0;

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
        order += 1;
        const key = keyOf(outcome, `${batch.owner}/${journal}/${batch.firstNumber + first + index}`);
        records.set(key, readOutcome(outcome, { key, order, owner: clip(batch.owner), atMs }));
      }
      return taken;
    },
    takePast: (owner, outcomes, behindMs, nowMs) => {
      const taken = outcomes
        .map((outcome, index) => ({
          outcome,
          atMs: ourTime(outcome.atMs, behindMs, nowMs),
          key: keyOf(outcome, `${owner}/past/${index}`),
        }))
        .filter(({ key }) => records.get(key) === undefined);
      // The newest are kept where there is not room for all; all are older than what came by itself.
      const room = Math.max(0, MAX_OUTCOMES - records.size);
      for (const { outcome, atMs, key } of taken.toReversed().slice(0, room)) {
        pastOrder -= 1;
        records.set(key, readOutcome(outcome, { key, order: pastOrder, owner: clip(owner), atMs }));
      }
      return taken;
    },
    counts,
    get missed() {
      return missed;
    },
  };
};

/** An item ends once at a destination. */
const keyOf = ({ item, destination }: Outcome, otherwise: string): string =>
  item === undefined ? otherwise : `${itemKey(item)} ${destination}`;

const readOutcome = (outcome: Outcome, known: Pick<OutcomeView, 'key' | 'order' | 'owner' | 'atMs'>): OutcomeView => ({
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
