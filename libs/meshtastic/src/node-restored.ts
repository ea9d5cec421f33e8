/** A node as it was kept over a restart of the agent, back into the table. */
import type { NodeState } from '@cotbus/contracts';
import type { Entry, Finding } from './node-entry.ts';
import { newest } from './node-time.ts';
import type { Moment, Observed } from './node-time.ts';

/**
 * The entry of a state that `nodeState` wrote. Ages go on by the wall clock; one that was set back does not make them
 * younger than they were.
 */
export const restored = (state: NodeState, now: Moment): Entry => {
  const keptMs = Math.max(0, now.wallMs - state.atMs);
  const at = <T>(value: T, ageMs: number): Observed<T> => ({ value, observedMs: now.monotonicMs - keptMs - ageMs });
  const { heardAgeMs, fix, metrics, tak, longName, shortName, role, hardwareModel, unmessagable } = state;
  const isNamed = longName !== '' || shortName !== '' || role !== 0 || hardwareModel !== 0;
  const { snrDb, rssiDbm, hops, viaMqtt } = state;
  return {
    reception: at({ snrDb, rssiDbm, hops, viaMqtt }, heardAgeMs),
    names: isNamed ? at({ longName, shortName, role, hardwareModel, unmessagable }, heardAgeMs) : undefined,
    fix: fix && at(fix, fix.ageMs),
    metrics: metrics && at(metrics, heardAgeMs),
    tak: tak && at(tak, tak.ageMs),
    ignored: state.ignored,
  };
};

/** What came first from the radio stands, unless what was kept is newer. */
export const mergeRestored = (entry: Entry, kept: Entry): Finding => {
  const older = <T>(known: Observed<T> | undefined, come: Observed<T> | undefined): Observed<T> | undefined =>
    come === undefined ? known : newest(known, come, false);
  entry.names = older(entry.names, kept.names);
  entry.fix = older(entry.fix, kept.fix);
  entry.metrics = older(entry.metrics, kept.metrics);
  entry.tak = older(entry.tak, kept.tak);
  entry.ignored ||= kept.ignored;
  return undefined;
};
