/** What a frame costs with 1, 2, 3 and 4 workers that share the work: each must cost what one costs. */
import type { BenchOptions, BenchResult } from './bench-report.ts';
import { median } from './bench-report.ts';
import { runWorkersAlone } from './bench-worker-alone.ts';

/** Design §9: constant within. */
const TARGET_SPREAD = 0.1;
const WORKERS = [1, 2, 3, 4];
/** For each worker: so much is always there that none is woken for a single frame. */
const UNDER_WAY = 64;

export const benchWorkers = async ({ quick, mosquitto }: BenchOptions): Promise<BenchResult> => {
  const count = quick ? 3000 : 6000;
  const rounds = quick ? 1 : 3;
  const taken = new Map(WORKERS.map((workers) => [workers, { micros: [] as number[], perSecond: [] as number[] }]));
  // In turns, so that what else the machine does meets all of them.
  for (let round = 0; round < rounds; round += 1) {
    for (const [workers, { micros, perSecond }] of taken) {
      const cost = await runWorkersAlone(mosquitto, { workers, count, underWay: UNDER_WAY * workers });
      micros.push(cost.cpuMicros);
      perSecond.push(cost.perSecond);
    }
  }
  const costs = [...taken].map(([workers, { micros, perSecond }]) => ({
    workers,
    micros: median(micros),
    perSecond: median(perSecond),
  }));
  const base = costs[0]?.micros ?? Number.NaN;
  const spread = Math.max(...costs.map(({ micros }) => Math.abs(micros / base - 1)));
  return {
    name: 'workers',
    tables: [
      {
        title: `Processor time of a frame, µs, all workers together: median of ${rounds}`,
        header: ['workers', 'µs', 'to one', 'frames a second'],
        rows: costs.map(({ workers, micros, perSecond }) => [
          String(workers),
          micros.toFixed(0),
          (micros / base).toFixed(2),
          perSecond.toFixed(0),
        ]),
      },
    ],
    ratios: { fourToOne: { value: (costs.at(-1)?.micros ?? Number.NaN) / base, better: 'lower' } },
    verdicts: [
      `workers: ± ${(100 * spread).toFixed(0)} % (${spread <= TARGET_SPREAD ? 'within' : 'OVER'} ± ${100 * TARGET_SPREAD} %)`,
    ],
  };
};
