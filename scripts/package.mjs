// `npm run package -- windows` or `linux`: a package for people without Node, tried out where this machine can.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { fetchPackage } from './package/fetch.mjs';
import { bundleProgram, moduleFiles, packedModules } from './package/bundle.mjs';
import { layout } from './package/layout.mjs';
import { isAccepted, noticesText, packageOf } from './package/notices.mjs';
import { makeSingle } from './package/single.mjs';
import { artefactName, NODE_VERSION, packageName, prebuildsOf, readWish, runtimes } from './package/targets.mjs';
import { tryPackage } from './package/try-package.mjs';
import { root, setUp } from './setup.mjs';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** Of files in packages: the same content gives the same bytes. The constructor is local, and so is the time in zips. */
const MADE_AT = new Date(1980, 0, 1);

const fail = (message) => {
  console.error(message);
  process.exit(1);
};

const inFolder = (folder, wanted = () => true) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter(wanted)
    .map((path) => ({ path, from: join(root, path) }));

/** Node's own terms lie beside it, or are those of another build of the same version. */
const nodeLicence = (runtime) => {
  const near = [dirname(runtime), dirname(dirname(runtime))].map((folder) => join(folder, 'LICENSE'));
  const file = near.find((path) => existsSync(path)) ?? join(fetchPackage(runtimes['linux-x64']), 'LICENSE');
  return readFileSync(file, 'utf8');
};

const documents = () => [
  ...['LICENSE', 'README.md', 'CHANGELOG.md'].map((path) => ({ path, from: join(root, path) })),
  ...inFolder('docs', (path) => /^docs\/(?:[A-Z-]+\.md|console\/.*)$/.test(path)),
  ...inFolder('dictionaries'),
];

const scriptsOf = (system) =>
  Object.fromEntries(
    readdirSync(join(root, 'deploy', system)).map((name) => [
      name,
      readFileSync(join(root, 'deploy', system, name), 'utf8'),
    ]),
  );

/** What editors complete from, printed by the program itself. */
const schemaOf = (bundle) => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-bundle-'));
  try {
    mkdirSync(join(folder, 'apps/gateway/dist'), { recursive: true });
    for (const { name, text } of bundle) writeFileSync(join(folder, 'apps/gateway/dist', name), text);
    writeFileSync(join(folder, 'apps/gateway/package.json'), JSON.stringify({ version, type: 'module' }));
    const main = join(folder, 'apps/gateway/dist/main.js');
    const printed = spawnSync(process.execPath, [main, 'config', 'schema'], { encoding: 'utf8', env: {}, cwd: folder });
    if (printed.status !== 0) fail(`The bundle does not run.\n${printed.stderr}`);
    return printed.stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const contentOf = async (wish, runtime) => {
  const bundle = await bundleProgram();
  const modules = packedModules();
  const packages = [...bundle.sources, ...modules.map(({ folder }) => join(folder, 'package.json'))]
    .map(packageOf)
    .filter((entry) => entry !== undefined);
  const refused = packages.filter(({ licence }) => !isAccepted(licence));
  if (refused.length > 0) fail(`Not to be packed: ${refused.map((p) => `${p.name} (${p.licence})`).join(', ')}`);
  return layout({
    target: wish.target,
    version,
    bundle: bundle.files,
    modules: modules.flatMap((module) => moduleFiles(module, prebuildsOf(wish.target))),
    assets: inFolder('apps/console/assets').map(({ path, from }) => ({
      path: path.replace('apps/console/', 'apps/gateway/'),
      from,
    })),
    documents: documents(),
    notices: noticesText(packages, { version: NODE_VERSION, text: nodeLicence(runtime) }),
    schema: schemaOf(bundle.files),
    scripts: scriptsOf(wish.system),
    runtime,
  });
};

const bytesOf = ({ from, text }) => (from === undefined ? Buffer.from(text) : readFileSync(from));

const writeZip = (entries, folder, file) => {
  const files = Object.fromEntries(entries.map((entry) => [`${folder}/${entry.path}`, [bytesOf(entry), { level: 9 }]]));
  writeFileSync(file, zipSync(files, { mtime: MADE_AT }));
};

const writeTarball = (entries, folder, file) => {
  const scratch = mkdtempSync(join(tmpdir(), 'cotbus-tarball-'));
  try {
    for (const entry of entries) {
      const path = join(scratch, folder, entry.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytesOf(entry), { mode: entry.isProgram ? 0o755 : 0o644 });
    }
    const fixed = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--mode=u+rwX,go+rX,go-w'];
    const made = spawnSync('tar', [...fixed, '-cf', 'all.tar', folder], { cwd: scratch, stdio: 'inherit' });
    if (made.status !== 0) fail('The tarball could not be made; it takes GNU tar.');
    writeFileSync(file, gzipSync(readFileSync(join(scratch, 'all.tar')), { level: 9 }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

const noteSum = (out, name) => {
  const file = join(out, 'SHA256SUMS');
  const others = existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.endsWith(`  ${name}`))
    : [];
  const sum = createHash('sha256')
    .update(readFileSync(join(out, name)))
    .digest('hex');
  writeFileSync(
    file,
    `${[...others, `${sum}  ${name}`].sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join('\n')}\n`,
  );
};

const read = readWish(process.argv.slice(2));
if (!read.ok) fail(read.message);
setUp('development');
const { wish } = read;
const source = runtimes[wish.target];
const runtime = wish.node === undefined ? join(fetchPackage(source), source.file) : resolve(wish.node);
if (!existsSync(runtime)) fail(`${runtime} is not there`);

console.log(`Packing Cotbus ${version} for ${wish.target} …`);
const entries = await contentOf(wish, runtime);
const name = artefactName(version, wish);
mkdirSync(wish.out, { recursive: true });
const file = join(wish.out, name);
if (wish.single) {
  const isRuntime = ({ path }) => path === 'node.exe' || path === 'runtime/node';
  await makeSingle(
    entries.filter((entry) => !isRuntime(entry)).map((entry) => ({ path: entry.path, bytes: bytesOf(entry) })),
    runtime,
    file,
  );
} else if (wish.system === 'windows') writeZip(entries, packageName(version, wish.target), file);
else writeTarball(entries, packageName(version, wish.target), file);
noteSum(wish.out, name);
console.log(`Made ${file} (${Math.round(readFileSync(file).length / 1e6)} MB).`);
if (wish.tries)
  process.exitCode = (await tryPackage(resolve(file), { ...wish, folder: packageName(version, wish.target), version }))
    ? 0
    : 1;
