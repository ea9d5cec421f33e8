/** From the radio's socket to a TAK client's: how long a frame takes when little goes on. */
import { withEcho } from './bench-echo.ts';
import { runPaced } from './bench-load.ts';
import type { BenchOptions, BenchResult } from './bench-report.ts';
import { median, quantile } from './bench-report.ts';
import { openWay, startBenchSite } from './bench-site.ts';
import type { SiteShape } from './bench-site.ts';

/** Design §9: one process, idle. */
const TARGET_P50_MS = 3;
/** A busy mesh has a few frames a second. */
const IDLE_RATE = 20;
const BUSY_RATE = 200;
const WARM_UP_RATE = 200;

export const benchLatency = async ({ quick, mosquitto }: BenchOptions): Promise<BenchResult> => {
  const count = quick ? 60 : 400;
  const warmUp = quick ? 800 : 3000;
  const measure = async (shape: SiteShape): Promise<readonly (readonly number[])[]> => {
    const site = await startBenchSite(shape);
    try {
      const first = await openWay(site);
      await runPaced(site, first, warmUp, WARM_UP_RATE);
      const idle = await runPaced(site, first + warmUp, count, IDLE_RATE);
      const busy = await runPaced(site, first + warmUp + count, count * 5, BUSY_RATE);
      return [idle.latenciesMs, busy.latenciesMs];
    } finally {
      await site.stop();
    }
  };
  const [one = [], oneBusy = []] = await measure({});
  const [several = [], severalBusy = []] = await measure({ mosquitto });
  const echo = await withEcho(mosquitto, async (run) => {
    await run({ count: warmUp, underWay: 8 });
    return (await run({ count, underWay: 1 })).latenciesMs;
  });
  const row = (what: string, latencies: readonly number[]): string[] => [
    what,
    String(latencies.length),
    ...[0.5, 0.99, 0.999].map((share) => quantile(latencies, share).toFixed(2)),
    Math.max(...latencies).toFixed(2),
  ];
  const p50 = median(one);
  return {
    name: 'latency',
    tables: [
      {
        title: 'Milliseconds from the radio to the TAK client',
        header: ['path', 'frames', 'p50', 'p99', 'p99.9', 'max'],
        rows: [
          row(`one process, ${IDLE_RATE} a second`, one),
          row(`one process, ${BUSY_RATE} a second`, oneBusy),
          row(`separate processes, mosquitto, ${IDLE_RATE} a second`, several),
          row(`separate processes, mosquitto, ${BUSY_RATE} a second`, severalBusy),
          row('bare echo over mosquitto, there and back', echo),
        ],
      },
    ],
    ratios: {
      oneProcessToEcho: { value: p50 / median(echo), better: 'lower' },
      separateToEcho: { value: median(several) / median(echo), better: 'lower' },
    },
    verdicts: [
      `one process, idle: p50 ${p50.toFixed(2)} ms (${p50 <= TARGET_P50_MS ? 'within' : 'OVER'} ${TARGET_P50_MS} ms)`,
    ],
  };
};
