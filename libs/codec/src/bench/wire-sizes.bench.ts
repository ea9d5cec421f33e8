/** How many bytes the events of a corpus are on the air. */
import { fitEvent } from '../fit/fit.ts';
import { median } from './rounds.bench.ts';
import { parseTree, sdkFrameBytes, wire } from './subjects.bench.ts';
import type { Corpus, Form } from './subjects.bench.ts';

export interface WireSizes {
  readonly corpus: string;
  /** `SDK`: the field choices of the published SDK in generation A, nothing left out. */
  readonly form: Form | 'SDK';
  readonly events: number;
  readonly median: number;
  readonly max: number;
  readonly sum: number;
  /** Events that had to give something up beyond what nobody draws. */
  readonly withRung: number;
}

const forms = ['SDK', 'raw', 'a', 'c'] as const;

/** Without the forms that cannot be written here. */
export const wireSizes = ({ title, events }: Corpus): readonly WireSizes[] =>
  forms
    .filter((form) => wire.can(form === 'SDK' ? 'a' : form))
    .map((form) => {
      const sizes = events.map(({ xml }) => sizeOf(xml, form));
      const bytes = sizes.map((size) => size.bytes);
      return {
        corpus: title,
        form,
        events: events.length,
        median: median(bytes),
        max: Math.max(...bytes),
        sum: bytes.reduce((sum, more) => sum + more, 0),
        withRung: sizes.filter((size) => size.hasRung).length,
      };
    });

const sizeOf = (xml: string, form: Form | 'SDK'): { readonly bytes: number; readonly hasRung: boolean } => {
  const tree = parseTree(xml);
  if (form === 'SDK') return { bytes: sdkFrameBytes(tree), hasRung: false };
  const fitted = fitEvent(tree, { wire, policy: { form } });
  if (!fitted.ok) throw new TypeError(`${fitted.reason}: ${fitted.detail}`);
  return { bytes: fitted.frame.length, hasRung: fitted.rung !== undefined };
};
