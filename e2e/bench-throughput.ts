/** What the whole way carries, and the worker alone, beside a worker that does nothing on the same kind of broker; and who pays. */
import { withEcho } from './bench-echo.ts';
import { runWindow } from './bench-load.ts';
import type { BenchOptions, BenchResult } from './bench-report.ts';
import { median } from './bench-report.ts';
import { cpuPerEvent, figuresOf, openWay, startBenchSite } from './bench-site.ts';
import { runWorkersAlone } from './bench-worker-alone.ts';

/** Design §9. */
const TARGET_SHARE = 0.5;
/** Below the shortest timeout of custody at the rates to be expected. */
const UNDER_WAY = 128;

export const benchThroughput = async ({ quick, mosquitto }: BenchOptions): Promise<BenchResult> => {
  const count = quick ? 1000 : 5000;
  const rounds = quick ? 1 : 3;
  const taken: { pipeline: Pipeline; worker: number; echo: number }[] = [];
  // In turns, so that what else the machine does meets all of them.
  for (let round = 0; round < rounds; round += 1) {
    const pipeline = await pipelineRate(mosquitto, count);
    const worker = await runWorkersAlone(mosquitto, { workers: 1, count, underWay: UNDER_WAY });
    const echo = await echoRate(mosquitto, count);
    taken.push({ pipeline, worker: worker.perSecond, echo });
  }
  const echo = median(taken.map((round) => round.echo));
  const worker = median(taken.map((round) => round.worker));
  const pipeline = median(taken.map((round) => round.pipeline.perSecond));
  const one = await oneProcessCost(count);
  const pipelineShare = median(taken.map((round) => round.pipeline.perSecond / round.echo));
  const workerShare = median(taken.map((round) => round.worker / round.echo));
  const last = taken.at(-1)?.pipeline.cpuMicros ?? new Map<string, number>();
  const stages = [...last, ['all in one process', one] as const].map(([name, micros]) => [name, micros.toFixed(0)]);
  const sum = [...last.values()].reduce((total, micros) => total + micros, 0);
  const verdictOf = (what: string, share: number): string =>
    `${what}: ${(100 * share).toFixed(0)} % of a bare echo (${share >= TARGET_SHARE ? 'within' : 'BELOW'} ${100 * TARGET_SHARE} %)`;
  return {
    name: 'throughput',
    tables: [
      {
        title: `Events a second, ${UNDER_WAY} under way, QoS 1, mosquitto: median of ${rounds}`,
        header: ['path', 'per second', 'of the echo'],
        rows: [
          ['bare echo worker', echo.toFixed(0), '1.00'],
          ['codec worker alone: frame in, event out', worker.toFixed(0), workerShare.toFixed(2)],
          ['radio to TAK client, with custody', pipeline.toFixed(0), pipelineShare.toFixed(2)],
        ],
      },
      {
        title: 'Processor time of an event, µs, by process',
        header: ['process', 'µs'],
        rows: [...stages, ['sum of the processes', sum.toFixed(0)]],
      },
    ],
    ratios: {
      workerToEcho: { value: workerShare, better: 'higher' },
      pipelineToEcho: { value: pipelineShare, better: 'higher' },
      oneProcessToSeparateCpu: { value: one / sum, better: 'lower' },
    },
    verdicts: [verdictOf('worker', workerShare), verdictOf('whole pipeline', pipelineShare)],
  };
};

interface Pipeline {
  readonly perSecond: number;
  readonly cpuMicros: ReadonlyMap<string, number>;
}

const pipelineRate = async (mosquitto: string | undefined, count: number): Promise<Pipeline> => {
  const site = await startBenchSite(mosquitto === undefined ? {} : { mosquitto });
  try {
    const first = await openWay(site);
    await runWindow(site, first, count, UNDER_WAY);
    const before = await figuresOf(site);
    const { seconds } = await runWindow(site, first + count, count, UNDER_WAY);
    return { perSecond: count / seconds, cpuMicros: cpuPerEvent(before, await figuresOf(site), count) };
  } finally {
    await site.stop();
  }
};

const oneProcessCost = async (count: number): Promise<number> =>
  (await pipelineRate(undefined, count)).cpuMicros.get('gateway') ?? Number.NaN;

const echoRate = async (mosquitto: string, count: number): Promise<number> =>
  withEcho(mosquitto, async (run) => {
    await run({ count, underWay: UNDER_WAY });
    return (await run({ count, underWay: UNDER_WAY })).perSecond;
  });
