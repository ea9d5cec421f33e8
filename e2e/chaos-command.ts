import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunOptions } from './drive.ts';
import { EVERYDAY_KINDS } from './faults.ts';
import type { FaultKind } from './faults.ts';
import type { Shape } from './topology.ts';
import { HarnessError } from './wait.ts';
import { canMount } from './volume.ts';

const REPORT = join(tmpdir(), 'cotbus-chaos.json');
const SHAPES_OF: Readonly<Record<string, readonly Shape[]>> = {
  sites: ['sites'],
  'one-process': ['one-process'],
  both: ['sites', 'one-process'],
};
const MAX_SEED = 2 ** 31;
const MAX_SEEDS = 1000;
const MAX_FAULTS = 1000;
/** Where every target is busy a second passes without a fault. */
const SECONDS_PER_FAULT = 2;

export const CHAOS_USAGE = `npm run chaos -- [options]
  --seed S        of the first run (1)
  --seeds N       runs, each with the next seed (1)
  --faults N      of each run, one a second, in one process every other second (100)
  --topology T    sites: two sites and a central place, each with mosquitto, bridges over TLS;
                  one-process: the gateway with its embedded broker; both (sites)
  --durable       journals wait for the disk
  --quiet         says only what came of it
  --json FILE     where the report goes (${REPORT})
`;

export interface ChaosCommand {
  readonly runs: readonly RunOptions[];
  readonly jsonFile: string;
  readonly quiet: boolean;
}

/** @throws HarnessError `options`. */
export const readChaosCommand = (args: readonly string[]): ChaosCommand => {
  const given = parse(args);
  const count = (name: 'seed' | 'seeds' | 'faults', fallback: number, max: number): number => {
    const text = given[name] ?? String(fallback);
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= max) return value;
    throw new HarnessError('options', `--${name} must be a whole number from 1 to ${max}, not ${text}`);
  };
  const wanted = given.topology ?? 'sites';
  const shapes = SHAPES_OF[wanted];
  if (shapes === undefined) {
    throw new HarnessError('options', `--topology must be ${Object.keys(SHAPES_OF).join(', ')}, not ${wanted}`);
  }
  const first = count('seed', 1, MAX_SEED);
  const seeds = Array.from({ length: count('seeds', 1, MAX_SEEDS) }, (_, index) => first + index);
  const how = { faultCount: count('faults', 100, MAX_FAULTS), durable: given.durable === true };
  return {
    runs: shapes.flatMap((shape) => seeds.map((seed) => chaosRun(shape, seed, how))),
    jsonFile: given.json ?? REPORT,
    quiet: given.quiet === true,
  };
};

/** One run of the whole topology. */
export const chaosRun = (
  shape: Shape,
  seed: number,
  { faultCount, durable }: { readonly faultCount: number; readonly durable: boolean },
): RunOptions => ({
  shape,
  seed,
  faultCount,
  // One process has most of them to itself, and must do some work between them.
  faultEveryMs: shape === 'one-process' ? 2000 : 1000,
  durable,
  seconds: 2 * faultCount * SECONDS_PER_FAULT + 1,
  faults: chaosKinds(),
  directions: ['rx', 'tx'],
  // As long as the faults last.
  frames: 0,
  rate: 40,
  events: 0,
  eventRate: 6,
  airSpeed: 10,
  clients: 2,
  // Of the shape itself.
  agents: 0,
  meshes: 0,
  workers: 0,
  egresses: 0,
});

/** A disk that is full wants a namespace, which not every system lets everybody have. */
const chaosKinds = (): readonly FaultKind[] => (canMount() ? [...EVERYDAY_KINDS, 'disk-full'] : EVERYDAY_KINDS);

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: { seed: text, seeds: text, faults: text, topology: text, durable: flag, quiet: flag, json: text },
    }).values;
  } catch (error) {
    throw new HarnessError('options', error instanceof Error ? error.message : String(error));
  }
};
