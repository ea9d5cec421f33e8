/** Why a node is on the map or not: the last outcomes that decided it. Pure. */
import type { Outcome } from '@cotbus/contracts';
import { Kind, Reason, reasonText } from '@cotbus/contracts';
import { clip, MAX_NODES, setBounded } from './bounds.ts';
import { nodeKey } from './nodes.ts';
import type { VisibilityView } from './view.ts';

/** The same packet, or a newer one, ended another way: these decide nothing. */
const elsewhere: ReadonlySet<Reason> = new Set([Reason.DUPLICATE, Reason.SUPERSEDED]);

/** Rightly not shown: a reason only as long as nothing else was heard of the node. */
const byTheWay: ReadonlySet<Reason> = new Set([Reason.NOT_FOR_TAK, Reason.TAK_IDENTITY, Reason.LOOP]);

/** Refusals come without a kind, since nothing was understood; a refused chat does not hide its sender. */
const isAboutPlace = (kind: Kind): boolean => kind === Kind.PLI || kind === Kind.REFUSED || kind === Kind.UNSPECIFIED;

export interface Fates {
  /**
   * `atMs` by the console's clock.
   * @returns whether it may have decided anything about the node.
   */
  note(outcome: Outcome, atMs: number): boolean;
  /** The same of an earlier one that comes later. */
  notePast(outcome: Outcome, atMs: number): boolean;
  of(mesh: string, num: number): VisibilityView;
}

const unknown: VisibilityView = { state: 'unknown', reason: null, detail: '', destination: '', atMs: null };

export const createFates = (): Fates => {
  const fates = new Map<string, VisibilityView>();
  const note = (outcome: Outcome, atMs: number): boolean => {
    if (outcome.node === 0 || elsewhere.has(outcome.reason) || !isAboutPlace(outcome.kind)) return false;
    const key = nodeKey(outcome.mesh, outcome.node);
    if (byTheWay.has(outcome.reason) && fates.has(key)) return false;
    const reason = reasonText(outcome.reason);
    const state = reason === 'delivered' ? 'visible' : 'not_visible';
    const fate = { state, reason, detail: clip(outcome.detail), destination: clip(outcome.destination), atMs } as const;
    setBounded(fates, key, fate, MAX_NODES);
    return true;
  };
  return {
    note,
    notePast: (outcome, atMs) => {
      const known = fates.get(nodeKey(outcome.mesh, outcome.node))?.atMs ?? null;
      return (known === null || known <= atMs) && note(outcome, atMs);
    },
    of: (mesh, num) => fates.get(nodeKey(mesh, num)) ?? unknown,
  };
};
