import { takHour } from '@cotbus/simulator';
import { describe, expect, it } from 'vitest';
import { useCommandRun } from '../testing/command-run.ts';

const command = useCommandRun('air');
const { printed, complained, run, file } = command;

/** Some minutes of four phones. */
const traffic = (): string =>
  takHour({ seed: 3, phones: 4, minutes: 3 })
    .map(({ xml }) => xml)
    .join('\n');

describe('cotbus air', () => {
  it('says of a file of events what it would cost, by kind and by user', async () => {
    await run('--preset', 'LongFast', '--region', 'EU_868', file('traffic.xml', traffic()));
    const text = printed.join('\n');
    expect(text).toContain('LONG_FAST in EU_868, V2 (firmware 2.8.0)');
    expect(text).toMatch(/2\.9 min of TAK traffic: \d+\.\d s of airtime; .*360\.0 s allowed/);
    expect(text).toMatch(/^pli +72 +\d+ +\d+\.\d +\d+\.\d % .*superseded \d+/m);
    expect(text).toMatch(/^SIM-01 +18 +\d+ +\d\.\d$/m);
    expect(process.exitCode).toBeUndefined();
  });

  it('gives everything as one object', async () => {
    const [report] = await command.runJson<Record<string, unknown>>(
      '--region',
      'us',
      '--preset',
      'short-turbo',
      file('traffic.xml', `${traffic()}<event><broken></event>\n<event `),
    );
    expect(report).toMatchObject({
      modemPreset: 'SHORT_TURBO',
      region: 'US',
      limitMs: 360_000,
      refused: { garbled: 2 },
    });
    expect(Object.keys(report ?? {})).toEqual(
      'modemPreset region refused spanMs limitMs airMs busiestHourMs kinds users'.split(' '),
    );
  });

  it('reads what came from TAK out of a recording, by when it came', async () => {
    const lines = takHour({ seed: 3, phones: 4, minutes: 3 }).map(({ atMs, xml }) =>
      JSON.stringify({ type: 'event', at: new Date(atMs).toISOString(), way: 'from_tak', kind: 'pli', xml }),
    );
    const [first = ''] = lines;
    const header = JSON.stringify({ recording: 'cotbus', version: 1, at: '2026-01-01T09:00:00Z', by: 'Cotbus' });
    const heard = first.replace('from_tak', 'to_tak');
    const recording = file('cotbus-1.jsonl', [header, heard, '{"type":', ...lines].join('\n') + '\n');
    const [fromRecording] = await command.runJson<Record<string, unknown>>(recording);
    const [fromEvents] = await command.runJson<Record<string, unknown>>(file('traffic.xml', traffic()));
    expect(fromRecording).toEqual({ ...fromEvents, refused: { garbled: 1 } });
  });

  it('goes by the configuration of a radio', async () => {
    const config = file('cotbus.yaml', 'radios:\n  - tcp: 127.0.0.1\n    toMesh: { kinds: [chat] }\n');
    const [report] = await command.runJson<{ kinds: { kind: string; refused: object }[] }>(
      '--config',
      config,
      file('traffic.xml', traffic()),
    );
    expect(report?.kinds.find(({ kind }) => kind === 'pli')?.refused).toEqual({ not_allowed: 72 });
  });

  it.each([
    [['--preset', 'Fastest'], 'no modem preset "Fastest"; there are LONG_FAST'],
    [['--region', 'Moon'], 'no region "Moon"'],
    [['/nowhere/traffic.xml'], 'no such file'],
  ])('says what is wrong with %j', async (words, expected) => {
    await run(...words);
    expect(complained.join('\n')).toContain(expected);
    expect(process.exitCode).toBe(1);
  });
});
