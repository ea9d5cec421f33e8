/** A route with all its points in the fields of one packet, however many: what is thinned and split before it is sent. */
import { remarksText } from '../cot/element.ts';
import type { EventTree } from '../cot/event-tree.ts';
import { leanPacket } from '../fit/fit.ts';
import { shorterNames, shorterRemarks } from '../fit/shorter-texts.ts';
import type { StripPart } from '../fit/strip.ts';
import { modelledPacket } from '../packet/packet.ts';
import type { Packet } from '../packet/payload.ts';
import { allLinks, linkPlace } from '../packet/payloads/route.ts';
import type { PacketProfile } from '../packet/profile.ts';
import { parseTruncated } from '../packet/truncated.ts';
import type { Place } from './great-circle.ts';
import { placeWeights } from './telling-places.ts';

type RouteValue = Extract<Packet['payloadVariant'], { case: 'route' }>['value'];
export type RouteLink = RouteValue['links'][number];

export interface WholeRoute {
  readonly packet: Packet;
  /** Of that packet. */
  readonly value: RouteValue;
  readonly places: readonly Place[];
  /** Metres that the line is off each point without it. */
  readonly weights: readonly number[];
  /** What was left out and cut, in words for people. */
  readonly stripped: readonly string[];
}

/** UTF-8 bytes of the name, which each packet has, and of the remarks, which the first one has. */
const MAX_NAME_BYTES = 32;
const MAX_REMARKS_BYTES = 80;

/** Undefined for what is no route, or has fewer than two points. */
export const wholeRoute = (
  tree: EventTree,
  profile: PacketProfile,
  strip: readonly StripPart[] | undefined,
): WholeRoute | undefined => {
  const modelled = modelledPacket(tree, profile);
  const all = modelled && withLinks(modelled, allLinks(tree), parseTruncated(remarksText(tree.detail)).isTruncated);
  if (modelled === undefined || all === undefined) return undefined;
  const { packet: lean, stripped } = leanPacket(all, strip);
  const packet = shorterRemarks(MAX_REMARKS_BYTES)(shorterNames(MAX_NAME_BYTES)({ ...lean, phone: '', endpoint: '' }));
  const { case: name, value } = packet.payloadVariant;
  if (name !== 'route' || value.links.length < 2) return undefined;
  const places = value.links.map((link) => linkPlace(link, packet));
  const given = [
    ...(lean.phone === '' ? [] : ['phone']),
    ...(lean.endpoint === '' ? [] : ['endpoint']),
    ...(packet.callsign === lean.callsign ? [] : [`names cut to ${MAX_NAME_BYTES} bytes`]),
    ...(packet.remarks === lean.remarks ? [] : [`remarks cut to ${MAX_REMARKS_BYTES} bytes`]),
  ];
  return { packet, value, places, weights: placeWeights(places), stripped: [...stripped, ...given] };
};

/**
 * The packet with other points; undefined when it is no route.
 *
 * @param truncated whether they are fewer than the route has
 */
export const withLinks = (packet: Packet, links: RouteLink[], truncated: boolean): Packet | undefined => {
  const { case: name, value } = packet.payloadVariant;
  if (name !== 'route') return undefined;
  return { ...packet, payloadVariant: { case: name, value: { ...value, links, truncated } } };
};

export const isNamed = (link: RouteLink | undefined): boolean => (link?.callsign ?? '') !== '';

/** The same route whose way points have no names. */
export const withoutNames = (whole: WholeRoute): WholeRoute => ({
  ...whole,
  value: { ...whole.value, links: whole.value.links.map((link) => (isNamed(link) ? { ...link, callsign: '' } : link)) },
});
