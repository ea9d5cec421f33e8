/**
 * A route as TAK clients read it from a stream: ATAK's importer takes `link_attr` apart without asking what is missing, and
 * a route without a whole number for a colour never appears. The mesh does not carry these; they are added on the way to TAK.
 */
import { attribute, withAttribute } from '@cotbus/codec';
import type { Element } from '@cotbus/codec';

/** Attributes that Route.xsd of the CoT schemas requires, with what the clients' own routes begin with. */
const required = {
  color: '-1',
  type: 'Vehicle',
  method: 'Driving',
  direction: 'Infil',
  routetype: 'Primary',
  planningmethod: 'Infil',
  order: 'Ascending Check Points',
  stroke: '3',
} as const;

const WHOLE_NUMBER = /^-?\d{1,10}$/;

/** Pixels; wider covers the map. */
const MAX_WIDTH = 100;

const isUsable = (name: string, value: string): boolean =>
  name === 'color' || name === 'stroke' ? WHOLE_NUMBER.test(value) : value !== '';

const wholeOr = (value: string, preset: string): string => {
  const number = Math.round(Number(value));
  return number > 0 && number <= MAX_WIDTH ? String(number) : preset;
};

/** Elements of the detail of a route, in which `link_attr` says all that it has to. The same list when it does already. */
export const styleRoute = (detail: readonly Element[]): readonly Element[] => {
  if (!detail.some(isIncomplete)) return detail;
  return detail.map((e) => (isIncomplete(e) ? complete(e) : e));
};

const isIncomplete = (e: Element): boolean =>
  e.name === 'link_attr' && Object.keys(required).some((name) => !isUsable(name, attribute(e, name)));

const complete = (link: Element): Element => {
  let all = link;
  for (const [name, preset] of Object.entries(required)) {
    const value = attribute(link, name);
    if (isUsable(name, value)) continue;
    all = withAttribute(all, name, name === 'stroke' ? wholeOr(value, preset) : preset);
  }
  return all;
};
