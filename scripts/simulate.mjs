// `npm run simulate -- --runs N --seed S`: custody against a hostile world, in virtual time. A run that fails names its seed;
// `--seed S --trace` shows what happened in it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root, run, setUp } from './setup.mjs';

setUp('development');
const options = {
  runs: { type: 'string', default: '10000' },
  seed: { type: 'string', default: '1' },
  trace: { type: 'boolean' },
};
const { values } = parseArgs({ options });
const [runs, seed] = [String(values.runs), String(values.seed)];
for (const [name, text] of [
  ['runs', runs],
  ['seed', seed],
]) {
  if (!/^\d{1,9}$/.test(text)) {
    console.error(`--${name} must be a whole number`);
    process.exit(2);
  }
}
run('tsc', ['-p', 'libs/service/tsconfig.simulate.json']);
const built = pathToFileURL(join(root, 'node_modules/.cache/simulate/custody/testing/simulate.js'));
const { simulate, simulateMany } = await import(built.href);
if (values.trace === true) {
  const one = simulate({ seed: Number(seed), trace: true });
  console.log([...one.trace, ...one.violations.map((violation) => `VIOLATION ${violation}`)].join('\n'));
  process.exit(one.violations.length > 0 ? 1 : 0);
}
const started = performance.now();
const result = simulateMany({ runs: Number(runs), seed: Number(seed) });
console.log(`${runs} runs from seed ${seed} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
console.log(JSON.stringify(result, undefined, 2));
process.exit(result.failed.length > 0 ? 1 : 0);
