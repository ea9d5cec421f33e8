/** What custody costs: processor time per frame with and without it, over the same bus, in turns in one process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeJournalFs } from '../journal/node-journal-fs.ts';
import { openBenchBroker } from './bench-bus.bench.ts';
import type { BenchBusKind } from './bench-bus.bench.ts';
import { runRound } from './cpu-per-frame.bench.ts';
import type { Round } from './cpu-per-frame.bench.ts';
import { openBarePath, openCustodyPath } from './frame-path.bench.ts';
import { heardFrames } from './heard-frames.bench.ts';

export interface CustodyCostOptions {
  readonly bus: BenchBusKind;
  readonly rounds: number;
  /** Of each round. */
  readonly frames: number;
  /** As fast as it goes, if left out. */
  readonly perSecond?: number;
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface CustodyCost {
  readonly path: PathName;
  readonly cpuMicrosPerFrame: Spread;
  /** To the round without custody just before. */
  readonly ratio: Spread;
  readonly framesPerSecond: Spread;
  /** Of all rounds. */
  readonly repeated: number;
}

/** Without custody; with it, its journals in the page cache; with it, each item fsynced. */
const PATHS = ['without', 'written', 'durable'] as const;
type PathName = (typeof PATHS)[number];
/** Part of a round that goes before it, uncounted. */
const WARM_UP = 1 / 4;

export const custodyCost = async (options: CustodyCostOptions): Promise<readonly CustodyCost[]> => {
  const rounds: Record<PathName, Round>[] = [];
  // The first round is for the compiler.
  for (let round = 0; round <= options.rounds; round += 1) {
    const measured = await measurePaths(options);
    if (round > 0) rounds.push(measured);
  }
  return PATHS.map((path) => ({
    path,
    cpuMicrosPerFrame: spreadOf(rounds.map((round) => round[path].cpuMicrosPerFrame)),
    ratio: spreadOf(rounds.map((round) => round[path].cpuMicrosPerFrame / round.without.cpuMicrosPerFrame)),
    framesPerSecond: spreadOf(rounds.map((round) => round[path].framesPerSecond)),
    repeated: rounds.reduce((sum, round) => sum + round[path].repeated, 0),
  }));
};

const measurePaths = async (options: CustodyCostOptions): Promise<Record<PathName, Round>> => ({
  without: await measurePath('without', options),
  written: await measurePath('written', options),
  durable: await measurePath('durable', options),
});

/** One path at a time is open: timers of another would be counted with it. */
const measurePath = async (name: PathName, options: CustodyCostOptions): Promise<Round> => {
  const { bus, frames: count, perSecond } = options;
  const broker = await openBenchBroker(bus);
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-bench-'));
  const journals = { folder, durable: name === 'durable', fs: nodeJournalFs };
  const path = name === 'without' ? await openBarePath(broker) : await openCustodyPath(broker, journals);
  const frames = heardFrames();
  await runRound(path, frames, { count: Math.ceil(count * WARM_UP) });
  const round = await runRound(path, frames, { count, ...(perSecond !== undefined && { perSecond }) });
  await path.close();
  rmSync(folder, { recursive: true, force: true });
  return round;
};

const spreadOf = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
};
