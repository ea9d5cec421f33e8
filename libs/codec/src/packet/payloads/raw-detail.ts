/**
 * The children of `<detail>` as UTF-8 text: for what the model has no fields for. What comes from the air is parsed and
 * written anew, so nothing in it can end the event and start another.
 */
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { buildElements } from '../../cot/element.ts';
import type { Element } from '../../cot/element.ts';
import { FLOW_TAGS } from '../../cot/flow-tags.ts';
import { parseXml } from '../../cot/parse-xml.ts';
import { refuse } from '../../result.ts';
import type { Payload } from '../payload.ts';

/** Who passed an event on, and remarks without a word, are nothing to a receiver; for what holds an event it refuses all. */
const isWorthSending = (e: Element): boolean =>
  e.name !== FLOW_TAGS && !(e.name === 'remarks' && e.text === '') && !holdsFrame([e]);

export const rawDetail: Payload<'rawDetail'> = {
  parse: ({ detail }) => getTextEncoding().encodeUtf8(buildElements(detail.filter((e) => isWorthSending(e)))),

  build: (bytes) => {
    let text: string;
    try {
      text = getTextEncoding().decodeUtf8(bytes, true);
    } catch {
      return refuse('garbled', 'raw detail that is no UTF-8');
    }
    const parsed = parseXml(`<detail>${text}</detail>`);
    if (!parsed.ok) return refuse(parsed.reason, `raw detail: ${parsed.detail}`);
    return holdsFrame(parsed.root.children) ? refuse('garbled', 'an event inside a raw detail') : parsed.root.children;
  },
};

/** Receivers cut a stream of events at `</event>`, wherever it stands. */
const holdsFrame = (elements: readonly Element[]): boolean =>
  elements.some(({ name, children }) => name === 'event' || name === 'detail' || holdsFrame(children));
