import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunOptions } from './drive.ts';
import { BROKER_AWAY_MS, EVERYDAY_KINDS, FAULT_KINDS } from './faults.ts';
import type { FaultKind } from './faults.ts';
import type { Direction } from './label.ts';
import { HarnessError } from './wait.ts';

/** Bounds of one run, so that a slip of the keyboard does not fill the machine. */
const MAX_FRAMES = 100_000;
const MAX_RATE = 2000;
const MAX_SECONDS = 600;
const MAX_PARTS = 8;
const MAX_AIR_SPEED = 1000;
/** Load goes on before, while and after the broker is away. */
const AWAY_LOAD_SECONDS = BROKER_AWAY_MS / 1000 + 10;

const REPORT = join(tmpdir(), 'cotbus-e2e-report.json');

export const USAGE = `node e2e/dist/run.js [options]
  --seed S          of the faults (1)
  --frames N        from the meshes (2000)
  --rate R          of them a second (200)
  --events N        from TAK clients (100)
  --event-rate R    of them a second (4)
  --seconds T       with faults (as long as the load lasts)
  --faults F        none, or a list (none) of
                    ${FAULT_KINDS.join(', ')};
                    all: ${EVERYDAY_KINDS.join(', ')}
  --direction D     rx, tx or both (rx)
  --durable         journals wait for the disk
  --air-speed N     times the speed of the real air, which carries some twenty packets a second (1)
  --agents N  --meshes N  --workers N  --egresses N  --clients N    (2 2 1 2 2)
  --json FILE       where the report goes (${REPORT})
`;

/** @throws HarnessError `options`. */
export const readCommandLine = (args: readonly string[]): { options: RunOptions; jsonFile: string } => {
  const given = parse(args);
  const count = (name: Exclude<keyof typeof given, 'durable'>, fallback: number, max: number): number => {
    const text = given[name] ?? String(fallback);
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= max) return value;
    throw new HarnessError('options', `--${name} must be a whole number from 1 to ${max}, not ${text}`);
  };
  const directions = directionsOf(given.direction ?? 'rx');
  const faults = faultsOf(given.faults ?? 'none');
  const leastSeconds = faults.includes('broker-away') ? AWAY_LOAD_SECONDS : 0;
  const rate = count('rate', 200, MAX_RATE);
  const frames = count('frames', Math.max(2000, rate * leastSeconds), MAX_FRAMES);
  const eventRate = count('event-rate', 4, MAX_RATE);
  const events = count('events', Math.max(100, eventRate * leastSeconds), MAX_FRAMES);
  const loadSeconds = Math.ceil(
    Math.max(...directions.map((direction) => (direction === 'rx' ? frames / rate : events / eventRate))),
  );
  const agents = count('agents', 2, MAX_PARTS);
  return {
    jsonFile: given.json ?? REPORT,
    options: {
      shape: 'site',
      seed: count('seed', 1, 2 ** 31),
      frames,
      rate,
      events,
      eventRate,
      seconds: count('seconds', Math.min(loadSeconds, MAX_SECONDS), MAX_SECONDS),
      faults,
      durable: given.durable === true,
      airSpeed: count('air-speed', 1, MAX_AIR_SPEED),
      directions,
      agents,
      meshes: count('meshes', Math.min(2, agents), agents),
      workers: count('workers', 1, MAX_PARTS),
      egresses: count('egresses', 2, MAX_PARTS),
      clients: count('clients', 2, MAX_PARTS),
    },
  };
};

const text = { type: 'string' } as const;
const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: text,
        frames: text,
        rate: text,
        events: text,
        'event-rate': text,
        seconds: text,
        faults: text,
        direction: text,
        durable: { type: 'boolean' },
        'air-speed': text,
        agents: text,
        meshes: text,
        workers: text,
        egresses: text,
        clients: text,
        json: text,
      },
    }).values;
  } catch (error) {
    throw new HarnessError('options', error instanceof Error ? error.message : String(error));
  }
};

const directionsOf = (wanted: string): readonly Direction[] => {
  if (wanted === 'both') return ['rx', 'tx'];
  if (wanted === 'rx' || wanted === 'tx') return [wanted];
  throw new HarnessError('options', `--direction must be rx, tx or both, not ${wanted}`);
};

const isFaultKind = (name: string): name is FaultKind => FAULT_KINDS.some((kind) => kind === name);

const faultsOf = (wanted: string): readonly FaultKind[] => {
  if (wanted === 'none') return [];
  const kinds = wanted.split(',').flatMap((kind) => (kind === 'all' ? EVERYDAY_KINDS : [kind]));
  if (kinds.every(isFaultKind)) return kinds;
  throw new HarnessError('options', `--faults must be none, all or a list of ${FAULT_KINDS.join(', ')}, not ${wanted}`);
};
