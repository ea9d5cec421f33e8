// `node scripts/pack-codec.mjs [folder]`: libs/codec as a tarball that works alone, packed and tried out in an empty project.
// It needs no network: what the codec depends on is taken from this tree. The contracts, which are published nowhere, travel
// inside (bundleDependencies): npm looks for them beside the package, where workspaces have none.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, run } from './setup.mjs';

const codec = join(root, 'libs/codec');

/** Lets `npm pack` find what the codec bundles. */
export const linkBundled = () => {
  const folder = join(codec, 'node_modules/@cotbus');
  if (existsSync(join(folder, 'contracts'))) return;
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(root, 'libs/contracts'), join(folder, 'contracts'), 'junction');
};

const succeed = (command, args, options) => {
  const done = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (done.status === 0) return done.stdout;
  console.error(`${command} ${args.join(' ')} failed.\n${done.stdout}\n${done.stderr}`);
  return process.exit(1);
};

const pack = (folder) => {
  linkBundled();
  const args = ['pack', '--json', '--loglevel=error', '--pack-destination', folder];
  const [{ filename, bundled }] = JSON.parse(succeed('npm', args, { cwd: codec, shell: process.platform === 'win32' }));
  if (!bundled.includes('@cotbus/contracts')) {
    console.error('The contracts are not in the tarball: libs/codec/package.json must bundle them.');
    process.exit(1);
  }
  return join(folder, filename);
};

// A user of TypeScript who is as strict as can be, declarations of packages checked, too, and has no types of Node.
const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2022'],
  types: [],
};
const program = `
import { AtakPalette, CotTypeMapper, TakCompressor, Team, buildCotXml, parseCotXml } from '@cotbus/codec';
import type { CompressionStats, TakPacket } from '@cotbus/codec';

const xml =
  '<event version="2.0" uid="U" type="u-rb-a" how="h-e" time="2026-03-15T14:22:10Z" start="2026-03-15T14:22:10Z"' +
  ' stale="2026-03-15T14:23:10Z"><point lat="1" lon="2" hae="3" ce="4" le="5"/><detail><contact callsign="A"/>' +
  '<range value="12.5"/><bearing value="90"/></detail></event>';
const compressor = new TakCompressor();
const packet: TakPacket = parseCotXml(xml);
const payload: Uint8Array | null = await compressor.compressWithRemarksFallback(packet, 225);
if (payload === null) throw new Error('does not fit');
const received = await compressor.decompress(await compressor.compress(packet));
const stats: CompressionStats = await compressor.compressWithStats(packet);
const rangeM: number = (received.rab?.rangeCm ?? 0) / 100;
const said = [rangeM, stats.dictName, CotTypeMapper.enumToType(packet.cotTypeId), AtakPalette.argbToTeam(0xffffffff) === Team.White];
if (said.join() !== '12.5,uncompressed,u-rb-a,true' || !buildCotXml(received).includes('callsign="A"')) throw new Error(said.join());
`;

const tryOut = (tarball) => {
  const project = mkdtempSync(join(tmpdir(), 'cotbus-codec-'));
  try {
    const installed = join(project, 'node_modules/@cotbus/codec');
    mkdirSync(installed, { recursive: true });
    succeed('tar', ['-xzf', resolve(tarball), '-C', installed, '--strip-components=1']);
    const { dependencies, bundleDependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    for (const name of [...Object.keys(dependencies), 'xmlchars']) {
      if (bundleDependencies.includes(name)) continue;
      cpSync(join(root, 'node_modules', name), join(project, 'node_modules', name), { recursive: true });
    }
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['try.ts'] }));
    writeFileSync(join(project, 'try.ts'), program);
    run('tsc', ['-p', project]);
    succeed(process.execPath, ['try.js'], { cwd: project });
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  run('tsc', ['-b', 'libs/codec']);
  const tarball = pack(resolve(process.argv[2] ?? '.'));
  tryOut(tarball);
  console.log(tarball);
}
