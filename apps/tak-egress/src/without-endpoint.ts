/** A contact that cannot be written to: it is on the map, and nobody's message to it gets lost. */
import { attribute, attributesOf, buildElements, buildEventXml, element, parseDetail } from '@cotbus/codec';
import type { Outgoing } from './outgoing.ts';

const dressed = new WeakMap<Outgoing, Outgoing>();

/** The same, and the same object each time, without `contact@endpoint`. */
export const withoutEndpoint = (out: Outgoing): Outgoing => {
  const { event } = out;
  if (!event.detail.includes('endpoint=')) return out;
  const known = dressed.get(out);
  if (known !== undefined) return known;
  const elements = parseDetail(event.detail).map((e) =>
    e.name === 'contact' && attribute(e, 'endpoint') !== ''
      ? element('contact', { ...Object.fromEntries(attributesOf(e)), endpoint: undefined }, e.children)
      : e,
  );
  const bare = { ...event, detail: buildElements(elements) };
  const result = { ...out, event: bare, xml: buildEventXml(bare) };
  dressed.set(out, result);
  return result;
};
