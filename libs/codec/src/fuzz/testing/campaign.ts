/** Inputs by the number: each is made of a seed, a target and its index, and nothing else. */
import { envelope, plain, xml } from './events.ts';
import { frame257, frame72, frame78 } from './frames.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

export const targets: readonly Target[] = [frame78, frame72, frame257, xml, plain, envelope];

export interface Batch {
  readonly target: string;
  readonly seed: number;
  /** Index of the first. */
  readonly from: number;
  readonly count: number;
}

interface Finding {
  readonly target: string;
  readonly seed: number;
  readonly index: number;
  readonly kind: 'broken' | 'thrown' | 'slow';
  readonly message: string;
  readonly bytes: Uint8Array;
}

export interface BatchResult {
  /** How often each outcome was. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  /** Milliseconds of processor time of the slowest input; run again, for what disturbed it may have passed. */
  readonly slowest: { readonly ms: number; readonly index: number };
  readonly inputBytes: number;
}

/** Milliseconds of processor time that an input may take, in one process with the collector. */
const MAX_CPU_MS = 250;
/** From here an input is run again, to see whether it was the input. */
const SUSPECT_MS = 20;
const RETRIES = 3;
const MAX_MESSAGE_CHARACTERS = 2000;

/** Milliseconds of processor time of this process. */
export type CpuClock = () => number;

const cpuOfProcess: CpuClock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** @throws RangeError for a target that does not exist */
export const runBatch = (
  { target: name, seed, from, count }: Batch,
  among: readonly Target[] = targets,
  cpuMs: CpuClock = cpuOfProcess,
): BatchResult => {
  const make = targetNamed(name, among).open();
  const input = (index: number) => make(randomOf(name, seed, index));
  const outcomes: Record<string, number> = {};
  const findings: Finding[] = [];
  let slowest = { ms: 0, index: from };
  let inputBytes = 0;
  for (let index = from; index < from + count; index += 1) {
    const { bytes, check } = input(index);
    inputBytes += bytes.length;
    const report = (kind: Finding['kind'], message: string): void => {
      findings.push({ target: name, seed, index, kind, message: message.slice(0, MAX_MESSAGE_CHARACTERS), bytes });
    };
    const started = cpuMs();
    const outcome = outcomeOf(check, report);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const first = cpuMs() - started;
    const ms = first < SUSPECT_MS ? first : leastOf(() => input(index).check(), first, cpuMs);
    if (ms > slowest.ms) slowest = { ms, index };
    if (ms > MAX_CPU_MS) report('slow', `${Math.round(ms)} ms`);
  }
  return { outcomes, findings, slowest, inputBytes };
};

/** The bytes of one input. What a batch remembers of the inputs before it changes none of them. */
export const inputOf = (target: string, seed: number, index: number): Uint8Array =>
  targetNamed(target, targets).open()(randomOf(target, seed, index)).bytes;

const randomOf = (target: string, seed: number, index: number): Random => createRandom(seed, `${target}/${index}`);

const targetNamed = (name: string, among: readonly Target[]): Target => {
  const target = among.find((one) => one.name === name);
  if (target === undefined) throw new RangeError(`no target ${name}`);
  return target;
};

const outcomeOf = (check: () => string, report: (kind: Finding['kind'], message: string) => void): string => {
  try {
    return check();
  } catch (error) {
    const kind = error instanceof Error && 'code' in error && error.code === 'broken' ? 'broken' : 'thrown';
    report(kind, error instanceof Error ? (kind === 'thrown' ? (error.stack ?? '') : error.message) : String(error));
    return kind;
  }
};

const leastOf = (again: () => string, first: number, cpuMs: CpuClock): number => {
  let least = first;
  for (let i = 0; i < RETRIES; i += 1) {
    const started = cpuMs();
    outcomeOf(again, () => undefined);
    least = Math.min(least, cpuMs() - started);
  }
  return least;
};
