// `npm run train-dictionaries`: trains set C again, measures it on samples it has not seen, and compares it with what is
// committed. `-- --write` adds what is missing to dictionaries/; released files are never written over: a new set takes
// new numbers (`--general 59 --air 60`). Needs the command `zstd` (Debian: apt-get install zstd).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root, run, setUp } from './setup.mjs';

const SEED = 2026;
const HELD_OUT_SEED = 77;
const HELD_OUT_SAMPLES = 400;

const { values } = parseArgs({
  options: {
    general: { type: 'string', default: '61' },
    air: { type: 'string', default: '62' },
    write: { type: 'boolean', default: false },
  },
});
const wanted = [
  { use: 'general', number: Number(values.general), bytes: 16_384, samples: 5000, method: '--train-cover=k=80,d=6' },
  { use: 'air', number: Number(values.air), bytes: 4096, samples: 1200, method: '--train-cover=k=150,d=6' },
];

const zstd = (args, cwd) => spawnSync('zstd', args, { cwd, encoding: 'utf8', maxBuffer: 1 << 24 });
const version = /v(\d+\.\d+\.\d+)/.exec(zstd(['--version']).stdout ?? '')?.[1];
if (version === undefined) {
  console.error('The command zstd is not there (Debian: apt-get install zstd).');
  process.exit(1);
}

setUp('development');
run('tsc', ['-b', 'libs/contracts']);
run('tsc', ['-p', 'libs/zstd/tsconfig.training.json']);
const built = (file) => import(pathToFileURL(join(root, 'node_modules/.cache/training', file)).href);
const { samplePackets } = await built('testing/sample-packets.js');
const { openZstd } = await built('open-zstd.js');
const engine = openZstd();

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

const train = ({ use, number, bytes, samples, method }) => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-training-'));
  try {
    // In one order, whatever the file system says: the trainer's result depends on it.
    const names = samplePackets(use, samples, SEED).map((packet, index) => {
      const name = `${String(index).padStart(5, '0')}.pb`;
      writeFileSync(join(folder, name), packet);
      return name;
    });
    const done = zstd(['-q', '-T1', method, ...names, `--maxdict=${bytes}`, `--dictID=${number}`, '-o', 'd'], folder);
    if (done.status !== 0) throw new Error(done.stderr);
    return readFileSync(join(folder, 'd'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Bytes of the frames, flags and raw fallback included. */
const measure = ({ use }, dictionary) => {
  if (engine === undefined) return 'not measured: no zstd engine here';
  const opened = engine.open(dictionary, { contentSize: true, dictionaryId: true });
  const heldOut = samplePackets(use, HELD_OUT_SAMPLES, HELD_OUT_SEED);
  const raw = heldOut.map((packet) => 1 + packet.length);
  const wire = heldOut.map((packet) => 1 + Math.min(packet.length, opened.compress(packet).length));
  const gain = (100 * (1 - sum(wire) / sum(raw))).toFixed(1);
  return `${HELD_OUT_SAMPLES} held-out samples (seed ${HELD_OUT_SEED}): raw ${sum(raw)} bytes, median ${median(raw)}; \
compressed ${sum(wire)}, median ${median(wire)}; ${gain} % less`;
};

for (const wish of wanted) {
  const file = `cotbus-${wish.number.toString(16)}.dict`;
  const path = join(root, 'dictionaries', file);
  const dictionary = train(wish);
  const sha256 = createHash('sha256').update(dictionary).digest('hex');
  console.log(`${file}: ${dictionary.length} bytes, SHA-256 ${sha256}`);
  console.log(`  zstd ${version} ${wish.method}, ${wish.samples} samples (seed ${SEED})`);
  console.log(`  ${measure(wish, dictionary)}`);
  const isSame = existsSync(path) && readFileSync(path).equals(dictionary);
  if (isSame) console.log('  the same as the committed file');
  else if (existsSync(path))
    console.log('  other bytes than the committed file, which stays: a new one takes a new number');
  else if (values.write) writeFileSync(path, dictionary);
  else console.log('  not committed yet: --write puts it into dictionaries/');
}
