/**
 * The command `npm run chaos`: the whole topology, hurt at seeded moments, run after run; afterwards the ledgers are checked.
 * Exit status 0 when nothing was found, 1 with violations, 2 when it could not run.
 */
import { writeFileSync } from 'node:fs';
import { CHAOS_USAGE, readChaosCommand } from './chaos-command.ts';
import { chaosLine, chaosTable, summaryOf } from './chaos-report.ts';
import type { ChaosRun } from './chaos-report.ts';
import { runOnce } from './drive.ts';
import { findMosquitto } from './mosquitto.ts';
import { reportText } from './report.ts';
import { isBuilt } from './service-config.ts';
import { HarnessError } from './wait.ts';

const UNUSABLE = 2;
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const main = async (): Promise<number> => {
  const { runs, jsonFile, quiet } = readChaosCommand(process.argv.slice(2));
  const mosquitto = findMosquitto();
  if (mosquitto === undefined || !isBuilt()) return UNUSABLE;
  const done: ChaosRun[] = [];
  for (const options of runs) {
    say(`${options.shape}, seed ${options.seed}: ${options.faultCount ?? 0} faults`);
    const startMs = performance.now();
    const report = await runOnce(options, mosquitto, quiet ? () => undefined : say);
    const run: ChaosRun = { options, report, seconds: Math.round((performance.now() - startMs) / 1000) };
    done.push(run);
    if (!quiet || report.violations.length > 0) say(`\n${reportText(report)}\n`);
    say(chaosLine(run));
    // After each, so that what a long series found is there when it is interrupted.
    writeFileSync(jsonFile, `${JSON.stringify({ summary: summaryOf(done), runs: done }, undefined, 2)}\n`);
  }
  say(`\n${chaosTable(done)}\n\nreport: ${jsonFile}`);
  return done.every(({ report }) => report.violations.length === 0) ? 0 : 1;
};

// Leaving through exit() kills the children (process.ts).
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(UNUSABLE));
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof HarnessError)) throw error;
  process.stderr.write(error.code === 'options' ? `${error.message}\n\n${CHAOS_USAGE}` : `${error.message}\n`);
  process.exitCode = UNUSABLE;
}
