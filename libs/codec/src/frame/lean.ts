/** What is left out before the air, because no receiver draws it. */
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { buildElements } from '../cot/element.ts';
import { parseDetail } from '../cot/parse-xml.ts';
import type { Packet } from '../packet/payload.ts';

/**
 * `takv`: the sender's app. `sources`: where position and height come from. `wayPointUids`: receivers number way points
 * themselves.
 */
export type LeanPart = 'takv' | 'sources' | 'wayPointUids';

export const LEAN_PARTS: readonly LeanPart[] = ['takv', 'sources', 'wayPointUids'];

/** A copy without these parts; of a raw detail without the elements that say the same. */
export const leanPacket = (packet: Packet, parts: readonly LeanPart[] = LEAN_PARTS): Packet => {
  const lean = { ...packet };
  if (parts.includes('takv')) {
    lean.takVersion = '';
    lean.takDevice = '';
    lean.takPlatform = '';
    lean.takOs = '';
  }
  if (parts.includes('sources')) {
    lean.geoSrc = 0;
    lean.altSrc = 0;
  }
  lean.payloadVariant = leanPayload(packet.payloadVariant, parts);
  return lean;
};

const leanPayload = (payload: Packet['payloadVariant'], parts: readonly LeanPart[]): Packet['payloadVariant'] => {
  const { case: name, value } = payload;
  if (name === 'route' && parts.includes('wayPointUids')) {
    return { case: name, value: { ...value, links: value.links.map((link) => ({ ...link, uid: '' })) } };
  }
  return name === 'rawDetail' ? { case: name, value: leanDetail(value, parts) } : payload;
};

const namesOf: ReadonlyMap<LeanPart, readonly string[]> = new Map([
  ['takv', ['takv']],
  ['sources', ['precisionlocation', 'precisionLocation']],
]);

/** The bytes as they are, when there is nothing to leave out. */
const leanDetail = (bytes: Uint8Array, parts: readonly LeanPart[]): Uint8Array => {
  const names = parts.flatMap((part) => namesOf.get(part) ?? []);
  const { decodeUtf8, encodeUtf8 } = getTextEncoding();
  const detail = parseDetail(decodeUtf8(bytes));
  const kept = detail.filter(({ name }) => !names.includes(name));
  return kept.length === detail.length ? bytes : encodeUtf8(buildElements(kept));
};
