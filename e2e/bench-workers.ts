/** What a message costs with 1, 2, 3 and 4 workers that share the work: each must cost what one costs. */
import { runPaced } from './bench-load.ts';
import type { BenchOptions, BenchResult } from './bench-report.ts';
import { cpuPerEvent, figuresOf, openWay, startBenchSite } from './bench-site.ts';

/** Design §9: constant within. */
const TARGET_SPREAD = 0.1;
const WORKERS = [1, 2, 3, 4];

interface Cost {
  readonly workers: number;
  readonly all: number;
  readonly broker: number;
}

export const benchWorkers = async ({ quick, mosquitto }: BenchOptions): Promise<BenchResult> => {
  const rate = 250;
  const seconds = quick ? 2 : 12;
  const costs: Cost[] = [];
  for (const workers of WORKERS) costs.push(await costOf(mosquitto, { workers, rate, seconds }));
  const base = costs[0]?.workers ?? Number.NaN;
  const spread = Math.max(...costs.map(({ workers }) => Math.abs(workers / base - 1)));
  const most = costs.at(-1);
  return {
    name: 'workers',
    tables: [
      {
        title: `Processor time of an event, µs, at ${rate} a second`,
        header: ['workers', 'all workers', 'to one', 'all services', 'mosquitto'],
        rows: costs.map(({ workers, all, broker }, at) => [
          String(WORKERS[at]),
          workers.toFixed(0),
          (workers / base).toFixed(2),
          all.toFixed(0),
          broker.toFixed(0),
        ]),
      },
    ],
    ratios: { fourToOne: { value: (most?.workers ?? Number.NaN) / base, better: 'lower' } },
    verdicts: [
      `workers: ± ${(100 * spread).toFixed(0)} % (${spread <= TARGET_SPREAD ? 'within' : 'OVER'} ± ${100 * TARGET_SPREAD} %)`,
    ],
  };
};

interface Load {
  readonly workers: number;
  readonly rate: number;
  readonly seconds: number;
}

const costOf = async (mosquitto: string, { workers, rate, seconds }: Load): Promise<Cost> => {
  const site = await startBenchSite({ mosquitto, workers });
  try {
    const first = await openWay(site);
    const count = rate * seconds;
    // Each of them must have compiled what it runs.
    const warmUp = (count / 2) * workers;
    await runPaced(site, first, warmUp, rate);
    const before = await figuresOf(site);
    await runPaced(site, first + warmUp, count, rate);
    const cost = [...cpuPerEvent(before, await figuresOf(site), count)];
    const sum = (of: (name: string) => boolean): number =>
      cost.filter(([name]) => of(name)).reduce((total, [, micros]) => total + micros, 0);
    return {
      workers: sum((name) => name.startsWith('codec-worker')),
      all: sum((name) => name !== 'mosquitto'),
      broker: sum((name) => name === 'mosquitto'),
    };
  } finally {
    await site.stop();
  }
};
