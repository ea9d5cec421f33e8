/** Event → XML text, as strict as the strictest receiver reads. */
import type { CotEvent } from '@cotbus/contracts';
import { buildElements, escapeXml } from './element.ts';
import { buildEventTime } from './event-time.ts';
import type { EventTree } from './event-tree.ts';
import { buildDecimal, buildMetres } from './number.ts';

/** 1e-7 degrees: the resolution of the mesh. */
const COORDINATE_DIGITS = 7;
/** A detail without a child is dropped by some receivers. */
const EMPTY_DETAIL = '<remarks/>';

/**
 * One event on one line, without a prolog. The times must be absolute (`stampEvent`); `detail` goes in as it is, for
 * the contract says that it is well-formed. Written as ATAK demands: `version`, `how`, three fraction digits, all five
 * attributes of `point`, no exponents, a detail that is not empty.
 */
export const buildEventXml = (event: CotEvent): string => buildXml(event, event.detail);

/** As `buildEventXml`, for an event whose detail is a tree. */
export const buildTreeXml = (tree: EventTree): string => buildXml(tree, buildElements(tree.detail));

const buildXml = (event: Omit<EventTree, 'detail'>, detail: string): string => {
  const time = buildEventTime(event.timeMs);
  const start = event.startMs === event.timeMs ? time : buildEventTime(event.startMs);
  return (
    `<event version="2.0"${attributeText('uid', event.uid)}${attributeText('type', event.type)}` +
    `${attributeText('how', event.how === '' ? 'm-g' : event.how)} time="${time}"` +
    ` start="${start}" stale="${buildEventTime(event.staleMs)}"` +
    `${optional('access', event.access)}${optional('qos', event.qos)}${optional('opex', event.opex)}>` +
    `<point lat="${buildDecimal(event.lat, COORDINATE_DIGITS)}" lon="${buildDecimal(event.lon, COORDINATE_DIGITS)}"` +
    ` hae="${buildMetres(event.hae)}" ce="${buildMetres(event.ce)}" le="${buildMetres(event.le)}"/>` +
    `<detail>${detail === '' ? EMPTY_DETAIL : detail}</detail></event>`
  );
};

const attributeText = (name: string, value: string): string => ` ${name}="${escapeXml(value)}"`;
const optional = (name: string, value: string): string => (value === '' ? '' : attributeText(name, value));
