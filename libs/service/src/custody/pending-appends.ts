/** What has been given to the journal and is not confirmed yet, in order. */

export interface PendingAppends {
  /** Numbers an append; `done` is called once, with false when the journal refused it. */
  add(done: (journaled: boolean) => void): number;
  /** Everything up to and including this number is in the journal. */
  journaled(upTo: number): void;
  /** The journal had no room for this one. Those before and after it are not affected. */
  refused(number: number): void;
  readonly size: number;
}

export const createPendingAppends = (): PendingAppends => {
  const waiting = new Map<number, (journaled: boolean) => void>();
  let last = 0;
  return {
    add: (done) => {
      last += 1;
      waiting.set(last, done);
      return last;
    },
    journaled: (upTo) => {
      for (const [number, done] of waiting) {
        if (number > upTo) return;
        waiting.delete(number);
        done(true);
      }
    },
    refused: (number) => {
      const done = waiting.get(number);
      waiting.delete(number);
      done?.(false);
    },
    get size() {
      return waiting.size;
    },
  };
};
