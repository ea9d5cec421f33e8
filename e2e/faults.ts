/** Seeded misfortune: the same seed, time and targets give the same schedule. */
import { createRandom } from '@cotbus/simulator';

/** What `all` means: each is over within seconds and asks nothing of the machine. */
export const EVERYDAY_KINDS = [
  'kill',
  'pause',
  'cut',
  'half-open',
  'broker-restart',
  'slow-client',
  'clock-jump',
] as const;
/** Only by name: they last, want namespaces of the system, or cost what was held. */
const NAMED_KINDS = ['broker-away', 'disk-full', 'lost-volume'] as const;
export const FAULT_KINDS = [...EVERYDAY_KINDS, ...NAMED_KINDS] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const EVERY_MS = 1000;
const MIN_DURATION_MS = 200;
const MAX_DURATION_MS = 3000;
/** After its fault a target is left alone for so long: a process that is killed has to start. */
const REST_MS = 1000;
export const BROKER_AWAY_MS = 30_000;
/** The broker goes in one of the first so many seconds. */
const BROKER_LEAVES_WITHIN = 4;

export interface Fault {
  /** Since the start of the load. */
  readonly atMs: number;
  readonly kind: FaultKind;
  readonly target: string;
  /** How long it is dead, paused, held, slow, full, wrong; a cut has no length. */
  readonly durationMs: number;
}

/** Names of what each kind may hit. */
export type Targets = Readonly<Record<FaultKind, readonly string[]>>;

export interface ScheduleOptions {
  readonly seed: number;
  readonly seconds: number;
  /** From one to the next; a second, if left out. */
  readonly everyMs?: number;
  /** No more than so many; as many as there is time for, if left out. */
  readonly count?: number;
  readonly kinds: readonly FaultKind[];
  readonly targets: Targets;
}

type Random = () => number;

/**
 * One fault a second from the first second on; none where every target of every kind is still busy. The broker is away
 * once, whatever else happens, and nothing loses its volume twice.
 */
export const scheduleFaults = (options: ScheduleOptions): Fault[] => {
  const { seed, seconds, everyMs = EVERY_MS, count = Infinity, kinds, targets } = options;
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const faults: Fault[] = kinds.includes('broker-away') ? brokerAway(random, seconds, targets) : [];
  const isFree = (kind: FaultKind, name: string, atMs: number): boolean =>
    !faults.some((fault) => fault.target === name && (overlaps(fault, atMs) || isSecondLoss(fault, kind)));
  for (let atMs = everyMs; atMs < seconds * 1000 && faults.length < count; atMs += everyMs) {
    const freeOf = (kind: FaultKind): string[] => targets[kind].filter((name) => isFree(kind, name, atMs));
    const kind = pick(kinds.filter((one) => one !== 'broker-away' && freeOf(one).length > 0));
    const durationMs = Math.round(MIN_DURATION_MS + random() * (MAX_DURATION_MS - MIN_DURATION_MS));
    const target = kind === undefined ? undefined : pick(freeOf(kind));
    if (kind === undefined || target === undefined) continue;
    faults.push({ atMs, kind, target, durationMs: kind === 'cut' ? 0 : durationMs });
  }
  return faults;
};

const brokerAway = (random: Random, seconds: number, targets: Targets): Fault[] => {
  const atMs = EVERY_MS * (1 + Math.floor(random() * BROKER_LEAVES_WITHIN));
  const [target] = targets['broker-away'];
  if (target === undefined || atMs >= seconds * 1000) return [];
  return [{ atMs, kind: 'broker-away', target, durationMs: BROKER_AWAY_MS }];
};

/** Busy from a little before, so that nothing that began earlier is still under way, until it has rested. */
const overlaps = ({ atMs, durationMs }: Fault, nowMs: number): boolean =>
  nowMs < atMs + durationMs + REST_MS && nowMs > atMs - MAX_DURATION_MS - REST_MS;

const isSecondLoss = (fault: Fault, kind: FaultKind): boolean => kind === 'lost-volume' && fault.kind === kind;

export const faultText = ({ atMs, kind, target, durationMs }: Fault): string =>
  `${(atMs / 1000).toFixed(1)} s ${kind} ${target}${durationMs > 0 ? ` for ${durationMs} ms` : ''}`;
