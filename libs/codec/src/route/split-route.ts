/**
 * A route that is too long for one packet: with fewer points while its line stays where it is and every name is kept, else
 * in several packets that each are a route (`part-mark.ts`), and only then with fewer names, and farther off.
 */
import type { EventTree } from '../cot/event-tree.ts';
import type { FitOptions, FittedFrame } from '../fit/fit.ts';
import { mostTelling } from '../fit/telling-points.ts';
import { MAX_ROUTE_LINKS } from '../limits.ts';
import type { PacketProfile } from '../packet/profile.ts';
import { packRoute } from './route-packets.ts';
import type { PacketOptions } from './route-packets.ts';
import { BEYOND_EVERY_PLACE, lineLoss } from './telling-places.ts';
import { isNamed, wholeRoute, withoutNames } from './whole-route.ts';
import type { WholeRoute } from './whole-route.ts';

/** What a mesh bears for one route. */
export interface RouteSplitting {
  /** 1 to 9. */
  readonly maxPackets: number;
  /** Metres that its line may be off to save a packet. */
  readonly lossMeters: number;
}

/** Four packets are eight seconds of LongFast; ten metres is what GPS knows. */
export const ROUTE_SPLITTING: RouteSplitting = { maxPackets: 4, lossMeters: 10 };

export interface SplitRoute {
  /** In the order in which to send them. */
  readonly frames: readonly FittedFrame[];
  /** What was left out, cut and given up, in words for people. */
  readonly stripped: readonly string[];
}

interface SplitOptions extends FitOptions {
  readonly splitting: RouteSplitting;
}

/** Undefined for what is no route, and when not even two points fit: its uid is too long. */
export const splitRoute = (tree: EventTree, profile: PacketProfile, options: SplitOptions): SplitRoute | undefined => {
  const whole = wholeRoute(tree, profile, options.strip);
  if (whole === undefined) return undefined;
  const { maxPackets, lossMeters } = options.splitting;
  const order = orderOf(whole, lossMeters);
  const nameless = withoutNames(whole);
  const plan =
    fewestPackets(whole, order, order.withNames, options) ??
    largest(whole, order, order.ofLine, maxPackets, options) ??
    fewestPackets(nameless, order, order.ofLine, options) ??
    largest(nameless, order, 2, maxPackets, options);
  return plan && { frames: plan.frames, stripped: [...whole.stripped, ...lossOf(whole, plan)] };
};

/** Which points go first. */
interface Order {
  readonly weights: readonly number[];
  /** How many the line needs, so that it is not off by more than it may be: these go first. */
  readonly ofLine: number;
  /** And with all that have a name, which go next. */
  readonly withNames: number;
}

const orderOf = ({ weights, value: { links } }: WholeRoute, lossMeters: number): Order => {
  const rank = weights.map((metres, at) => (metres > lossMeters ? 2 : isNamed(links[at]) ? 1 : 0));
  return {
    weights: weights.map((metres, at) => metres + (rank[at] ?? 0) * BEYOND_EVERY_PLACE),
    ofLine: rank.filter((one) => one === 2).length,
    withNames: rank.filter((one) => one > 0).length,
  };
};

/** The packets, and the positions of the points in them. */
interface Plan {
  readonly route: WholeRoute;
  readonly kept: readonly number[];
  readonly frames: readonly FittedFrame[];
}

const fewestPackets = (route: WholeRoute, order: Order, least: number, options: SplitOptions): Plan | undefined => {
  for (let packets = 1; packets <= options.splitting.maxPackets; packets += 1) {
    const plan = largest(route, order, least, packets, options);
    if (plan !== undefined) return plan;
  }
  return undefined;
};

/** With as many points as the packets hold; undefined when they do not hold the least. */
const largest = (
  route: WholeRoute,
  { weights }: Order,
  least: number,
  packets: number,
  options: PacketOptions,
): Plan | undefined => {
  const planWith = (points: number): Plan | undefined => {
    const kept = mostTelling(weights, points);
    const frames = packRoute(route, kept, packets, options);
    return frames && { route, kept, frames };
  };
  const most = Math.min(weights.length, packets * (MAX_ROUTE_LINKS - 1) + 1);
  if (least > most) return undefined;
  const all = planWith(most);
  if (all !== undefined || least === most) return all;
  let found = planWith(least);
  for (let [from, to] = [least + 1, most - 1]; found !== undefined && from <= to;) {
    const middle = Math.ceil((from + to) / 2);
    const plan = planWith(middle);
    if (plan === undefined) to = middle - 1;
    else [found, from] = [plan, middle + 1];
  }
  return found;
};

const lossOf = ({ places, value: { links } }: WholeRoute, { route, kept }: Plan): readonly string[] => {
  const names = (of: WholeRoute, positions: readonly number[]): number =>
    positions.filter((at) => isNamed(of.value.links[at])).length;
  const [all, left] = [links.filter(isNamed).length, names(route, kept)];
  const metres = Math.ceil(lineLoss(places, kept));
  return [
    ...(left === all ? [] : [left === 0 ? 'names of way points' : `${all - left} of ${all} names of way points`]),
    ...(kept.length === links.length
      ? []
      : [`way points reduced from ${links.length} to ${kept.length}, the line at most ${metres} m off`]),
  ];
};
