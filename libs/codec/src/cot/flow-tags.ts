/** `<_flow-tags_ name="time" …/>`: who has passed an event on. The loop guard reads and writes them. */
import type { CotEvent } from '@cotbus/contracts';
import { allNamed, attributesOf, buildElements, element } from './element.ts';
import { buildEventTime } from './event-time.ts';
import { parseDetail } from './parse-xml.ts';

export const FLOW_TAGS = '_flow-tags_';

/** Names of all who tagged it, in document order. */
export const flowTags = (event: CotEvent): readonly string[] =>
  event.detail.includes(FLOW_TAGS)
    ? allNamed(parseDetail(event.detail), FLOW_TAGS).flatMap((tags) => attributesOf(tags).map(([name]) => name))
    : [];

/** A copy with the tag; what no XML name may hold becomes `_`. A tag that is there already gets the new time. */
export const addFlowTag = (event: CotEvent, tag: string, atMs: number): CotEvent => {
  const name = tag.replace(/[^A-Za-z0-9_.-]/g, '_').replace(/^(?![A-Za-z_])/, '_');
  const time = buildEventTime(atMs);
  const tagged = { ...event };
  if (event.detail.includes(FLOW_TAGS)) {
    const detail = parseDetail(event.detail);
    const attributes = new Map(allNamed(detail, FLOW_TAGS).flatMap(attributesOf));
    attributes.set(name, time);
    tagged.detail = buildElements([
      ...detail.filter((e) => e.name !== FLOW_TAGS),
      element(FLOW_TAGS, Object.fromEntries(attributes)),
    ]);
  } else {
    tagged.detail += buildElements([element(FLOW_TAGS, { [name]: time })]);
  }
  return tagged;
};
