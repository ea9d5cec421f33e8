/** Seeded misfortune: the same seed, time and targets give the same schedule. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '@cotbus/simulator';

export const FAULT_KINDS = ['kill', 'pause', 'cut', 'half-open', 'broker-restart', 'slow-client'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const EVERY_MS = 1000;
const MIN_DURATION_MS = 200;
const MAX_DURATION_MS = 3000;
/** After its fault a target is left alone for so long: a process that is killed has to start. */
const REST_MS = 1000;

export interface Fault {
  /** Since the start of the load. */
  readonly atMs: number;
  readonly kind: FaultKind;
  readonly target: string;
  /** How long it is dead, paused, held, slow; a cut has no length. */
  readonly durationMs: number;
}

/** Names of what each kind may hit. */
export type Targets = Readonly<Record<FaultKind, readonly string[]>>;

export interface ScheduleOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly kinds: readonly FaultKind[];
  readonly targets: Targets;
}

/** One fault a second from the first second on; none where every target of the kind drawn is still busy. */
export const scheduleFaults = ({ seed, seconds, kinds, targets }: ScheduleOptions): Fault[] => {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const busyUntilMs = new Map<string, number>();
  const faults: Fault[] = [];
  for (let atMs = EVERY_MS; atMs < seconds * 1000; atMs += EVERY_MS) {
    const kind = pick(kinds);
    const durationMs = Math.round(MIN_DURATION_MS + random() * (MAX_DURATION_MS - MIN_DURATION_MS));
    const free = kind === undefined ? [] : targets[kind].filter((name) => (busyUntilMs.get(name) ?? 0) <= atMs);
    const target = pick(free);
    if (kind === undefined || target === undefined) continue;
    busyUntilMs.set(target, atMs + durationMs + REST_MS);
    faults.push({ atMs, kind, target, durationMs: kind === 'cut' ? 0 : durationMs });
  }
  return faults;
};

const faultText = ({ atMs, kind, target, durationMs }: Fault): string =>
  `${(atMs / 1000).toFixed(1)} s ${kind} ${target}${durationMs > 0 ? ` for ${durationMs} ms` : ''}`;

/** What can be done to a running system. */
export interface Hurt {
  kill(process: string): Promise<void>;
  start(process: string): void;
  pause(process: string): void;
  resume(process: string): void;
  cut(proxy: string, kind: 'rst' | 'fin'): void;
  hold(proxy: string): void;
  release(proxy: string): void;
  slow(proxy: string): void;
  restartBroker(downMs: number): Promise<void>;
}

/** Does it all at its time; resolves when the last fault is over. */
export const injectFaults = async (
  faults: readonly Fault[],
  hurt: Hurt,
  say: (text: string) => void,
): Promise<void> => {
  await Promise.all(
    faults.map(async (fault) => {
      await sleep(fault.atMs);
      say(faultText(fault));
      await inject(fault, hurt);
    }),
  );
};

const inject = async ({ kind, target, durationMs, atMs }: Fault, hurt: Hurt): Promise<void> => {
  switch (kind) {
    case 'kill':
      await hurt.kill(target);
      await sleep(durationMs);
      return hurt.start(target);
    case 'pause':
      hurt.pause(target);
      await sleep(durationMs);
      return hurt.resume(target);
    case 'cut':
      return hurt.cut(target, (atMs / EVERY_MS) % 2 === 0 ? 'rst' : 'fin');
    case 'half-open':
      hurt.hold(target);
      await sleep(durationMs);
      hurt.cut(target, 'rst');
      return hurt.release(target);
    case 'slow-client':
      hurt.slow(target);
      await sleep(durationMs);
      return hurt.release(target);
    case 'broker-restart':
      return hurt.restartBroker(durationMs);
  }
};
