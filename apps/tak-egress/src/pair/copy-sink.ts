/** The standby's end of a copy: each message once and in order, from its beginning on. Pure. */
import { isSafeStep } from './copy-steps.ts';
import type { CopyAnswer, CopyMessage } from './copy-steps.ts';

export type SinkOutput =
  /** One after the other; answer with `applied` or `failed`. */
  | { readonly kind: 'apply'; readonly message: CopyMessage }
  | { readonly kind: 'taken'; readonly answer: CopyAnswer }
  | { readonly kind: 'copy_broken' };

export interface CopySink {
  /** @param wanted the copy this instance asked for */
  take(message: CopyMessage, wanted: bigint): SinkOutput[];
  applied(message: CopyMessage): SinkOutput[];
  failed(message: CopyMessage): SinkOutput[];
}

export const createCopySink = (): CopySink => {
  let current = { copy: 0n, epoch: 0 };
  /** Newest that was given out, and that was applied. */
  let [given, done] = [0, 0];
  const isCurrent = ({ copy, epoch }: CopyMessage): boolean => copy === current.copy && epoch === current.epoch;
  const taken = (): SinkOutput => ({ kind: 'taken', answer: { ...current, number: done } });
  return {
    take: (message, wanted) => {
      const { copy, epoch, number, steps } = message;
      if (copy !== wanted || wanted === 0n) return [];
      if (!isCurrent(message)) {
        current = { copy, epoch };
        [given, done] = [0, 0];
      }
      // What is under way is answered when it is done; what comes too early comes again.
      if (number <= done) return [taken()];
      if (number !== given + 1) return [];
      const isBegin = steps[0]?.kind === 'begin';
      if (!steps.every(isSafeStep) || isBegin !== (number === 1)) return [{ kind: 'copy_broken' }];
      given = number;
      return [{ kind: 'apply', message }];
    },
    applied: (message) => {
      if (!isCurrent(message)) return [];
      done = Math.max(done, message.number);
      return [taken()];
    },
    failed: (message) => (isCurrent(message) ? [{ kind: 'copy_broken' }] : []),
  };
};
