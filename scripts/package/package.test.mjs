import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placedArguments } from '../../deploy/windows/placed-arguments.mjs';
import { root } from '../setup.mjs';
import { bundleProgram, moduleFiles, packedModules } from './bundle.mjs';
import { layout } from './layout.mjs';
import { isAccepted, noticesText, packageOf } from './notices.mjs';
import { joined } from './single.mjs';
import { artefactName, prebuildsOf, readWish, runtimes } from './targets.mjs';

describe('what is asked for', () => {
  it.each([
    [['windows'], { target: 'windows-x64', single: false, out: 'packages', tries: true }],
    [['linux', '--arch', 'arm64'], { target: 'linux-arm64' }],
    [
      ['windows', '--single', '--node', 'n.exe', '--out', 'x', '--no-try'],
      { single: true, node: 'n.exe', out: 'x', tries: false },
    ],
  ])('%j', (args, wish) => {
    expect(readWish(args)).toMatchObject({ ok: true, wish });
  });

  it.each([
    [[]],
    [['macos']],
    [['windows', '--arch', 'arm64']],
    [['linux', '--arch']],
    [['linux', '--node']],
    [['linux', '--fast']],
  ])('%j is answered with what can be asked', (args) => {
    expect(readWish(args)).toMatchObject({ ok: false, message: expect.stringContaining('--single') });
  });

  it.each([
    [{ system: 'windows', target: 'windows-x64', single: false }, 'cotbus-1.2.3-windows-x64.zip'],
    [{ system: 'windows', target: 'windows-x64', single: true }, 'cotbus-1.2.3-windows-x64.exe'],
    [{ system: 'linux', target: 'linux-arm64', single: false }, 'cotbus-1.2.3-linux-arm64.tar.gz'],
    [{ system: 'linux', target: 'linux-x64', single: true }, 'cotbus-1.2.3-linux-x64'],
  ])('%j is the file %s', (wish, name) => {
    expect(artefactName('1.2.3', wish)).toBe(name);
  });
});

