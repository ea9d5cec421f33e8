/**
 * The command `npm run soak -- days N`: a simulated day of load through the one-process gateway, and what it holds by slope.
 * Exit status 0 when the targets are met, 1 when not, 2 when it could not run.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isBuilt } from './service-config.ts';
import { soak } from './soak-run.ts';
import type { TimedSample } from './soak-run.ts';
import { judge, sampleText, soakTable } from './soak-report.ts';
import { HarnessError } from './wait.ts';

const UNUSABLE = 2;
const REPORT = join(tmpdir(), 'cotbus-soak.json');
const USAGE = `npm run soak -- days [N] [options]
  N               simulated days (1)
  --minutes M     that a simulated day takes (20)
  --rate R        frames a simulated second (0.5)
  --json FILE     where the samples go (${REPORT})
`;
const SAMPLES_PER_DAY = 48;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const read = (args: readonly string[]) => {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { days: text, minutes: text, rate: text, json: text } }).values;
  } catch (error) {
    throw new HarnessError('options', error instanceof Error ? error.message : String(error));
  }
};

const main = async (): Promise<number> => {
  const given = read(process.argv.slice(2));
  const number = (name: 'days' | 'minutes' | 'rate', fallback: number, max: number): number => {
    const value = Number(given[name] ?? fallback);
    if (value > 0 && value <= max) return value;
    throw new HarnessError('options', `--${name} must be a number up to ${max}, not ${given[name] ?? ''}`);
  };
  const options = {
    days: number('days', 1, 100),
    minutesPerDay: number('minutes', 20, 1440),
    samplesPerDay: SAMPLES_PER_DAY,
    framesPerSecond: number('rate', 0.5, 100),
  };
  if (!isBuilt()) return UNUSABLE;
  const seen: TimedSample[] = [];
  await soak(options, (sample) => {
    seen.push(sample);
    say(sampleText(sample));
  });
  const verdict = judge(seen);
  const jsonFile = given.json ?? REPORT;
  writeFileSync(jsonFile, `${JSON.stringify({ options, verdict, samples: seen }, undefined, 2)}\n`);
  say(`\n${soakTable(verdict)}\n\nreport: ${jsonFile}`);
  return verdict.faults.length === 0 ? 0 : 1;
};

// Leaving through exit() kills the children (process.ts).
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(UNUSABLE));
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof HarnessError)) throw error;
  process.stderr.write(error.code === 'options' ? `${error.message}\n\n${USAGE}` : `${error.message}\n`);
  process.exitCode = UNUSABLE;
}
