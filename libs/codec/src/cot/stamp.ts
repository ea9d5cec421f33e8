/** Absolute times for events that come from the mesh, whose dialects carry none. */
import { Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { buildElements, hasAttribute, withAttribute } from './element.ts';
import type { Element } from './element.ts';
import { buildEventTime } from './event-time.ts';
import type { EventTree } from './event-tree.ts';
import { parseDetail } from './parse-xml.ts';

/**
 * A copy with times: time = heard − `older_ms`, start = heard, stale = heard + `stale_after_ms`; a chat line also gets
 * its `remarks@time`. An event that has a time already is returned as it is.
 * @param heardMs epoch milliseconds at which the frame was heard
 */
export const stampEvent = (event: CotEvent, heardMs: number): CotEvent => {
  if (isStamped(event)) return event;
  const times = timesOf(event, heardMs);
  const detail =
    event.kind === Kind.CHAT ? buildElements(stampRemarks(parseDetail(event.detail), times.timeMs)) : event.detail;
  return { ...event, ...times, detail };
};

/** As `stampEvent`, for an event whose detail is a tree. */
export const stampTree = (tree: EventTree, heardMs: number): EventTree => {
  if (isStamped(tree)) return tree;
  const times = timesOf(tree, heardMs);
  return { ...tree, ...times, detail: tree.kind === Kind.CHAT ? stampRemarks(tree.detail, times.timeMs) : tree.detail };
};

type Times = Pick<CotEvent, 'timeMs' | 'startMs' | 'staleMs' | 'olderMs' | 'staleAfterMs'>;

const isStamped = ({ timeMs, startMs, staleMs }: Times): boolean => timeMs !== 0 || startMs !== 0 || staleMs !== 0;

const timesOf = ({ olderMs, staleAfterMs }: Times, heardMs: number) => ({
  timeMs: heardMs - olderMs,
  startMs: heardMs,
  staleMs: heardMs + staleAfterMs,
});

const stampRemarks = (detail: readonly Element[], timeMs: number): readonly Element[] => {
  const time = buildEventTime(timeMs);
  return detail.map((e) =>
    e.name === 'remarks' && hasAttribute(e, 'source') && !hasAttribute(e, 'time') ? withAttribute(e, 'time', time) : e,
  );
};
