/** What every origin and sink takes from the service it is in. */
import type { OutcomeLog } from './outcome-log.ts';
import type { ServiceContext } from './service.ts';

/** @param outcomes where the owner tells how items ended: custody forgets an ended item only when that is written. */
export const custodyParts = (context: ServiceContext, outcomes: OutcomeLog) => {
  const { bus, clock, instance, journals, log, nonce } = context;
  return { name: instance, journals, bus, clock, log, nonce, told: () => outcomes.flushed() };
};
