/** What an event costs the egress with 1, 10 and 100 TAK clients. */
import { runPaced } from './bench-load.ts';
import type { BenchOptions, BenchResult } from './bench-report.ts';
import { cpuPerEvent, figuresOf, openWay, startBenchSite } from './bench-site.ts';

const CLIENTS = [1, 10, 100];

export const benchClients = async ({ quick, mosquitto }: BenchOptions): Promise<BenchResult> => {
  const rate = 100;
  const seconds = quick ? 2 : 12;
  const costs: { clients: number; micros: number }[] = [];
  for (const clients of CLIENTS) costs.push({ clients, micros: await costOf(mosquitto, { clients, rate, seconds }) });
  const [one, , hundred] = costs.map(({ micros }) => micros);
  const ratio = (hundred ?? Number.NaN) / (one ?? Number.NaN);
  return {
    name: 'clients',
    tables: [
      {
        title: `Processor time of an event at the egress, µs, at ${rate} events a second`,
        header: ['clients', 'an event', 'an event and client', 'to one client'],
        rows: costs.map(({ clients, micros }) => [
          String(clients),
          micros.toFixed(0),
          (micros / clients).toFixed(1),
          (micros / (one ?? Number.NaN)).toFixed(2),
        ]),
      },
    ],
    ratios: { hundredToOne: { value: ratio, better: 'lower' } },
    verdicts: [],
  };
};

interface Load {
  readonly clients: number;
  readonly rate: number;
  readonly seconds: number;
}

const costOf = async (mosquitto: string, { clients, rate, seconds }: Load): Promise<number> => {
  const site = await startBenchSite({ mosquitto, clients });
  try {
    const first = await openWay(site);
    const count = rate * seconds;
    await runPaced(site, first, count, rate);
    const before = await figuresOf(site);
    await runPaced(site, first + count, count, rate);
    return cpuPerEvent(before, await figuresOf(site), count).get('tak-egress') ?? Number.NaN;
  } finally {
    await site.stop();
  }
};
