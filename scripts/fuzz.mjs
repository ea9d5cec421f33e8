// `npm run fuzz -- --minutes N`: inputs with something wrong, into the codec, until the time is over or `--inputs N` are in.
// `--seed S` chooses them, `--target NAME` one way in, `--only I` runs one input of a seed again and tells how it ended.
// What breaks a promise, throws, takes more than 250 ms of processor time, hangs, crashes or grows is written to `--out DIR`,
// with report.json; the exit status is 1 then.
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root, run, setUp } from './setup.mjs';

const BATCH = 500;
/** Until a process counts as hanging: an input takes less than a millisecond, but the machine may be busy. */
const LIMIT_MS = 20_000;
const LIMIT_MS_PER_INPUT = 200;
const HEAP_MIB = 192;
const MIB = 1024 * 1024;
const MAX_PEAK_BYTES = 512 * MIB;
/** What is kept from the tenth batch of a process to its last: tables grow until they are full. */
const MAX_GROWTH_BYTES = 32 * MIB;
const WARM_UP_BATCHES = 10;
/** Inputs from one line about them to the next. */
const PROGRESS = 50_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    inputs: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    target: { type: 'string', default: 'all' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    out: { type: 'string', default: join(root, 'node_modules/.cache/fuzz') },
    only: { type: 'string' },
  },
});
const numberOf = (name, pattern) => {
  if (pattern.test(values[name] ?? '')) return Number(values[name]);
  console.error(`--${name} must be a number`);
  return process.exit(2);
};
const WHOLE = /^\d{1,10}$/;
const DECIMAL = /^\d{1,4}(?:\.\d{1,3})?$/;
const [seed, jobs] = [numberOf('seed', WHOLE), numberOf('jobs', WHOLE)];
const most = values.inputs === undefined ? Number.POSITIVE_INFINITY : numberOf('inputs', WHOLE);
// Whichever comes first; a minute when neither is said.
const minutes =
  values.minutes === undefined
    ? values.inputs === undefined
      ? 1
      : Number.POSITIVE_INFINITY
    : numberOf('minutes', DECIMAL);

