/** Texts that people wrote, shortened: cut at a character boundary with `…`, or left out. */
import { cutText } from '../plain/cut-text.ts';
import type { Packet, PayloadVariant } from '../packet/payload.ts';
import { utf8Bytes } from '../cot/utf8.ts';

/** @param maxBytes 0: nothing of it */
const shorten = (text: string, maxBytes: number): string => {
  if (maxBytes === 0) return '';
  return utf8Bytes(text) <= maxBytes ? text : cutText(text, maxBytes).text;
};

export const shorterRemarks =
  (maxBytes: number) =>
  (packet: Packet): Packet => {
    const remarks = shorten(packet.remarks, maxBytes);
    return remarks === packet.remarks ? packet : { ...packet, remarks };
  };

/** Who it is about, and of what device, is still told apart in a few letters. */
export const shorterNames =
  (maxBytes: number) =>
  (packet: Packet): Packet => {
    const callsign = shorten(packet.callsign, maxBytes);
    const deviceCallsign = shorten(packet.deviceCallsign, maxBytes);
    return callsign === packet.callsign && deviceCallsign === packet.deviceCallsign
      ? packet
      : { ...packet, callsign, deviceCallsign };
  };

/** The line of a chat or of TAKTALK: what the event is for, so it is cut and never left out. */
export const shorterLine =
  (maxBytes: number) =>
  (packet: Packet): Packet => {
    const { case: name, value } = packet.payloadVariant;
    if (name === 'chat') return withValue(packet, shorterFields(value, ['message'], maxBytes));
    return name === 'taktalk' ? withValue(packet, shorterFields(value, ['text'], maxBytes)) : packet;
  };

/** Free texts of a pick-up request; half of a coordinate or frequency would be another one. */
const reportNotes = [
  'title',
  'medlineRemarks',
  'equipmentDetail',
  'terrainSlopeDir',
  'terrainOtherDetail',
  'markedBy',
  'obstacles',
  'windsAreFrom',
  'friendlies',
  'enemy',
  'hlzRemarks',
] as const;
const cardNotes = ['title', 'z', 'm', 'i', 's', 't'] as const;

/** What a pick-up request says in words, patient by patient too, and the note of a task. */
export const shorterNotes =
  (maxBytes: number) =>
  (packet: Packet): Packet => {
    const { case: name, value } = packet.payloadVariant;
    if (name === 'task') return withValue(packet, shorterFields(value, ['note'], maxBytes));
    if (name !== 'casevac') return packet;
    const report = shorterFields(value, reportNotes, maxBytes);
    const zmist = value.zmist.map((card) => shorterFields(card, cardNotes, maxBytes));
    return zmist.every((card, at) => card === value.zmist[at])
      ? withValue(packet, report)
      : withValue(packet, { ...report, zmist });
  };

/** The packet with another value of the same payload; the packet itself with the one it has. */
const withValue = (packet: Packet, value: NonNullable<PayloadVariant['value']>): Packet =>
  value === packet.payloadVariant.value
    ? packet
    : { ...packet, payloadVariant: { case: packet.payloadVariant.case, value } as PayloadVariant };

const shorterFields = <K extends string, T extends Readonly<Record<K, string>>>(
  holder: T,
  fields: readonly K[],
  maxBytes: number,
): T => {
  let shorter = holder;
  for (const field of fields) {
    const text = shorten(holder[field], maxBytes);
    if (text !== holder[field]) shorter = { ...shorter, [field]: text };
  }
  return shorter;
};

/** A pick-up request without its cards, one per patient: how many there are stays. */
export const withoutCards = (packet: Packet): Packet => {
  const { case: name, value } = packet.payloadVariant;
  return name !== 'casevac' || value.zmist.length === 0 ? packet : withValue(packet, { ...value, zmist: [] });
};
