// `npm test`: generated code, format, boundaries, dead code, build, lint, and all tests. Everything runs even when an
// earlier check failed, so that one run shows all faults; the exit status is 1 if there was any.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passes, setUp } from './setup.mjs';

setUp('development');

const failed = [];
const check = (what, tool, ...args) => {
  const started = performance.now();
  const ok = passes(tool, args);
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (!ok) failed.push(what);
};

check('generated code', 'gen', '--check');
check('format', 'prettier', '--check', '--log-level', 'warn', '.');
check('boundaries', 'depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'apps', 'libs', 'e2e');
check('dead code', 'knip', '--no-progress');
check('build', 'tsc', '-b');
check('build of e2e', 'tsc', '-b', 'e2e');
check('packed codec', 'pack-codec', tmpdir());
check('types of tests', 'tsc', '-p', 'tsconfig.tests.json');
check('lint', 'nx', 'run-many', '-t', 'lint', '--output-style', 'static');
check('lint of e2e', 'oxlint', '--type-aware', '--deny-warnings', '-c', '.oxlintrc.json', 'e2e', 'scripts');

const folder = mkdtempSync(join(tmpdir(), 'cotbus-test-'));
const report = join(folder, 'report.json');
check('tests', 'vitest', 'run', '--reporter', 'default', '--reporter', 'json', '--outputFile', report);
const counts = JSON.parse(readFileSync(report, 'utf8'));
rmSync(folder, { recursive: true, force: true });

if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
const codecCases = counts.testResults
  .filter(({ name }) => name.replaceAll('\\', '/').includes('/libs/codec/'))
  .reduce((sum, { assertionResults }) => sum + assertionResults.filter(({ status }) => status === 'passed').length, 0);
console.log(`\n${codecCases} cases of the codec`);
console.log(
  `${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests + counts.numTodoTests} skipped`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