setUp('development');
run('tsc', ['-b', 'libs/contracts', 'libs/zstd', 'libs/testkit']);
run('tsc', ['-p', 'libs/codec/tsconfig.fuzz.json']);
const built = pathToFileURL(join(root, 'node_modules/.cache/codec-fuzz/fuzz/testing/campaign.js'));
const { inputOf, runBatch, targets } = await import(built.href);
const names = targets.map(({ name }) => name).filter((name) => values.target === 'all' || name === values.target);
if (names.length === 0) {
  console.error(`--target must be all or one of ${targets.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
mkdirSync(values.out, { recursive: true });

const extensions = { xml: 'xml' };
const keep = ({ target, index, bytes }) => {
  const file = join(values.out, `${target}-${seed}-${index}.${extensions[target] ?? 'bin'}`);
  writeFileSync(file, bytes);
  return file;
};
if (values.only !== undefined) {
  const batch = { target: names[0], seed, from: numberOf('only', WHOLE), count: 1 };
  const { outcomes, findings, slowest } = runBatch(batch);
  console.log(keep({ ...batch, index: batch.from, bytes: inputOf(batch.target, seed, batch.from) }));
  console.log(`${Object.keys(outcomes).join()}, ${slowest.ms.toFixed(1)} ms`);
  for (const { message } of findings) console.log(message);
  process.exit(findings.length > 0 ? 1 : 0);
}

const findings = [];
const find = (finding) => {
  const file = keep(finding);
  findings.push({ ...finding, bytes: undefined, file });
  const again = `npm run fuzz -- --target ${finding.target} --seed ${seed} --only ${finding.index}`;
  console.log(`${finding.kind}: ${finding.message.slice(0, 300)}\n  ${file}\n  ${again}`);
};
const totals = new Map(names.map((target) => [target, { inputs: 0, bytes: 0, outcomes: {}, slowestMs: 0 }]));
const memory = { peakBytes: 0, keptBytes: 0, grownBytes: 0 };

let counted = 0;
const count = ({ target, count: inputs }, result) => {
  counted += inputs;
  if (counted % PROGRESS < inputs) console.log(`${counted} inputs, ${findings.length} findings`);
  const total = totals.get(target);
  total.inputs += inputs;
  total.bytes += result.inputBytes;
  total.slowestMs = Math.max(total.slowestMs, result.slowest.ms);
  for (const [outcome, times] of Object.entries(result.outcomes)) {
    total.outcomes[outcome] = (total.outcomes[outcome] ?? 0) + times;
  }
  for (const finding of result.findings) find(finding);
};

const openWorker = async () => {
  const child = fork(fileURLToPath(new URL('fuzz-worker.mjs', import.meta.url)), {
    execArgv: [`--max-old-space-size=${HEAP_MIB}`, '--expose-gc'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (status) => reject(new Error(`the worker ended at once, status ${status}`)));
  });
  return { child, batches: 0, firstBytes: 0 };
};

/** What came of a batch; `hang` or `crash` when nothing did, and the process is gone. */
const runOn = async ({ child }, batch) =>
  new Promise((resolve) => {
    const timer = setTimeout(() => end('hang'), LIMIT_MS + batch.count * LIMIT_MS_PER_INPUT);
    const died = () => end('crash');
    const end = (result) => {
      clearTimeout(timer);
      child.off('message', end);
      child.off('exit', died);
      if (result === 'hang') child.kill('SIGKILL');
      resolve(result);
    };
    child.once('message', end);
    child.once('exit', died);
  });

const remember = (worker, { peakBytes, keptBytes }) => {
  worker.batches += 1;
  if (worker.batches === WARM_UP_BATCHES) worker.firstBytes = keptBytes;
  const grownBytes = worker.batches > WARM_UP_BATCHES ? keptBytes - worker.firstBytes : 0;
  memory.peakBytes = Math.max(memory.peakBytes, peakBytes);
  memory.keptBytes = Math.max(memory.keptBytes, keptBytes);
  worker.grownBytes = grownBytes;
};

/** Runs a batch; one that kills its process is halved until one input is left. @returns the worker to go on with */
const settle = async (worker, batch) => {
  worker.child.send(batch);
  const result = await runOn(worker, batch);
  if (typeof result !== 'string') {
    remember(worker, result.memory);
    count(batch, result);
    return worker;
  }
  if (batch.count === 1) {
    const bytes = inputOf(batch.target, seed, batch.from);
    find({ target: batch.target, seed, index: batch.from, kind: result, message: `the process ended`, bytes });
    return openWorker();
  }
  console.log(
    `${result} within ${batch.target} ${batch.from} to ${batch.from + batch.count - 1}: looking for the input`,
  );
  const before = findings.length;
  const half = Math.ceil(batch.count / 2);
  let next = await settle(await openWorker(), { ...batch, count: half });
  next = await settle(next, { ...batch, from: batch.from + half, count: batch.count - half });
  if (findings.length === before) {
    const bytes = inputOf(batch.target, seed, batch.from);
    const message = `${batch.count} inputs from here together, none alone`;
    find({ target: batch.target, seed, index: batch.from, kind: result, message, bytes });
  }
  return next;
};

const started = performance.now();
const deadline = started + minutes * 60_000;
const nexts = new Map(names.map((target) => [target, 0]));
let issued = 0;
/** Targets take turns. */
const nextBatch = () => {
  if (issued >= most || performance.now() > deadline) return undefined;
  const target = names[Math.floor(issued / BATCH) % names.length];
  const from = nexts.get(target);
  const size = Math.min(BATCH, most - issued);
  nexts.set(target, from + size);
  issued += size;
  return { target, seed, from, count: size };
};

console.log(`seed ${seed}, ${jobs} processes of ${HEAP_MIB} MiB`);
const works = Array.from({ length: Math.max(1, jobs) }, async () => {
  let worker = await openWorker();
  for (let batch = nextBatch(); batch !== undefined; batch = nextBatch()) worker = await settle(worker, batch);
  memory.grownBytes = Math.max(memory.grownBytes, worker.grownBytes ?? 0);
  worker.child.kill();
});
await Promise.all(works);
const seconds = (performance.now() - started) / 1000;

const mib = (bytes) => (bytes / MIB).toFixed(0);
const share = (times, of) => `${((100 * times) / of).toFixed(1)} %`;
console.log(`\n${['target', 'inputs', 'slowest', 'ended as'].join('\t')}`);
for (const [target, { inputs, slowestMs, outcomes }] of totals) {
  const ends = Object.entries(outcomes).sort(([, a], [, b]) => b - a);
  const text = ends.map(([outcome, times]) => `${outcome} ${share(times, inputs)}`).join('; ');
  console.log([target, inputs, `${slowestMs.toFixed(1)} ms`, text].join('\t'));
}
const tooMuch = memory.peakBytes > MAX_PEAK_BYTES || memory.grownBytes > MAX_GROWTH_BYTES;
console.log(
  `\n${issued} inputs in ${seconds.toFixed(0)} s, ${findings.length} findings; a process took at most ${mib(memory.peakBytes)} MiB, ` +
    `kept ${mib(memory.keptBytes)} MiB, grew by ${mib(memory.grownBytes)} MiB${tooMuch ? ': TOO MUCH' : ''}`,
);
const report = {
  at: new Date().toISOString(),
  node: process.version,
  seed,
  inputs: issued,
  seconds,
  memory,
  targets: Object.fromEntries(totals),
  findings,
};
writeFileSync(join(values.out, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
console.log(`report: ${join(values.out, 'report.json')}`);
process.exit(findings.length > 0 || tooMuch ? 1 : 0);
