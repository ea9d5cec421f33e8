/** Virtual time: what happens next, in order. */

export interface Timeline {
  readonly nowMs: number;
  after(ms: number, call: () => void): void;
  /** Runs what is due up to `untilMs`, or until it is ended. */
  run(untilMs: number): void;
  end(): void;
}

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly call: () => void;
}

const isBefore = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

export const createTimeline = (): Timeline => {
  /** A binary heap. */
  const heap: Entry[] = [];
  let nowMs = 0;
  let order = 0;
  const state = { isEnded: false };
  const push = (entry: Entry): void => {
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  };
  const pop = (): Entry | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) child += 1;
      const least = heap[child];
      if (least === undefined || !isBefore(least, last)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
    return first;
  };
  return {
    get nowMs() {
      return nowMs;
    },
    after: (ms, call) => push({ atMs: nowMs + ms, order: (order += 1), call }),
    end: () => {
      state.isEnded = true;
    },
    run: (untilMs) => {
      while (!state.isEnded) {
        const next = heap[0];
        if (next === undefined || next.atMs > untilMs) return;
        pop();
        nowMs = next.atMs;
        next.call();
      }
    },
  };
};
