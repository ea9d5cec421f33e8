/** A hash of what an event says, the same for copies that came over different paths. */
import type { CotEvent } from '@cotbus/contracts';
import { codeAt } from './code-at.ts';
import { attributesOf } from './element.ts';
import type { Element } from './element.ts';
import { FLOW_TAGS } from './flow-tags.ts';
import { buildDecimal } from './number.ts';
import { parseDetail } from './parse-xml.ts';

// Two lanes of FNV-1a over 32 bits, with different starts and primes, make 64 bits without BigInt.
const LANE_STARTS = [0x811c9dc5, 0x050c5d1f] as const;
const LANE_PRIMES = [0x01000193, 0x01000197] as const;

/**
 * 16 hex digits over type, uid, how, point and detail. Left out: times (`remarks@time` too), flow tags, the order of
 * attributes, and digits that servers rewrite (position to 6 decimals, metres to 1).
 */
export const contentHash = (event: CotEvent): string => {
  const { uid, type, how, lat, lon, hae, ce, le } = event;
  const point = [buildDecimal(lat, 6), buildDecimal(lon, 6), ...[hae, ce, le].map((m) => buildDecimal(m, 1))];
  const text = JSON.stringify([type, uid, how, ...point, canonical(parseDetail(event.detail))]);
  return hashLane(text, 0) + hashLane(text, 1);
};

type Canonical = readonly [name: string, attributes: readonly string[], text: string, children: readonly Canonical[]];

const canonical = (elements: readonly Element[]): readonly Canonical[] =>
  elements
    .filter((e) => e.name !== FLOW_TAGS)
    .map((e) => [e.name, attributes(e), e.text.trim(), canonical(e.children)]);

const attributes = (e: Element): readonly string[] =>
  attributesOf(e)
    .filter(([name]) => !(e.name === 'remarks' && name === 'time'))
    .map(([name, value]) => `${name}=${value}`)
    .sort();

const hashLane = (text: string, lane: 0 | 1): string => {
  let hash: number = LANE_STARTS[lane];
  for (let i = 0; i < text.length; i += 1) {
    const unit = codeAt(text, i);
    hash = Math.imul(hash ^ (unit & 0xff), LANE_PRIMES[lane]);
    hash = Math.imul(hash ^ (unit >>> 8), LANE_PRIMES[lane]);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
};
