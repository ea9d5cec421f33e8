/** An event off the bus, whichever way it goes, with times by the console's clock. Pure. */
import type { CotEvent, EventHeard, RxResult } from '@cotbus/contracts';
import { nodeText } from '@cotbus/contracts';
import { clip } from './bounds.ts';

export interface HeardEvent {
  readonly event: CotEvent;
  readonly from: 'mesh' | 'tak';
  /** The mesh it was heard on, or the TAK link it came over. */
  readonly over: string;
  /** Empty when it came from TAK. */
  readonly node: string;
  readonly heardMs: number;
  /** How long it holds from then on. */
  readonly holdsMs: number;
}

/** Undefined for a refusal. */
export const heardOnMesh = ({ item, mesh, node, result }: RxResult, nowMs: number): HeardEvent | undefined =>
  result.case === 'event'
    ? {
        event: result.value,
        from: 'mesh',
        over: clip(mesh),
        node: nodeText(node),
        heardMs: Math.max(0, nowMs - (item?.ageMs ?? 0)),
        holdsMs: result.value.staleAfterMs,
      }
    : undefined;

/** The clocks of phones differ from ours: how long an event holds is taken from it, since when is not. */
export const heardFromTak = ({ item, link, event }: EventHeard, nowMs: number): HeardEvent | undefined =>
  event && {
    event,
    from: 'tak',
    over: clip(link),
    node: '',
    heardMs: Math.max(0, nowMs - (item?.ageMs ?? 0)),
    holdsMs: lifetime(event),
  };

/** Longest lifetime that makes sense on a map; some clients mark theirs "for ever". */
const MAX_LIFE_MS = 366 * 24 * 60 * 60_000;

const lifetime = ({ timeMs, staleMs }: CotEvent): number => {
  const ms = staleMs - timeMs;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), MAX_LIFE_MS) : 0;
};
