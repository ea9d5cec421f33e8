// `npm run bench -- NAME [--quick] [--json FILE]`: what things cost, each in one run beside what it stands on.
// `npm run bench -- all [--quick] [--check] [--write]`: all of them; `--check` fails when a ratio is more than 15 % worse than
// the one in e2e/bench-ratios.json, `--write` puts those of this run there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, root, run, setUp } from './setup.mjs';

const ownScripts = { codec: 'bench-codec.mjs', custody: 'bench-custody.mjs', console: 'bench-console.mjs' };
const siteBenches = ['latency', 'throughput', 'workers', 'clients', 'nodes', 'start', 'uplink'];
const names = [...Object.keys(ownScripts), ...siteBenches];
/** What is measured against something of the same run; the console's page is not, and wants a browser. */
const withRatios = names.filter((bench) => bench !== 'console');
const ratiosFile = join(root, 'e2e/bench-ratios.json');
/** Fewer rounds of the two that have scripts of their own. */
const quickArguments = {
  codec: ['--rounds', '5'],
  custody: ['--bus', 'mqtt', '--rate', '0', '--rounds', '2', '--frames', '1000'],
};

const [name = '', ...rest] = process.argv.slice(2);
if (name !== 'all' && !names.includes(name)) {
  console.error(`npm run bench -- all|${names.join('|')}`);
  process.exit(2);
}

const buildSite = () => {
  setUp('development');
  build();
  run('tsc', ['-b', 'e2e']);
};

/** @returns the exit status. */
const runBench = (bench, args) => {
  const own = ownScripts[bench];
  const command = own === undefined ? [join(root, 'e2e/dist/bench-run.js'), bench] : [join(root, 'scripts', own)];
  return spawnSync(process.execPath, [...command, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
};

/** Ratios of any bench in one form, by `bench.ratio`. */
const ratiosOf = (bench, report) => {
  if (bench === 'codec') {
    return Object.fromEntries(
      report.results.flatMap(({ corpus, form, atOnce }) =>
        ['encode', 'decode'].map((way) => [
          `codec.${corpus}.${form}.${way}`,
          { value: atOnce[`${way}Ratio`], better: 'lower' },
        ]),
      ),
    );
  }
  if (bench === 'custody') {
    const written = report.results[0].costs.find(({ path }) => path === 'written');
    return { 'custody.written': { value: written.ratio.median, better: 'lower' } };
  }
  return Object.fromEntries(Object.entries(report.ratios).map(([ratio, value]) => [`${bench}.${ratio}`, value]));
};

const runAll = async (args) => {
  const [quick, check, write] = ['--quick', '--check', '--write'].map((flag) => args.includes(flag));
  const unknown = args.filter((arg) => !['--quick', '--check', '--write'].includes(arg));
  if (unknown.length > 0) {
    console.error(`${unknown.join(' ')}: all takes --quick, --check and --write`);
    return 2;
  }
  const { regressions } = await import(pathToFileURL(join(root, 'e2e/dist/bench-report.js')).href);
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-bench-all-'));
  const measured = {};
  const failed = [];
  for (const bench of withRatios) {
    console.log(`\n== ${bench}`);
    const json = join(folder, `${bench}.json`);
    const less = quick ? (quickArguments[bench] ?? ['--quick']) : [];
    if (runBench(bench, [...less, '--json', json]) !== 0) failed.push(bench);
    else Object.assign(measured, ratiosOf(bench, JSON.parse(readFileSync(json, 'utf8'))));
  }
  rmSync(folder, { recursive: true, force: true });
  if (write) {
    const rounded = Object.entries(measured).map(([ratio, { value, better }]) => [
      ratio,
      { value: +value.toFixed(3), better },
    ]);
    writeFileSync(ratiosFile, `${JSON.stringify(Object.fromEntries(rounded), undefined, 2)}\n`);
  }
  const worse = check ? regressions(JSON.parse(readFileSync(ratiosFile, 'utf8')), measured) : [];
  for (const bench of failed) console.error(`could not be measured: ${bench}`);
  for (const sentence of worse) console.error(`WORSE: ${sentence}`);
  if (check && worse.length === 0) console.log('\nno ratio is more than 15 % worse than those of the repository');
  return failed.length + worse.length > 0 ? 1 : 0;
};

if (!(name in ownScripts)) buildSite();
process.exitCode = name === 'all' ? await runAll(rest) : runBench(name, rest);
