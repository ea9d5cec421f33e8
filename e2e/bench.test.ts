import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchFrame } from './bench-frames.ts';
import { runWindow } from './bench-load.ts';
import { readFigures } from './bench-probe.ts';
import { median, quantile, regressions, tableText } from './bench-report.ts';
import type { Ratio } from './bench-report.ts';
import { cpuPerEvent, figuresOf, openWay, startBenchSite } from './bench-site.ts';
import { isBuilt, ROOT } from './service-config.ts';

const lower = (value: number): Ratio => ({ value, better: 'lower' });
const higher = (value: number): Ratio => ({ value, better: 'higher' });

describe('what a bench says', () => {
  it.each([
    [[3, 1, 2], 0.5, 2],
    [[1, 2, 3, 4], 0.5, 3],
    [[1, 2, 3, 4], 0.99, 4],
    [[1, 2, 3, 4], 1, 4],
    [[7], 0.999, 7],
  ])('of %j the share %d is below %d', (values, share, expected) => {
    expect(quantile(values, share)).toBe(expected);
  });

  it('has no median of nothing', () => {
    expect(median([])).toBeNaN();
  });

  it('has its columns under one another', () => {
    const table = { title: 'Figures', header: ['what', 'µs'], rows: [['a long name', '7']] };
    expect(tableText(table)).toBe('Figures\nwhat         µs\na long name   7');
  });
});

describe('regressions', () => {
  it.each([
    ['15 % more of what should be less', lower(2), lower(2.3), 0],
    ['more than that', lower(2), lower(2.31), 1],
    ['less of what should be less', lower(2), lower(1), 0],
    ['15 % less of what should be more', higher(0.46), higher(0.4), 0],
    ['less than that', higher(0.46), higher(0.39), 1],
    ['more of what should be more', higher(0.5), higher(0.9), 0],
    ['no number', lower(2), lower(Number.NaN), 1],
  ])('%s', (_, before, now, count) => {
    expect(regressions({ some: before }, { some: now })).toHaveLength(count);
  });

  it('are not of what stands in one of the two alone', () => {
    expect(regressions({ gone: lower(1) }, { fresh: lower(9) })).toEqual([]);
  });

  it('name the ratio and both values', () => {
    expect(regressions({ 'start.x': lower(1) }, { 'start.x': lower(2) })).toEqual(['start.x: 2.00, was 1.00']);
  });
});

describe('the ratios of the repository', () => {
  const committed = JSON.parse(readFileSync(join(ROOT, 'e2e/bench-ratios.json'), 'utf8')) as Record<string, Ratio>;

  it('are numbers with a direction', () => {
    expect(Object.keys(committed).length).toBeGreaterThan(5);
    for (const { value, better } of Object.values(committed)) {
      expect(value).toBeGreaterThan(0);
      expect(['lower', 'higher']).toContain(better);
    }
  });
});

describe('the parts of a bench', () => {
  it('reads what a process says of itself', () => {
    const page = [
      '# TYPE process_cpu_seconds_total counter',
      'process_cpu_seconds_total 1.25',
      'process_resident_memory_bytes 104857600',
      'nodejs_heap_size_used_bytes{service="x"} 5242880',
    ].join('\n');
    expect(readFigures(page)).toEqual({ cpuMicros: 1_250_000, residentMb: 100, heapMb: 5 });
    expect(readFigures('')).toEqual({ cpuMicros: 0, residentMb: 0, heapMb: 0 });
  });

  it('shares what was used between two looks among the events', () => {
    const at = (cpuMicros: number) => new Map([['agent', { cpuMicros, residentMb: 0, heapMb: 0 }]]);
    expect(cpuPerEvent(at(1000), at(6000), 50)).toEqual(new Map([['agent', 100]]));
  });

  it('gives each frame a label, and a user of its own for as long as any is under way', () => {
    const users = new Set(Array.from({ length: 512 }, (_, number) => benchFrame(number).from));
    expect(users.size).toBe(512);
    expect(benchFrame(512).from).toBe(benchFrame(0).from);
  });
});

const isGatewayBuilt = isBuilt() && existsSync(join(ROOT, 'apps/gateway/dist/main.js'));

describe.skipIf(!isGatewayBuilt)('a site of one process', () => {
  it('carries frames from the radio to a TAK client, and says what they cost', async () => {
    const site = await startBenchSite({});
    try {
      const first = await openWay(site);
      const before = await figuresOf(site);
      const { latenciesMs } = await runWindow(site, first, 50, 8);
      expect(latenciesMs).toHaveLength(50);
      expect(Math.min(...latenciesMs)).toBeGreaterThan(0);
      expect(cpuPerEvent(before, await figuresOf(site), 50).get('gateway')).toBeGreaterThan(0);
    } finally {
      await site.stop();
    }
  });
});
