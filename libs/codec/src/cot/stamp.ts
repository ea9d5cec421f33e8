/** Absolute times for events that come from the mesh, whose dialects carry none. */
import { clone } from '@bufbuild/protobuf';
import { CotEventSchema, Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { buildElements, hasAttribute } from './element.ts';
import type { Element } from './element.ts';
import { buildEventTime } from './event-time.ts';
import { parseDetail } from './parse-xml.ts';

/**
 * A copy with times: time = heard − `older_ms`, start = heard, stale = heard + `stale_after_ms`; a chat line also gets
 * its `remarks@time`. An event that has a time already is returned as it is.
 * @param heardMs epoch milliseconds at which the frame was heard
 */
export const stampEvent = (event: CotEvent, heardMs: number): CotEvent => {
  if (event.timeMs !== 0 || event.startMs !== 0 || event.staleMs !== 0) return event;
  const stamped = clone(CotEventSchema, event);
  stamped.timeMs = heardMs - event.olderMs;
  stamped.startMs = heardMs;
  stamped.staleMs = heardMs + event.staleAfterMs;
  if (event.kind === Kind.CHAT) stamped.detail = stampRemarks(event.detail, buildEventTime(stamped.timeMs));
  return stamped;
};

const stampRemarks = (detail: string, time: string): string => {
  const stamp = (e: Element): Element =>
    e.name === 'remarks' && hasAttribute(e, 'source') && !hasAttribute(e, 'time')
      ? { ...e, attributes: { ...e.attributes, time } }
      : e;
  return buildElements(parseDetail(detail).map(stamp));
};
