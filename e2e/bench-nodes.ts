/** What a gateway in one process needs of memory for the nodes it knows. */
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeFrame } from './bench-frames.ts';
import type { BenchOptions, BenchResult } from './bench-report.ts';
import { figuresOf, openWay, startBenchSite } from './bench-site.ts';
import { pace } from './pace.ts';

const COLLECTING = ['--expose-gc', '--import', import.meta.resolve('./bench-gc.js')];
const RATE = 400;
/** Until what was under way has gone and the collector has been there. */
const SETTLE_MS = 8000;

interface Memory {
  readonly nodes: number;
  readonly residentMb: number;
  readonly heapMb: number;
}

export const benchNodes = async ({ quick }: BenchOptions): Promise<BenchResult> => {
  const memories: Memory[] = [];
  for (const nodes of quick ? [100, 1000] : [100, 1000, 10_000]) memories.push(await memoryOf(nodes));
  const [least, ...more] = memories;
  const most = more.at(-1);
  const perNodeKb = (memory: Memory): string =>
    least === undefined || memory === least
      ? ''
      : (((memory.heapMb - least.heapMb) * 1024) / (memory.nodes - least.nodes)).toFixed(1);
  return {
    name: 'nodes',
    tables: [
      {
        title: 'Memory of a gateway in one process, a contact shown for each node',
        header: ['nodes heard', 'RSS MB', 'heap MB', 'KB of heap a node'],
        rows: memories.map((memory) => [
          String(memory.nodes),
          memory.residentMb.toFixed(0),
          memory.heapMb.toFixed(1),
          perNodeKb(memory),
        ]),
      },
    ],
    ratios: {
      [`heap${most?.nodes}To100`]: {
        value: (most?.heapMb ?? Number.NaN) / (least?.heapMb ?? Number.NaN),
        better: 'lower',
      },
    },
    verdicts: [],
  };
};

const memoryOf = async (nodes: number): Promise<Memory> => {
  const site = await startBenchSite({ nodeArgs: COLLECTING, maxNodes: Math.max(nodes, 100) });
  try {
    await openWay(site);
    await pace(nodes, RATE, (node) => site.transmit(nodeFrame(node)));
    await sleep(SETTLE_MS);
    const figures = (await figuresOf(site)).get('gateway');
    return { nodes, residentMb: figures?.residentMb ?? Number.NaN, heapMb: figures?.heapMb ?? Number.NaN };
  } finally {
    await site.stop();
  }
};