describe('a package', () => {
  let bundle;
  let folder;
  beforeAll(async () => {
    bundle = await bundleProgram();
    folder = mkdtempSync(join(tmpdir(), 'cotbus-package-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const packages = () =>
    [...bundle.sources, ...packedModules().map((module) => join(module.folder, 'package.json'))]
      .map(packageOf)
      .filter((entry) => entry !== undefined);

  it('holds nothing of others under terms that forbid it, and says who wrote what', () => {
    expect(
      packages()
        .filter(({ licence }) => !isAccepted(licence))
        .map(({ name }) => name),
    ).toEqual([]);
    const text = noticesText(packages(), { version: '1', text: 'NODE TERMS' });
    for (const part of [
      'mqtt 5',
      'leaflet 1',
      'serialport 13',
      'zod 4',
      'NODE TERMS',
      'Permission is hereby granted',
    ]) {
      expect(text).toContain(part);
    }
  });

  it.each(Object.keys(runtimes))('for %s brings the serial driver of that system alone', (target) => {
    const native = packedModules()
      .flatMap((module) => moduleFiles(module, prebuildsOf(target)))
      .filter(({ path }) => path.endsWith('.node'));
    expect(native.length).toBeGreaterThan(0);
    expect(native.filter(({ path }) => !path.includes(`prebuilds/${prebuildsOf(target)}/`))).toEqual([]);
  });

  it('runs where nothing of the repository is, and reads a frame', () => {
    const dist = join(folder, 'apps/gateway/dist');
    mkdirSync(dist, { recursive: true });
    for (const { name, text } of bundle.files) writeFileSync(join(dist, name), text);
    writeFileSync(join(folder, 'apps/gateway/package.json'), '{"version":"9.8.7","type":"module","packedFor":"test"}');
    mkdirSync(join(folder, 'dictionaries'));
    for (const name of readdirSync(join(root, 'dictionaries'))) {
      writeFileSync(join(folder, 'dictionaries', name), readFileSync(join(root, 'dictionaries', name)));
    }
    const run = (...args) =>
      spawnSync(process.execPath, [join(dist, 'main.js'), ...args], { cwd: folder, encoding: 'utf8', env: {} });
    expect(run('--version').stdout.trim()).toBe('9.8.7');
    const decoded = run('decode', 'ff08011a02413172024131');
    expect(decoded).toMatchObject({ status: 0, stderr: '' });
    expect(decoded.stdout).toContain('callsign="A1"');
  });
});

describe('the layout', () => {
  const parts = {
    version: '1.2.3',
    bundle: [{ name: 'main.js', text: 'main' }],
    modules: [{ path: 'node_modules/a/index.js', from: '/a' }],
    assets: [{ path: 'apps/gateway/assets/index.html', from: '/i' }],
    documents: [{ path: 'LICENSE', from: '/l' }],
    notices: 'a\nb\n',
    schema: '{}',
    runtime: '/node',
  };

  it('of Windows has Node beside the scripts, which have the line ends of Windows', () => {
    const entries = layout({
      ...parts,
      target: 'windows-x64',
      scripts: { 'cotbus.cmd': '@echo off\nrem\n', 'start.mjs': 'a\nb' },
    });
    const text = (path) => entries.find((entry) => entry.path === path)?.text;
    expect(entries.map(({ path }) => path)).toEqual([
      'LICENSE',
      'THIRD-PARTY-NOTICES.txt',
      'apps/gateway/assets/index.html',
      'apps/gateway/dist/main.js',
      'apps/gateway/package.json',
      'cotbus.cmd',
      'cotbus.schema.json',
      'node.exe',
      'node_modules/a/index.js',
      'start.mjs',
    ]);
    expect(text('cotbus.cmd')).toBe('@echo off\r\nrem\r\n');
    expect(text('THIRD-PARTY-NOTICES.txt')).toBe('a\r\nb\r\n');
    expect(text('start.mjs')).toBe('a\nb');
    expect(JSON.parse(text('apps/gateway/package.json'))).toMatchObject({
      version: '1.2.3',
      packedFor: 'windows-x64',
      type: 'module',
    });
  });

  it('of Linux has programs that may be run', () => {
    const entries = layout({
      ...parts,
      target: 'linux-x64',
      scripts: { cotbus: '', 'cotbus.service': '', 'install.sh': '' },
    });
    expect(entries.filter(({ isProgram }) => isProgram).map(({ path }) => path)).toEqual([
      'cotbus',
      'install.sh',
      'runtime/node',
    ]);
  });
});

describe('words of a command on Windows, where the program runs in another folder', () => {
  const there = new Set(['frame.bin', 'init']);
  const placed = (...words) => placedArguments(words, (name) => (there.has(name) ? `/here/${name}` : undefined));

  it.each([
    [
      ['decode', 'frame.bin', 'ff00'],
      ['decode', '/here/frame.bin', 'ff00'],
    ],
    [['init'], ['init']],
    [
      ['decode', '--json'],
      ['decode', '--json'],
    ],
    [
      ['route-package', 'show', 'a', '--out', 'new.zip'],
      ['route-package', 'show', 'a', '--out', resolve('new.zip')],
    ],
    [
      ['route-package', 'show', 'a', '--out', '-'],
      ['route-package', 'show', 'a', '--out', '-'],
    ],
    [[], []],
  ])('%j are %j', (words, wanted) => {
    expect(placed(...words)).toEqual(wanted);
  });
});

describe('one file alone', () => {
  it('holds each file, and is another one when anything in it is', () => {
    const files = [
      { path: 'a', bytes: Buffer.from('one') },
      { path: 'b/c', bytes: Buffer.from('') },
      { path: 'd', bytes: Buffer.from('three') },
    ];
    const { index, content } = joined(files);
    expect(index.files.map(([path, from, to]) => [path, content.subarray(from, to).toString()])).toEqual([
      ['a', 'one'],
      ['b/c', ''],
      ['d', 'three'],
    ]);
    expect(joined(files).index.hash).toBe(index.hash);
    expect(joined([...files, { path: 'e', bytes: Buffer.from('') }]).index.hash).not.toBe(index.hash);
  });
});

describe('terms', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR GPL-2.0)', true],
    ['(BSD-3-Clause OR GPL-2.0)', true],
    ['Apache-2.0 AND MIT', true],
    ['MIT AND SSPL-1.0', false],
    ['unknown', false],
    ['', false],
  ])('%j: %s', (licence, is) => {
    expect(isAccepted(licence)).toBe(is);
  });

  it('a text that is missing names the author', () => {
    const entry = { name: 'b', version: '1', licence: 'MIT', text: 'No text comes with it. Its author: A.' };
    const text = noticesText([entry, entry], { version: '22', text: 'N' });
    expect(text.match(/^b 1 \(MIT\)$/gm)).toHaveLength(1);
  });
});

describe('the service of systemd', () => {
  const unit = readFileSync(join(root, 'deploy/linux/cotbus.service'), 'utf8');
  const installer = readFileSync(join(root, 'deploy/linux/install.sh'), 'utf8');

  it('may do nothing that it does not need', () => {
    for (const line of [
      'User=cotbus',
      'CapabilityBoundingSet=',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'UMask=0077',
    ]) {
      expect(unit.split('\n')).toContain(line);
    }
  });

  it('starts what the installer puts there', () => {
    expect(unit).toContain('ExecStart=/opt/cotbus/cotbus up --config /etc/cotbus/cotbus.yaml');
    expect(installer).toContain('mv /opt/cotbus.new /opt/cotbus');
    expect(existsSync(join(root, 'deploy/linux/cotbus'))).toBe(true);
  });

  it.each(['cotbus', 'install.sh'])('%s is no fault to a shell', (name) => {
    expect(spawnSync('sh', ['-n', join(root, 'deploy/linux', name)], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});

describe('the scripts of Windows', () => {
  const script = (name) => readFileSync(join(root, 'deploy/windows', name), 'utf8');

  it.each(['cotbus.cmd', 'radio-on-usb.cmd'])(
    '%s keeps its window open on an error, and asks for no administrator',
    (name) => {
      expect(script(name)).toContain('pause');
      expect(script(name)).not.toMatch(/RunAs|net session/);
    },
  );

  it('only the service asks for one', () => {
    expect(readdirSync(join(root, 'deploy/windows')).filter((name) => /RunAs/.test(script(name)))).toEqual([
      'service.cmd',
    ]);
  });
});
