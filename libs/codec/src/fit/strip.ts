/** What is left out before the air, because no receiver draws it: one rule each for the fields and for a raw detail. */
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { buildElements } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { parseDetail } from '../cot/parse-xml.ts';
import type { Packet } from '../packet/payload.ts';
import { parsePartMark } from '../route/part-mark.ts';

/**
 * - `takv`: the sender's app
 * - `sources`: where position and height come from
 * - `placeholders`: `???`, and empty callsigns and phones
 * - `wayPointUids`: receivers number way points themselves
 * - `editing`: what the app of whoever drew it keeps for itself; of a raw detail only, for the fields have none of it
 */
export type StripPart = 'takv' | 'sources' | 'placeholders' | 'wayPointUids' | 'editing';

export const STRIP_PARTS: readonly StripPart[] = ['takv', 'sources', 'placeholders', 'wayPointUids', 'editing'];

interface Forms {
  readonly packet: Packet;
  readonly detail: readonly Element[];
}

/** Each gives back what it was given when there is nothing of it. */
type StripRule = { readonly [F in keyof Forms]: (whole: Forms[F]) => Forms[F] };

const without =
  (...names: readonly string[]) =>
  (detail: readonly Element[]): readonly Element[] =>
    detail.some(({ name }) => names.includes(name)) ? detail.filter(({ name }) => !names.includes(name)) : detail;

const same = <T>(value: T): T => value;

const PLACEHOLDER = '???';
const blank = (text: string): string => (text === PLACEHOLDER ? '' : text);

/** The mark of a part is what receivers join a route by. */
const isNeeded = (uid: string): boolean => uid === '' || parsePartMark(uid) !== undefined;

const rules: Readonly<Record<StripPart, StripRule>> = {
  takv: {
    packet: (packet) =>
      packet.takVersion === '' && packet.takDevice === '' && packet.takPlatform === '' && packet.takOs === ''
        ? packet
        : { ...packet, takVersion: '', takDevice: '', takPlatform: '', takOs: '' },
    detail: without('takv'),
  },
  sources: {
    packet: (packet) => (packet.geoSrc === 0 && packet.altSrc === 0 ? packet : { ...packet, geoSrc: 0, altSrc: 0 }),
    detail: without('precisionlocation', 'precisionLocation'),
  },
  placeholders: {
    packet: (packet) =>
      packet.callsign === PLACEHOLDER || packet.phone === PLACEHOLDER || packet.deviceCallsign === PLACEHOLDER
        ? {
            ...packet,
            callsign: blank(packet.callsign),
            phone: blank(packet.phone),
            deviceCallsign: blank(packet.deviceCallsign),
          }
        : packet,
    detail: (detail) => mapElements(detail, withoutPlaceholders),
  },
  wayPointUids: {
    packet: (packet) => {
      const { case: name, value } = packet.payloadVariant;
      if (name !== 'route' || value.links.every(({ uid }) => isNeeded(uid))) return packet;
      const links = value.links.map((link) => (isNeeded(link.uid) ? link : { ...link, uid: '' }));
      return { ...packet, payloadVariant: { case: name, value: { ...value, links } } };
    },
    detail: same,
  },
  editing: { packet: same, detail: without('archive', 'tog', '__shapeExtras', 'creator') },
};

const saysNothing = (name: string, value: string): boolean =>
  value === PLACEHOLDER || (value === '' && (name === 'callsign' || name === 'phone'));

const withoutPlaceholders = (e: Element): Element => {
  const { attributes } = e;
  const isEmpty = (_: string, at: number): boolean => {
    const pair = at - (at % 2);
    return saysNothing(attributes[pair] ?? '', attributes[pair + 1] ?? '');
  };
  return attributes.some(isEmpty) ? { ...e, attributes: attributes.filter((text, at) => !isEmpty(text, at)) } : e;
};

/** The list itself when no element changes. */
const mapElements = (detail: readonly Element[], change: (e: Element) => Element): readonly Element[] => {
  const changed = detail.map((e) => {
    const children = mapElements(e.children, change);
    return change(children === e.children ? e : { ...e, children });
  });
  return changed.every((e, at) => e === detail[at]) ? detail : changed;
};

export interface StrippedDetail {
  /** The list itself when there was nothing to leave out. */
  readonly detail: readonly Element[];
  readonly stripped: readonly StripPart[];
}

/** The children of a `<detail>` that shall travel as they are. */
export const stripDetail = (detail: readonly Element[], parts: readonly StripPart[]): StrippedDetail => {
  const { left, stripped } = leaveOut(detail, parts, 'detail');
  return { detail: left, stripped };
};

export interface StrippedPacket {
  /** The packet itself when there was nothing to leave out. */
  readonly packet: Packet;
  readonly stripped: readonly StripPart[];
}

/** The packet without these parts. A raw detail is read and written anew; one that is no XML stays as it is. */
export const stripPacket = (packet: Packet, parts: readonly StripPart[] = STRIP_PARTS): StrippedPacket => {
  const { left, stripped } = leaveOut(packet, parts, 'packet');
  const { case: name, value } = left.payloadVariant;
  if (name !== 'rawDetail') return { packet: left, stripped };
  const { decodeUtf8, encodeUtf8 } = getTextEncoding();
  const detail = parseDetail(decodeUtf8(value));
  const lean = stripDetail(detail, parts);
  if (lean.detail === detail) return { packet: left, stripped };
  return {
    packet: { ...left, payloadVariant: { case: name, value: encodeUtf8(buildElements(lean.detail)) } },
    stripped: parts.filter((part) => stripped.includes(part) || lean.stripped.includes(part)),
  };
};

const leaveOut = <F extends keyof Forms>(whole: Forms[F], parts: readonly StripPart[], form: F) => {
  const stripped: StripPart[] = [];
  let left = whole;
  for (const part of parts) {
    const next = rules[part][form](left);
    if (next !== left) stripped.push(part);
    left = next;
  }
  return { left, stripped };
};
