/** Why a node is on the map or not: the last outcomes that decided it. Pure. */
import type { Outcome } from '@cotbus/contracts';
import { Kind, Reason, reasonText } from '@cotbus/contracts';
import { clip, MAX_NODE_STATES, setBounded } from './bounds.ts';
import type { ReasonText, VisibilityView } from './view.ts';

interface Fate {
  readonly reason: ReasonText;
  readonly detail: string;
  readonly destination: string;
  readonly atMs: number;
}

/** The same packet, or a newer one, ended another way: these decide nothing. */
const elsewhere: ReadonlySet<Reason> = new Set([Reason.DUPLICATE, Reason.SUPERSEDED]);

/** Rightly not shown: a reason only as long as nothing else was heard of the node. */
const byTheWay: ReadonlySet<Reason> = new Set([Reason.NOT_FOR_TAK, Reason.TAK_IDENTITY, Reason.LOOP]);

/** Refusals come without a kind, since nothing was understood; a refused chat does not hide its sender. */
const isAboutPlace = (kind: Kind): boolean => kind === Kind.PLI || kind === Kind.REFUSED || kind === Kind.UNSPECIFIED;

export interface Fates {
  /** `atMs` by the console's clock. */
  note(outcome: Outcome, atMs: number): void;
  of(mesh: string, num: number, nowMs: number): VisibilityView;
}

const unknown: VisibilityView = { state: 'unknown', reason: null, detail: '', destination: '', ageMs: null };

export const createFates = (): Fates => {
  const fates = new Map<string, Fate>();
  return {
    note: (outcome, atMs) => {
      if (outcome.node === 0 || elsewhere.has(outcome.reason) || !isAboutPlace(outcome.kind)) return;
      const key = nodeKey(outcome.mesh, outcome.node);
      if (byTheWay.has(outcome.reason) && fates.has(key)) return;
      const fate = {
        reason: reasonText(outcome.reason),
        detail: clip(outcome.detail),
        destination: clip(outcome.destination),
        atMs,
      };
      setBounded(fates, key, fate, MAX_NODE_STATES);
    },
    of: (mesh, num, nowMs) => {
      const fate = fates.get(nodeKey(mesh, num));
      if (fate === undefined) return unknown;
      const { reason, detail, destination } = fate;
      const state = reason === 'delivered' ? 'visible' : 'not_visible';
      return { state, reason, detail, destination, ageMs: Math.max(0, nowMs - fate.atMs) };
    },
  };
};

/** Node numbers are unique on one mesh only. */
export const nodeKey = (mesh: string, num: number): string => `${clip(mesh)}/${num}`;
