/** The command: one run. Exit status 0 when the checks found nothing, 1 with violations, 2 when it could not run. */
import { writeFileSync } from 'node:fs';
import { readCommandLine, USAGE } from './command-line.ts';
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
  const { options, jsonFile } = readCommandLine(process.argv.slice(2));
  const mosquitto = findMosquitto();
  if (mosquitto === undefined || !isBuilt()) return UNUSABLE;
  const report = await runOnce(options, mosquitto, say);
  writeFileSync(jsonFile, `${JSON.stringify({ options, report }, undefined, 2)}\n`);
  say(`\n${reportText(report)}\n\nreport: ${jsonFile}`);
  return report.violations.length === 0 ? 0 : 1;
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
