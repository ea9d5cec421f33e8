/** Whom an event is for, as a group: the room of a chat line, groups that it names as destinations, the team of a report. */
import { attribute, parseDetail } from '@cotbus/codec';
import type { Element } from '@cotbus/codec';
import type { CotEvent } from '@cotbus/contracts';

export const groupsOf = (event: CotEvent): readonly string[] => {
  const hasMore = event.detail.includes('<__chat') || event.detail.includes('<marti');
  const groups = [event.team, ...(hasMore ? parseDetail(event.detail).flatMap(namesIn) : [])];
  return groups.filter((name) => name !== '');
};

const namesIn = (e: Element): readonly string[] => {
  if (e.name === '__chat' || e.name === '__chatreceipt') return [attribute(e, 'chatroom'), attribute(e, 'id')];
  if (e.name !== 'marti') return [];
  return e.children.flatMap((dest) => [attribute(dest, 'group'), attribute(dest, 'mission')]);
};
