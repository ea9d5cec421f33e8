/** Texts that the protocol bounds: firmware that reads a packet itself drops it when one is longer. */
import { utf8Bytes } from '../cot/utf8.ts';
import { cutText } from '../plain/cut-text.ts';
import type { Packet, PayloadCase } from '../packet/payload.ts';

/** UTF-8 bytes of a field; the protocol's sizes count the NUL behind it. */
type Limits = readonly (readonly [field: string, maxBytes: number])[];

const packetLimits: Limits = [
  ['callsign', 119],
  ['deviceCallsign', 119],
  ['takVersion', 63],
  ['takDevice', 31],
  ['takPlatform', 31],
  ['takOs', 15],
];
/** Half of one is another one: left out when it is longer. */
const wholeLimits: Limits = [
  ['phone', 19],
  ['endpoint', 31],
];
// What machines look up (uids, types, icon paths) is never cut: it would name something else, or nothing.
const payloadLimits: ReadonlyMap<PayloadCase | undefined, Limits> = new Map<PayloadCase | undefined, Limits>([
  [
    'chat',
    [
      ['message', 199],
      ['toCallsign', 119],
    ],
  ],
  [
    'aircraft',
    [
      ['icao', 7],
      ['registration', 15],
      ['flight', 15],
      ['aircraftType', 7],
      ['category', 3],
      ['cotHostId', 63],
    ],
  ],
  ['marker', [['parentCallsign', 23]]],
  ['route', [['prefix', 7]]],
  [
    'casevac',
    [
      ['zoneMarker', 15],
      ['frequency', 15],
    ],
  ],
  [
    'task',
    [
      ['taskType', 11],
      ['note', 47],
    ],
  ],
]);
const LINK_CALLSIGN_BYTES = 15;
/** UTF-16 units that never make more bytes than this. */
const MAX_UNIT_BYTES = 3;

export interface CutPacket {
  /** The packet itself when nothing was too long. */
  readonly packet: Packet;
  /** Such as `callsign cut to 119 of 140 bytes`. */
  readonly notes: readonly string[];
}

/** The packet with every text within the limit of its field, cut at a character boundary. */
export const cutTexts = (packet: Packet): CutPacket => {
  const notes: string[] = [];
  let cut = cutFields(packet, packetLimits, notes);
  for (const [field, maxBytes] of wholeLimits) {
    if (utf8Bytes(textOf(cut, field)) <= maxBytes) continue;
    notes.push(`${field} of more than ${maxBytes} bytes`);
    cut = { ...cut, [field]: '' };
  }
  const { case: name, value } = cut.payloadVariant;
  const limits = payloadLimits.get(name);
  if (limits === undefined) return { packet: cut, notes };
  let shorter: unknown = cutFields(value as object, limits, notes);
  if (name === 'route') {
    const links = cutLinks(value.links, notes);
    if (links !== value.links) shorter = { ...(shorter as object), links };
  }
  if (shorter === value) return { packet: cut, notes };
  // The same payload with shorter texts.
  return { packet: { ...cut, payloadVariant: { case: name, value: shorter } as Packet['payloadVariant'] }, notes };
};

const cutLinks = <L extends { readonly callsign: string }>(links: L[], notes: string[]): L[] => {
  const isLong = ({ callsign }: L): boolean => utf8Bytes(callsign) > LINK_CALLSIGN_BYTES;
  const count = links.filter((link) => isLong(link)).length;
  if (count === 0) return links;
  notes.push(
    `${count} ${count === 1 ? 'name of a way point' : 'names of way points'} cut to ${LINK_CALLSIGN_BYTES} bytes`,
  );
  return links.map((link) =>
    isLong(link) ? { ...link, callsign: cutText(link.callsign, LINK_CALLSIGN_BYTES).text } : link,
  );
};

const textOf = (holder: object, field: string): string => {
  const value = (holder as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'string' ? value : '';
};

const cutFields = <T extends object>(holder: T, limits: Limits, notes: string[]): T => {
  let shorter = holder;
  for (const [field, maxBytes] of limits) {
    const text = textOf(holder, field);
    if (text.length * MAX_UNIT_BYTES <= maxBytes) continue;
    const bytes = utf8Bytes(text);
    if (bytes <= maxBytes) continue;
    const cut = cutText(text, maxBytes).text;
    notes.push(`${snakeCase(field)} cut to ${utf8Bytes(cut)} of ${bytes} bytes`);
    shorter = { ...shorter, [field]: cut };
  }
  return shorter;
};

/** As the protocol names the field. */
const snakeCase = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
