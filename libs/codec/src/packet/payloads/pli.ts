/** A plain position report: everything is in the envelope. Generation A marks it, B has nothing to say. */
import type { Payload } from '../payload.ts';

export const pli: Payload<'pli'> = {
  parse: (_, { schema }) => (schema === 'a' ? true : undefined),
  build: () => [],
};
