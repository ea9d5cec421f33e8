/** Some points of a route in as few packets as hold them. */
import { MAX_FRAME_BYTES, MAX_ROUTE_LINKS } from '../limits.ts';
import type { FitOptions, FittedFrame } from '../fit/fit.ts';
import { sha256 } from '../forwarder/sha256.ts';
import { encodePacket } from '../packet/bytes/encode.ts';
import { deltaOf } from '../packet/geo.ts';
import type { Packet } from '../packet/payload.ts';
import { routePoint } from '../packet/payloads/route.ts';
import { buildPartMark, partName, partUid } from './part-mark.ts';
import type { PartMark } from './part-mark.ts';
import { withLinks } from './whole-route.ts';
import type { RouteLink, WholeRoute } from './whole-route.ts';

/** Compressed, another number of packets may cost a byte or two. */
const SPARE_BYTES = 2;

export type PacketOptions = Pick<FitOptions, 'wire' | 'policy'>;

/**
 * One packet is filled after the other; each begins with the last point of the one before, so that nothing is missing
 * between their lines.
 *
 * @param kept positions of the points, in order
 * @returns undefined when they do not fit into so many packets
 */
export const packRoute = (
  whole: WholeRoute,
  kept: readonly number[],
  maxPackets: number,
  options: PacketOptions,
): readonly FittedFrame[] | undefined => {
  const frameOf = frameMaker(whole, kept, options);
  const ranges: (readonly number[])[] = [];
  for (let from = 0; from < kept.length - 1;) {
    const isLastTry = ranges.length + 1 === maxPackets;
    const rest = kept.slice(from, from + MAX_ROUTE_LINKS);
    // The last packet holds all that is left, or it is no use.
    if (isLastTry && from + rest.length < kept.length) return undefined;
    const size = fittingPoints(rest, isLastTry ? rest.length : 2, (points) =>
      frameOf(points, ranges.length + 1, maxPackets, maxPackets === 1 ? 0 : SPARE_BYTES),
    );
    if (size === undefined) return undefined;
    ranges.push(rest.slice(0, size));
    from += size - 1;
  }
  const frames = ranges.map((points, at) => frameOf(points, at + 1, ranges.length, 0));
  return frames.every((frame) => frame !== undefined) ? frames : undefined;
};

const fittingPoints = (
  points: readonly number[],
  least: number,
  frameOf: (points: readonly number[]) => FittedFrame | undefined,
): number | undefined => {
  for (let size = points.length; size >= least; size -= 1) {
    if (frameOf(points.slice(0, size)) !== undefined) return size;
  }
  return undefined;
};

/** @returns makes one packet of the points at these positions; undefined when it is too large */
const frameMaker = (whole: WholeRoute, kept: readonly number[], { wire, policy }: PacketOptions) => {
  const { form, maxFrameBytes = MAX_FRAME_BYTES } = policy;
  const { links, truncated } = whole.value;
  const isShorter = truncated || kept.length < links.length;
  const all = withLinks(whole.packet, linksAt(links, kept), isShorter) ?? whole.packet;
  const content = hex(sha256(encodePacket(all)).subarray(0, CONTENT_BYTES));
  return (points: readonly number[], number: number, of: number, spareBytes: number): FittedFrame | undefined => {
    const part = withLinks(whole.packet, linksAt(links, points), isShorter) ?? whole.packet;
    const packet = of === 1 ? startingSomewhere(part) : marked(fromItsStart(part), { content, number, of });
    const encoded = wire.encode(packet, { form, maxFrameBytes: Number.POSITIVE_INFINITY });
    const fits = encoded.ok && encoded.frame.length <= maxFrameBytes - spareBytes;
    return fits ? { ...encoded, packet, stripped: [], rung: undefined } : undefined;
  };
};

/** Of the hash that the mark has. */
const CONTENT_BYTES = 3;

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const linksAt = (links: readonly RouteLink[], positions: readonly number[]): RouteLink[] =>
  positions.flatMap((at) => links[at] ?? []);

/** A route without a place of its own is where it starts. */
const startingSomewhere = (packet: Packet): Packet =>
  packet.latitudeI === 0 && packet.longitudeI === 0 ? fromItsStart(packet) : packet;

/** Near its points, for then they are told in fewer bytes. */
const fromItsStart = (packet: Packet): Packet =>
  changed(packet, (links) => {
    const [first] = links;
    const origin = first === undefined ? packet : routePoint(first, packet);
    const near = links.map((link) => {
      const { latitudeI, longitudeI } = routePoint(link, packet);
      const latDeltaI = deltaOf(origin.latitudeI, latitudeI);
      const lonDeltaI = deltaOf(origin.longitudeI, longitudeI);
      return { ...link, point: { $typeName: 'meshtastic.CotGeoPoint' as const, latDeltaI, lonDeltaI } };
    });
    return { links: near, latitudeI: origin.latitudeI, longitudeI: origin.longitudeI };
  });

/** As a route of its own for receivers that know nothing of parts; the first one has the remarks. */
const marked = (packet: Packet, mark: PartMark): Packet =>
  changed(packet, ([first, ...others]) => ({
    links: first === undefined ? [] : [{ ...first, uid: buildPartMark(mark) }, ...others],
    uid: partUid(packet.uid, mark),
    callsign: partName(packet.callsign, mark),
    remarks: mark.number === 1 ? packet.remarks : '',
  }));

type Change = Partial<Pick<Packet, 'uid' | 'callsign' | 'remarks' | 'latitudeI' | 'longitudeI'>>;

const changed = (
  packet: Packet,
  change: (links: readonly RouteLink[]) => Change & { readonly links: RouteLink[] },
): Packet => {
  const { case: name, value } = packet.payloadVariant;
  if (name !== 'route') return packet;
  const { links, ...fields } = change(value.links);
  return { ...packet, ...fields, payloadVariant: { case: name, value: { ...value, links } } };
};
