/** What the parts of one simulated run share: time, randomness, what the world gave and got, and the planted fault. */
import { lifeKey } from '../item-name.ts';
import type { ItemName, Life, SeqRange } from '../item-name.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** Faults planted one at a time: the simulator must find each. The name says which rule is broken. */
export const mutations = [
  'publish before journaling',
  'answer without journaling',
  'use an incarnation twice',
  'receipts without incarnation check',
  'forget a destination that lost its registration',
  'low moved too early',
  'forget at give-up',
  'no answer awaited after void',
  'forget voids',
  'time-bounded answer memory',
  'hand every copy',
  'later result replaces the first',
  'busy counts as settled',
  'worker that writes outcomes',
  'absent destination counts as alive',
  'absent destination blocks the others',
  'results that name nobody are taken',
  'journaled items are not handed after a crash',
  'fragments wait in the window',
  'forget that a transfer has ended',
  'a whole answers for fragments of others',
  'silence for what is not wanted',
] as const;
export type Mutation = (typeof mutations)[number];

export interface SimulatedPayload {
  readonly uid: string;
  /** Kills every worker that touches it. */
  readonly isPoison: boolean;
  /** Cannot be translated. */
  readonly isUnreadable: boolean;
  /** Nobody can translate it alone. */
  readonly fragment?: SimulatedFragment;
}

/** One of `needed` parts of a transfer, counted from 0; different origins may hear the same. */
export interface SimulatedFragment {
  readonly transfer: string;
  readonly at: number;
  readonly needed: number;
}

export interface SimulatedResult {
  readonly uid: string;
  readonly refused: boolean;
  /** Which worker made it, and which copy it is. */
  readonly decode: string;
  /** It was assembled from fragments. */
  readonly transfer?: string;
}

/** An item the world gave to an origin, and what became of its record. */
export interface GivenItem {
  readonly name: ItemName;
  readonly destinations: readonly string[];
  readonly givenMs: number;
  readonly isPoison: boolean;
  readonly uid: string;
  readonly fragment?: SimulatedFragment;
  state: 'accepted' | 'torn' | 'refused' | 'lost';
  /** Given to more than one agent knowingly. */
  isRepeated: boolean;
}

export interface Delivery {
  readonly key: string;
  readonly sink: string;
  readonly destination: string;
  readonly item: ItemName;
  readonly uid: string;
  readonly repeat: boolean;
  readonly decode: string;
  readonly transfer?: string;
}

export interface World {
  readonly random: Random;
  readonly timeline: Timeline;
  readonly mutation: Mutation | undefined;
  readonly items: Map<string, GivenItem>;
  readonly deliveries: Delivery[];
  readonly violations: string[];
  /** False once everything has been repaired. */
  isFaulty: boolean;
  trace(line: () => string): void;
}

export const itemKey = (name: ItemName): string => `${lifeKey(name)}/${name.seq}`;

export const textOf = (life: Life, ranges: readonly SeqRange[]): string =>
  `${lifeKey(life)}/${ranges.map(({ first, last }) => `${first}-${last}`).join(',')}`;
