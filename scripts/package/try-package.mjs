/**
 * Unpacks a package where nothing of the repository is and uses it as a stranger would: it says its version, reads a
 * compressed frame, and shows the contacts of the simulated mesh to a TAK client. Packages for Windows run under wine.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { unzipSync } from 'fflate';

/** A position report of set C, and who is in it. */
const FRAME =
  '3d28b52ffd213d407d0100f0084b397361200d280807306437653561393163326238346633367a80010f05fca5a8935691a04ca0362b3bfa074e';
const CALLSIGN = 'K9';
const COMMAND_MS = 120_000;
const CONTACTS = 3;
const CONTACTS_MS = 60_000;

/** How a program of the package is started here; undefined where it cannot be. */
const runner = ({ system, target }) => {
  if (target === `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`) return [];
  const hasWine = system === 'windows' && spawnSync('wine', ['--version']).status === 0;
  return hasWine ? ['wine'] : undefined;
};

const unpack = (file, { system, single, folder }, into) => {
  if (single) {
    const program = join(into, system === 'windows' ? 'cotbus.exe' : 'cotbus');
    copyFileSync(file, program);
    chmodSync(program, 0o755);
    return [program];
  }
  if (system === 'linux') {
    if (spawnSync('tar', ['-xzf', file], { cwd: into, stdio: 'inherit' }).status !== 0) throw new Error('tar');
    return [join(into, folder, 'cotbus')];
  }
  for (const [path, bytes] of Object.entries(unzipSync(readFileSync(file)))) {
    mkdirSync(dirname(join(into, path)), { recursive: true });
    writeFileSync(join(into, path), bytes);
  }
  chmodSync(join(into, folder, 'node.exe'), 0o755);
  return [join(into, folder, 'node.exe'), join(into, folder, 'start.mjs')];
};

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
};

/** Output goes to files: the pipes of wine break. */
const start = (command, into, env = {}) => {
  const output = join(into, 'output.txt');
  const out = openSync(output, 'w');
  const [program, ...args] = command;
  const { PATH, HOME, LOCALAPPDATA, SystemRoot } = process.env;
  const child = spawn(program, args, {
    cwd: into,
    stdio: ['ignore', out, out],
    env: { PATH, HOME, LOCALAPPDATA, SystemRoot, XDG_CACHE_HOME: join(into, 'cache'), ...wineOf(into), ...env },
  });
  closeSync(out);
  return { child, said: () => readFileSync(output, 'utf8') };
};

/** A Windows of its own for each try; `mscoree` and `mshtml` would ask for downloads. */
const wineOf = (into) => ({
  WINEPREFIX: join(into, 'wine'),
  WINEDEBUG: '-all',
  WINEDLLOVERRIDES: 'mscoree=;mshtml=',
});

/** Node wants to see Windows 10. */
const prepareWine = (into) => {
  const key = ['reg', 'add', String.raw`HKCU\Software\Wine`, '/v', 'Version', '/d', 'win10', '/f'];
  spawnSync('wine', key, { env: { ...process.env, ...wineOf(into) }, stdio: 'ignore', timeout: COMMAND_MS });
};

const say = async (command, into) => {
  const { child, said } = start(command, into);
  const timer = setTimeout(() => child.kill('SIGKILL'), COMMAND_MS);
  await once(child, 'exit');
  clearTimeout(timer);
  return said();
};

/** Callsigns that a TAK client sees. */
const contacts = async (port) => {
  const seen = new Set();
  const until = Date.now() + CONTACTS_MS;
  while (Date.now() < until && seen.size < CONTACTS) {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString();
      for (const [, name] of text.matchAll(/<contact [^>]*callsign="(SIM-[^"]*)"/g)) seen.add(name);
      if (seen.size >= CONTACTS) socket.destroy();
    });
    socket.setTimeout(Math.max(1, until - Date.now()), () => socket.destroy());
    socket.on('error', () => {});
    await new Promise((resolve) => socket.on('close', resolve));
    if (seen.size < CONTACTS) await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return [...seen];
};

const runDemo = async (program, into) => {
  const port = await freePort();
  const env = { COTBUS_TAK_LISTEN_PORT: String(port), COTBUS_CONSOLE_PORT: '0', COTBUS_BUS_LISTEN_PORT: '0' };
  const { child, said } = start([...program, 'demo'], into, env);
  try {
    return { seen: await contacts(port), said: said() };
  } finally {
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await once(child, 'exit');
    clearTimeout(timer);
  }
};

/** @returns whether everything held, or could not be tried here */
export const tryPackage = async (file, wish) => {
  const first = runner(wish);
  if (first === undefined) {
    console.log(`Not tried: nothing here runs programs for ${wish.target}.`);
    return true;
  }
  const into = mkdtempSync(join(tmpdir(), 'cotbus-try-'));
  const check = (what, ok, said) => {
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${what}`);
    if (!ok) console.log(said);
    return ok;
  };
  try {
    if (first.length > 0) prepareWine(into);
    const program = [...first, ...unpack(file, wish, into)];
    const version = await say([...program, '--version'], into);
    const decoded = await say([...program, 'decode', FRAME], into);
    const frames = join(into, 'frames.bin');
    writeFileSync(frames, Buffer.from(FRAME, 'hex'));
    const fromFile = await say([...program, 'decode', '--json', 'frames.bin'], into);
    const doctor = await say([...program, 'doctor', '--bus', 'mqtt://127.0.0.1:9'], into);
    const demo = await runDemo(program, into);
    const held = [
      check('says its version', version.trim().endsWith(wish.version), version),
      check('reads a frame of set C', decoded.includes(`callsign="${CALLSIGN}`), decoded),
      check('reads a file of the folder it is used in', fromFile.includes('"kind":"pli"'), fromFile),
      check(
        'has the driver of serial ports',
        /Faults: \d/.test(doctor) && !doctor.includes('serial_driver_missing'),
        doctor,
      ),
      check(
        `shows ${CONTACTS} contacts of the simulated mesh to a TAK client`,
        demo.seen.length >= CONTACTS,
        demo.said,
      ),
    ];
    return held.every(Boolean);
  } finally {
    if (first.length > 0)
      spawnSync('wineserver', ['-k'], { env: { ...process.env, ...wineOf(into) }, stdio: 'ignore' });
    rmSync(into, { recursive: true, force: true });
  }
};
