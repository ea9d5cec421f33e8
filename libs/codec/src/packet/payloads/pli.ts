/** A plain position report: everything is in the envelope. Generation A marks it, the form we write does not. */
import type { Payload } from '../payload.ts';

export const pli: Payload<'pli'> = {
  parse: () => undefined,
  build: () => [],
};
