/** All checks of a run. Pure: what a run left behind in, sentences out. */
import { checkAccepted, checkLedger, checkOutcomes } from './check-outcomes.ts';
import { checkClaims } from './check-claims.ts';
import { checkClocks } from './check-clocks.ts';
import { checkOrder, checkRepeats } from './check-sightings.ts';
import type { Evidence, Violation } from './evidence.ts';

/** Violations, and what was lost with a volume. */
export const findAll = (evidence: Evidence): Violation[] => [
  ...checkOverflow(evidence),
  ...checkLedger(evidence),
  ...checkAccepted(evidence),
  ...checkOutcomes(evidence),
  ...checkClaims(evidence),
  ...checkRepeats(evidence),
  ...checkOrder(evidence),
  ...checkClocks(evidence),
];

const checkOverflow = ({ overflow, witnesses }: Evidence): Violation[] =>
  [{ name: 'the bus', overflow }, ...witnesses].flatMap((watched) =>
    watched.overflow === 0
      ? []
      : [
          {
            rule: 'overflow' as const,
            about: watched.name,
            sentence: `${watched.overflow} messages of ${watched.name} could not be kept or read: the run proves nothing.`,
          },
        ],
  );
