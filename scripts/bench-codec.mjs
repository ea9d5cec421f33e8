// `npm run bench -- codec`: processor time of the codec, in all and by step, beside bare saxes, zstd and protobuf in turns in
// one process, and bytes on the air. `--rounds N`, `--form raw,a,c`, `--json FILE`. Ratios are what to compare.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root, run, setUp } from './setup.mjs';

/** What is to be reached, by the same run. */
const TARGETS = { encode: 1.5, decode: 1.3 };

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '21' },
    form: { type: 'string', default: 'a,c,raw' },
    json: { type: 'string' },
  },
});
const forms = values.form.split(',');
if (!/^\d{1,4}$/.test(values.rounds) || !forms.every((form) => ['a', 'c', 'raw'].includes(form))) {
  console.error('--rounds must be a whole number, --form some of a, c, raw');
  process.exit(2);
}
const rounds = Math.max(1, Number(values.rounds));

setUp('development');
run('tsc', ['-b', 'libs/contracts', 'libs/zstd', 'libs/testkit']);
run('tsc', ['-p', 'libs/codec/tsconfig.bench.json']);
const built = async (file) =>
  import(pathToFileURL(join(root, 'node_modules/.cache/codec-bench/bench', `${file}.bench.js`)).href);
const { codecCosts } = await built('codec-cost');
const { wireSizes } = await built('wire-sizes');
const { corpora, engineName } = await built('subjects');

const table = (header, rows) => {
  const widths = header.map((_, at) => Math.max(...[header, ...rows].map((row) => row[at].length)));
  const line = (row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  ');
  return [header, ...rows].map(line).join('\n');
};
const micros = (value) => value.toFixed(1);
const percent = (part, whole) => `${Math.round((100 * part) / whole)} %`;
const verdict = (ratio, target) => `${ratio.toFixed(2)} (${ratio <= target ? 'within' : 'OVER'} ${target})`;

/** Which part of a full way each step is; the rest is further tries to fit, copies and what is between the steps. */
const shares = ({ micros: m }, whole, steps) => {
  const parts = Object.entries(steps).map(([name, cost]) => [name, cost(m)]);
  const rest = m[whole] - parts.reduce((sum, [, cost]) => sum + cost, 0);
  return [...parts, ['rest', rest]].map(([name, cost]) => `${name} ${percent(cost, m[whole])}`).join(', ');
};
const ENCODE_STEPS = {
  XML: (m) => m['encode: XML'],
  packet: (m) => m['encode: packet'],
  'strip and limits': (m) => m['encode: strip and limits'],
  protobuf: (m) => m['encode: protobuf'],
  zstd: (m) => m['bare zstd compress'],
};
const DECODE_STEPS = {
  zstd: (m) => m['decode: frame header'] + m['bare zstd decompress'],
  protobuf: (m) => m['decode: protobuf'] + m['decode: plausible'],
  packet: (m) => m['decode: packet'],
  XML: (m) => m['decode: XML'] - m['decode: packet'],
};

const print = ({ corpus, form, all, atOnce, payloads }) => {
  console.log(`\n${corpus}, form ${form}: µs of processor time an event`);
  const row = ({ payload, events, micros: m, encodeRatio, decodeRatio }) => [
    payload,
    String(events),
    ...['bare saxes', 'bare zstd compress', 'bare saxes and zstd', 'full encode'].map((step) => micros(m[step])),
    encodeRatio.toFixed(2),
    ...['bare fromBinary', 'bare zstd decompress', 'full decode'].map((step) => micros(m[step])),
    decodeRatio.toFixed(2),
  ];
  const header = [
    'payload',
    'events',
    'saxes',
    'zstd',
    'both',
    'encode',
    'ratio',
    'fromBinary',
    'unzstd',
    'decode',
    'ratio',
  ];
  console.log(table(header, [...payloads, atOnce, all].map(row)));
  const steps = Object.entries(atOnce.micros).map(([step, cost]) => `${step} ${micros(cost)}`);
  console.log(`steps of what fits at once: ${steps.join(', ')}`);
  console.log(`encode is ${shares(atOnce, 'full encode', ENCODE_STEPS)}`);
  console.log(`decode is ${shares(atOnce, 'full decode', DECODE_STEPS)}`);
  // What is sent raw compresses nothing, so there is no zstd to compare it with.
  const encode = form === 'raw' ? atOnce.encodeRatio.toFixed(2) : verdict(atOnce.encodeRatio, TARGETS.encode);
  console.log(
    `encode to saxes and zstd ${encode}; decode to fromBinary ${verdict(atOnce.decodeRatio, TARGETS.decode)}`,
  );
};

const results = codecCosts(corpora(), forms, rounds);
for (const cost of results) print(cost);
for (const form of forms.filter((name) => results.every((cost) => cost.form !== name))) {
  console.log(`\nform ${form}: cannot be written here`);
}
const sizes = corpora().flatMap((corpus) => wireSizes(corpus));
console.log('\nbytes on the air, flags included');
console.log(
  table(
    ['corpus', 'form', 'events', 'median', 'max', 'sum', 'with a rung'],
    sizes.map(({ corpus, form, ...numbers }) => [corpus, form, ...Object.values(numbers).map(String)]),
  ),
);
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, platform: process.platform };
const report = { at: new Date().toISOString(), machine, zstd: engineName, rounds, targets: TARGETS, results, sizes };
if (values.json === undefined) console.log(`\n${JSON.stringify(report)}`);
else writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
