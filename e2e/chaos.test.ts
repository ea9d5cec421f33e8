import { describe, expect, it } from 'vitest';
import { chaosRun, readChaosCommand } from './chaos-command.ts';
import { chaosTable, summaryOf } from './chaos-report.ts';
import type { ChaosRun } from './chaos-report.ts';
import { runOnce } from './drive.ts';
import { findMosquitto } from './mosquitto.ts';
import type { Report } from './report.ts';
import { isBuilt } from './service-config.ts';

const mosquitto = findMosquitto();
const RUN_MS = 300_000;

describe('the command line of chaos', () => {
  it('makes a run of each seed and topology, of a hundred faults', () => {
    const { runs, quiet } = readChaosCommand(['--seed', '7', '--seeds', '2', '--topology', 'both', '--quiet']);
    expect(runs.map(({ shape, seed, faultCount }) => [shape, seed, faultCount])).toEqual([
      ['sites', 7, 100],
      ['sites', 8, 100],
      ['one-process', 7, 100],
      ['one-process', 8, 100],
    ]);
    expect(quiet).toBe(true);
    expect(runs[0]?.faults).toContain('half-open');
  });

  it.each([['--seeds', '0'], ['--faults', 'many'], ['--topology', 'ring'], ['--nothing']])(
    'refuses %s %s',
    (...args) => {
      expect(() => readChaosCommand(args)).toThrow(expect.objectContaining({ code: 'options' }));
    },
  );
});

describe('the table of chaos', () => {
  const run = (seed: number, violationsByRule: Record<string, number>): ChaosRun => ({
    options: chaosRun('sites', seed, { faultCount: 100, durable: false }),
    seconds: 120,
    report: {
      faults: 100,
      items: 10,
      outcomeCount: 20,
      witnesses: [{ name: 'client', sightings: 9, labels: 8, repeats: 1, connections: 2 }],
      violationsByRule,
    } as unknown as Report,
  });

  it('says what was lost, what was stuck and all else, and sums them', () => {
    const runs = [run(1, { 'no trace': 2, 'no outcome': 3, 'out of order': 4 }), run(2, {})];
    expect(summaryOf(runs)).toMatchObject([{ shape: 'sites', faults: 200, items: 20, lost: 2, stuck: 3, other: 4 }]);
    expect(chaosTable(runs).split('\n')).toHaveLength(4);
  });
});

describe.skipIf(mosquitto === undefined || !isBuilt())('the gateway in one process', () => {
  it(
    'keeps its promises through a few faults',
    async () => {
      const options = chaosRun('one-process', 3, { faultCount: 4, durable: false });
      const report = await runOnce(options, mosquitto ?? '', () => undefined);
      expect(report.violations).toEqual([]);
      expect(report.faults).toBe(4);
      expect(report.outcomes['tak']?.['delivered']).toBeGreaterThan(10);
    },
    RUN_MS,
  );
});
