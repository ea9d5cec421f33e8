/**
 * `<link>` says two things: with a `point` it is a vertex, way point or anchor, without one it refers to another
 * object. The KML style of a circle is a link as well and says neither.
 */
import { attribute, hasAttribute } from './element.ts';
import type { Element } from './element.ts';
import { parseDecimal } from './number.ts';

export interface PointLink {
  readonly link: Element;
  /** Degrees. */
  readonly lat: number;
  readonly lon: number;
}

const isStyle = (link: Element): boolean =>
  attribute(link, 'type').startsWith('b-x-KmlStyle') || attribute(link, 'uid').endsWith('.Style');

/** Undefined when it is no such link or its point cannot be read; blanks and a height in it are allowed. */
export const readPointLink = (link: Element): PointLink | undefined => {
  if (link.name !== 'link' || !hasAttribute(link, 'point') || isStyle(link)) return undefined;
  const [latText, lonText] = attribute(link, 'point').split(',', 2);
  const lat = parseDecimal(latText ?? '');
  const lon = parseDecimal(lonText ?? '');
  return lat === undefined || lon === undefined ? undefined : { link, lat, lon };
};

/** Vertices, way points and anchors, in document order. */
export const pointLinks = (detail: readonly Element[]): readonly PointLink[] =>
  detail.map(readPointLink).filter((point) => point !== undefined);

/** Of a route: a way point or a control point. */
export const isWayPoint = (link: Element): boolean => {
  const type = attribute(link, 'type');
  return type === 'b-m-p-w' || type === 'b-m-p-c';
};

/** True for a link to the object's parent: who placed it, sent it, or what it is about. */
export const isReference = (e: Element): boolean =>
  e.name === 'link' &&
  attribute(e, 'relation') === 'p-p' &&
  attribute(e, 'uid') !== '' &&
  attribute(e, 'type') !== '' &&
  !hasAttribute(e, 'point') &&
  !isStyle(e);
