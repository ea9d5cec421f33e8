/** Where a contact is drawn, and what its remarks say about that. */
import type { Fix, NodeState } from '@cotbus/contracts';
import { UNKNOWN_M } from '../cot/number.ts';
import { CONTACT_STALE_MS } from '../limits.ts';
import { NOWHERE, isManual, placeOf, seaHeightOf } from './fix.ts';
import type { Place } from './fix.ts';
import type { NoFix, PlainOptions } from './options.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A radio's memory that says no time counts as a day old. */
const DAY_MS = 24 * HOUR_MS;

export interface Standing {
  readonly place: Place;
  /** The fix that the place is from; undefined when it is not the node's own. */
  readonly fix: Fix | undefined;
  /** For the remarks. */
  readonly notes: readonly string[];
}

/** For the contact list alone. */
export const IN_LIST: Standing = { place: NOWHERE, fix: undefined, notes: ['No position yet'] };

/** Where the node is drawn; undefined when the operator wants it nowhere. */
export const standingOf = (node: NodeState, options: PlainOptions): Standing | undefined => {
  const { fix } = node;
  const place = placeOf(fix);
  const noFix = options.nodes.get(node.num)?.noFix ?? options.noFix;
  if (fix === undefined || place === undefined) return standingWithout(noFix);
  const isOld = !isManual(fix) && fix.ageMs >= DAY_MS;
  return noFix.kind === 'hide' && isOld ? undefined : { place, fix, notes: [...ageNote(fix), ...heightNote(fix)] };
};

const standingWithout = (noFix: NoFix): Standing | undefined => {
  switch (noFix.kind) {
    case 'list':
      return IN_LIST;
    case 'at': {
      const { lat, lon, haeM: hae = UNKNOWN_M } = noFix;
      return { place: { ...NOWHERE, lat, lon, hae }, fix: undefined, notes: ['No position yet, placed by hand'] };
    }
    case 'lastKnown':
    case 'hide':
      return undefined;
  }
};

/** The icon is as fresh as the last packet; a position that is not says so. One set by hand does not age. */
const ageNote = (fix: Fix): readonly string[] => {
  if (isManual(fix) || fix.ageMs < CONTACT_STALE_MS) return [];
  if (fix.ageMs >= DAY_MS) return ['Position a day old or more'];
  const hours = Math.floor(fix.ageMs / HOUR_MS);
  return [`Position ${hours > 0 ? `${hours} h` : `${Math.floor(fix.ageMs / MINUTE_MS)} min`} old`];
};

const heightNote = (fix: Fix): readonly string[] => {
  const metres = seaHeightOf(fix);
  return metres === undefined ? [] : [`Altitude: ${metres} m above the sea`];
};
