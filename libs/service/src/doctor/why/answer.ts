/** Why somebody is seen at one place or not: a state, and one sentence of cause and one of remedy. */
import { create } from '@bufbuild/protobuf';
import { FindingSchema, Place_State, PlaceSchema } from '@cotbus/contracts';
import type { Place } from '@cotbus/contracts';
import type { FindingFields } from '../site.ts';

export interface Answer {
  readonly state: Place_State;
  readonly finding: FindingFields;
}

export const shown = (finding: FindingFields): Answer => ({ state: Place_State.SHOWN, finding });
export const notShown = (finding: FindingFields): Answer => ({ state: Place_State.NOT_SHOWN, finding });
export const notKnown = (finding: FindingFields): Answer => ({ state: Place_State.UNKNOWN, finding });

/** @param name the place */
export const placeOf = (
  name: string,
  { state, finding }: Answer,
  more: { readonly writtenAtMs?: number | undefined; readonly waitingBefore?: number | undefined } = {},
): Place => {
  const place = create(PlaceSchema, { name, state, answer: create(FindingSchema, finding) });
  if (more.writtenAtMs !== undefined) place.writtenAtMs = more.writtenAtMs;
  if (more.waitingBefore !== undefined) place.waitingBefore = more.waitingBefore;
  return place;
};
