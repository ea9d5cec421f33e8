/** A journal that survives kill -9 up to its last confirmed append; of what came behind, a random part is torn off. */
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

interface Append<T> {
  readonly number: number;
  readonly record: T;
}

export interface SimulatedJournal<T> {
  /** @returns false when the disk is full. */
  append(append: Append<T>): boolean;
  /** The process died. @returns what is left. */
  crash(): readonly T[];
  /** The volume is gone. */
  lose(): void;
  readonly records: readonly T[];
  isFull: boolean;
}

/** @param confirmed called with the number of the last append that is safe, some time after it. */
export const createSimulatedJournal = <T>(
  random: Random,
  timeline: Timeline,
  confirmed: (upTo: number) => void,
  torn: (record: T) => void,
  /** Planted fault: appends count as safe at once, and are not. */
  lies = false,
): SimulatedJournal<T> => {
  let records: T[] = [];
  let safe = 0;
  let last = 0;
  let life = 0;
  let isScheduled = false;
  const confirm = (upTo: number): void => {
    isScheduled = false;
    safe = records.length;
    confirmed(upTo);
  };
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    const of = life;
    const ms = lies
      ? random.between(100, 3000)
      : random.chance(0.03)
        ? random.between(100, 3000)
        : random.between(1, 20);
    timeline.after(ms, () => {
      if (of === life) confirm(last);
    });
    if (lies) timeline.after(0, () => of === life && confirmed(last));
  };
  return {
    isFull: false,
    append({ number, record }) {
      if (this.isFull) return false;
      last = number;
      records.push(record);
      schedule();
      return true;
    },
    crash: () => {
      life += 1;
      isScheduled = false;
      for (const record of records.splice(random.between(safe, records.length))) torn(record);
      safe = records.length;
      return records;
    },
    lose: () => {
      records = [];
      safe = 0;
    },
    get records() {
      return records;
    },
  };
};
