/** How often the position of one user is sent: who moves sooner, who stands still later, everybody once in a while. */
import { Kind } from '@cotbus/contracts';
import type { TxResult } from '@cotbus/contracts';
import type { ToMeshOptions } from './options.ts';

/** More users than a mesh could ever carry; beyond it the longest silent are forgotten, who are then sent as new ones. */
const MAX_USERS = 10_000;
const DEGREE_M = 111_320;
const UNITS_PER_DEGREE = 1e7;

interface Position extends Pick<TxResult, 'uid' | 'kind'> {
  readonly latitudeI?: number | undefined;
  readonly longitudeI?: number | undefined;
}

/** How it stands with one user; times are monotonic milliseconds. */
interface Pace {
  /** When the position was sent last; undefined: never. */
  readonly lastMs: number | undefined;
  /** How long after that it may be sent again: by whether the user has moved. */
  readonly intervalMs: number;
  readonly hasMoved: boolean;
  /** Since then nothing of the user was sent: since the last time, or since it was first to be sent. */
  readonly silentSinceMs: number;
}

export interface PositionPace {
  of(position: Position): Pace;
  /** It is to be sent, now or later. */
  wanted(position: Position, nowMs: number): void;
  sent(position: Position, nowMs: number): void;
}

export const createPositionPace = ({ intervalSeconds, standingSeconds, distanceM }: ToMeshOptions['position']) => {
  const last = new Map<string, Position & { readonly atMs: number }>();
  /** Of whom nothing was sent yet, when it was first to be. */
  const unsent = new Map<string, number>();
  const pace: PositionPace = {
    of: (position) => {
      const before = last.get(position.uid);
      const hasMoved = before === undefined || isFarther(before, position, distanceM);
      const lastMs = before?.atMs;
      const silentSinceMs = lastMs ?? unsent.get(position.uid) ?? Number.POSITIVE_INFINITY;
      return { lastMs, intervalMs: 1000 * (hasMoved ? intervalSeconds : standingSeconds), hasMoved, silentSinceMs };
    },
    wanted: ({ uid }, nowMs) => {
      if (last.has(uid) || unsent.has(uid)) return;
      unsent.set(uid, nowMs);
      if (unsent.size > MAX_USERS) unsent.delete(unsent.keys().next().value ?? '');
    },
    sent: ({ uid, kind, latitudeI, longitudeI }, nowMs) => {
      if (kind !== Kind.PLI) return;
      unsent.delete(uid);
      last.delete(uid);
      last.set(uid, { uid, kind, latitudeI, longitudeI, atMs: nowMs });
      if (last.size > MAX_USERS) last.delete(last.keys().next().value ?? '');
    },
  };
  return pace;
};

/** Of whom nobody knows where they are, or were, it is not known that they stand still. */
const isFarther = (a: Position, b: Position, distanceM: number): boolean => {
  if (a.latitudeI === undefined || b.latitudeI === undefined) return true;
  const north = degrees(b.latitudeI - a.latitudeI);
  const around = Math.abs(degrees((b.longitudeI ?? 0) - (a.longitudeI ?? 0)));
  const east = Math.min(around, 360 - around) * Math.cos((degrees(a.latitudeI) * Math.PI) / 180);
  return Math.hypot(north, east) * DEGREE_M >= distanceM;
};

const degrees = (units: number): number => units / UNITS_PER_DEGREE;
