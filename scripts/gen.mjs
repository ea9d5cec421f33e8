// `npm run gen` writes the TypeScript of proto/. With --check it fails when what is committed differs from what it would
// write, and when a message is no longer compatible with the released ones.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { root, run } from './setup.mjs';

const committed = join(root, 'libs/contracts/src/gen');
const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}` };

const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
    .sort();

const check = () => {
  const scratch = mkdtempSync(join(tmpdir(), 'cotbus-gen-'));
  try {
    cpSync(join(root, 'proto'), join(scratch, 'proto'), { recursive: true });
    for (const file of ['buf.yaml', 'buf.gen.yaml']) cpSync(join(root, file), join(scratch, file));
    run('buf', ['lint'], { env });
    run('buf', ['format', '--diff', '--exit-code'], { env });
    // What is in use keeps its numbers and types; a release renews the image: buf build -o proto/released.binpb
    run('buf', ['breaking', '--against', 'proto/released.binpb'], { env });
    run('buf', ['generate', scratch, '--template', join(scratch, 'buf.gen.yaml'), '--output', scratch], { env });
    const fresh = join(scratch, 'libs/contracts/src/gen');
    const [now, wanted] = [filesOf(committed), filesOf(fresh)];
    const differs =
      now.join() !== wanted.join() ||
      now.some((file) => !readFileSync(join(committed, file)).equals(readFileSync(join(fresh, file))));
    if (!differs) return;
    console.error('libs/contracts/src/gen is not what proto/ gives: run `npm run gen` and commit the result.');
    process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

if (process.argv.includes('--check')) check();
else run('buf', ['generate'], { env });
