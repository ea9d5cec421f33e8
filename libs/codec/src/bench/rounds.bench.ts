/** Processor time of tasks that take turns: what disturbs one of them disturbs all. */

export interface Task {
  readonly name: string;
  /** Does it once for everything it is about. */
  readonly run: () => void;
  /** How many times that is the thing that is measured. */
  readonly count: number;
}

/** Microseconds of processor time for each thing, one number a round. */
export type Rounds = ReadonlyMap<Task, readonly number[]>;

/** Long enough for the clock of the system, which ticks in microseconds, and for what the collector does now and then. */
const SLICE_MICROS = 2000;
/** So often everything runs before anything counts: what came first would be compiled for itself, and again for the rest. */
const WARM_UPS = 5;

/** All threads of the process: who makes garbage or needs to be compiled pays for it. */
const cpuMicros = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const timed = ({ run }: Task, repeats: number): number => {
  const before = cpuMicros();
  for (let i = 0; i < repeats; i += 1) run();
  return cpuMicros() - before;
};

/** How often each task runs in a slice. All are warm then. */
const warmUp = (tasks: readonly Task[]): readonly number[] => {
  const repeats = tasks.map(() => FIRST_REPEATS);
  for (let turn = 0; turn < WARM_UPS; turn += 1) {
    for (const [at, task] of tasks.entries()) {
      const times = repeats[at] ?? FIRST_REPEATS;
      const micros = Math.max(1, timed(task, times));
      repeats[at] = Math.max(1, Math.round((times * SLICE_MICROS) / micros));
    }
  }
  return repeats;
};
const FIRST_REPEATS = 4;

export const measure = (tasks: readonly Task[], rounds: number): Rounds => {
  const repeats = warmUp(tasks);
  const measured = new Map<Task, number[]>(tasks.map((task) => [task, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Nobody always follows the same one.
    for (let i = 0; i < tasks.length; i += 1) {
      const at = (i * STRIDE + round) % tasks.length;
      const [task, times] = [tasks[at], repeats[at]];
      if (task === undefined || times === undefined) continue;
      measured.get(task)?.push(timed(task, times) / (times * task.count));
    }
  }
  return measured;
};

/** A prime larger than any number of tasks, so that a stride visits each of them. */
const STRIDE = 7919;

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
