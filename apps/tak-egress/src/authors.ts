/** Who made an event: of a report whom it is about, of all else who sent, placed or raised it. */
import { attribute, parseDetail } from '@cotbus/codec';
import type { Element } from '@cotbus/codec';
import { Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';

/** `BAO.F.ATAK.<uid>`: how clients name the sender of a chat line. */
const CHAT_SOURCE = /^BAO\.F\.[A-Za-z]+\.(.+)$/;

/** @returns uids and callsigns; what says nothing of its maker is its own. */
export const authorsOf = (event: CotEvent): readonly string[] => {
  const own = [event.uid, event.callsign];
  if (event.kind === Kind.PLI) return own;
  const named = parseDetail(event.detail).flatMap(namesIn);
  if (event.kind === Kind.CHAT && event.callsign !== '') named.push(event.callsign);
  const known = named.filter((name) => name !== '');
  return known.length === 0 ? own : known;
};

const namesIn = (e: Element): readonly string[] => {
  switch (e.name) {
    case 'link':
      return attribute(e, 'relation') === 'p-p' ? [attribute(e, 'uid'), attribute(e, 'parent_callsign')] : [];
    case 'creator':
      return [attribute(e, 'uid'), attribute(e, 'callsign')];
    case '__chat':
    case '__chatreceipt':
      return [attribute(e, 'senderCallsign')];
    case 'remarks':
      return [CHAT_SOURCE.exec(attribute(e, 'source'))?.[1] ?? ''];
    case 'emergency':
      return [e.text.trim()];
    default:
      return [];
  }
};
