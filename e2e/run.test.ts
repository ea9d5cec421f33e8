import { describe, expect, it } from 'vitest';
import { readCommandLine } from './command-line.ts';
import { EVERYDAY_KINDS } from './faults.ts';
import { runOnce } from './drive.ts';
import { findMosquitto } from './mosquitto.ts';
import { isBuilt } from './service-config.ts';

const mosquitto = findMosquitto();
const RUN_MS = 60_000;

describe('the command line', () => {
  it('has defaults, and lets faults last as long as the load', () => {
    const { options } = readCommandLine(['--frames', '900', '--rate', '100', '--faults', 'all']);
    expect(options).toMatchObject({ seed: 1, frames: 900, seconds: 9, workers: 1, directions: ['rx'] });
    expect(options.faults).toEqual(EVERYDAY_KINDS);
    expect(readCommandLine(['--json', 'a.json']).jsonFile).toBe('a.json');
  });

  it('adds kinds by name, and lets the load go on while the broker is away', () => {
    const { options } = readCommandLine(['--faults', 'all,broker-away', '--direction', 'both', '--durable']);
    expect(options.faults).toEqual([...EVERYDAY_KINDS, 'broker-away']);
    expect(options).toMatchObject({ frames: 8000, events: 160, seconds: 40, durable: true, airSpeed: 1 });
  });

  it.each([
    ['--frames', '0'],
    ['--frames', '1e9'],
    ['--faults', 'flood'],
    ['--direction', 'up'],
    ['--air-speed', '0'],
    ['--nothing'],
  ])('refuses %s %s', (...args) => {
    expect(() => readCommandLine(args)).toThrow(expect.objectContaining({ code: 'options' }));
  });
});

describe.skipIf(mosquitto === undefined || !isBuilt())('a run on real processes', () => {
  it(
    'accepts and delivers everything when nothing is hurt',
    async () => {
      const { options } = readCommandLine(['--frames', '100', '--clients', '1']);
      const report = await runOnce(options, mosquitto ?? '', () => undefined);
      expect(report.violations).toEqual([]);
      expect(report).toMatchObject({ given: 100, accepted: 100 });
      expect(report.outcomes['tak-1']?.['delivered']).toBeGreaterThanOrEqual(96);
      expect(report.witnesses.map(({ name, labels }) => [name, labels]).slice(0, 2)).toEqual([
        ['client 1 of tak-1', 96],
        ['client 1 of tak-2', 96],
      ]);
    },
    RUN_MS,
  );
});
