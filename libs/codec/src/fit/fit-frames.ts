/** An event in the frames that it takes: one, or for a long route several. */
import type { EventTree } from '../cot/event-tree.ts';
import { Kind } from '@cotbus/contracts';
import { MAX_ROUTE_LINKS } from '../limits.ts';
import { allLinks } from '../packet/payloads/route.ts';
import { PROFILE_B } from '../packet/profile.ts';
import type { PacketProfile } from '../packet/profile.ts';
import type { Refused } from '../result.ts';
import { ROUTE_SPLITTING, splitRoute } from '../route/split-route.ts';
import type { RouteSplitting } from '../route/split-route.ts';
import { fitEvent, OWN_A } from './fit.ts';
import type { FitOptions, FittedFrame } from './fit.ts';

export interface FittedFrames {
  readonly ok: true;
  /** At least one, in the order in which to send them. */
  readonly frames: readonly FittedFrame[];
  /** What was left out, cut and given up, in this order and in words for people. */
  readonly stripped: readonly string[];
}

/** As `fitEvent`, but for a route that one packet does not hold without giving up names or points. */
export const fitFrames = (
  tree: EventTree,
  options: FitOptions & { readonly splitting?: RouteSplitting },
): FittedFrames | Refused => {
  const profile: PacketProfile = options.policy.form === 'a' ? OWN_A : PROFILE_B;
  const one = fitEvent(tree, options, profile);
  const isWhole = one.ok && !keepsFewer.has(one.rung) && !hasMorePoints(tree);
  const { splitting = ROUTE_SPLITTING } = options;
  const split = isWhole || tree.kind !== Kind.ROUTE ? undefined : splitRoute(tree, profile, { ...options, splitting });
  if (split !== undefined) return { ok: true, ...split };
  return one.ok ? { ok: true, frames: [one], stripped: one.stripped } : one;
};

/** Rungs of the ladder that take something from a route that people navigate by. */
const keepsFewer: ReadonlySet<string | undefined> = new Set(['names of way points', 'way points', 'names']);

const hasMorePoints = (tree: EventTree): boolean => tree.kind === Kind.ROUTE && allLinks(tree).length > MAX_ROUTE_LINKS;
