/** `cotbus init`: the first configuration, for one machine or for containers. Never overwrites what is there. */
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isTopicLevel } from '@cotbus/contracts';
import { radioFromText, radioOptions } from '@cotbus/radio-agent';
import { printable } from '@cotbus/service';
import { firstConfig } from '../site/first-config.ts';
import { siteEnvironment, sitePlan } from '../site/site-plan.ts';
import type { SiteFile, SiteRadio } from '../site/site-plan.ts';

export interface InitOptions {
  readonly mesh: string;
  readonly radio: readonly string[];
  readonly compose?: boolean;
  /** Of the files for containers, below this one. */
  readonly folder: string;
}

export const init = (options: InitOptions): void => {
  const radios = options.radio.map(readRadio);
  const faults = [...radios.flatMap(({ fault }) => fault ?? []), ...faultsOf(options, radios)];
  if (faults.length > 0) return fail(faults);
  if (options.compose === true) initSite(options, radios);
  else initFile(options, radios);
};

const CONFIG = 'cotbus.yaml';

const initFile = ({ mesh }: InitOptions, radios: readonly SiteRadio[]): void => {
  if (existsSync(CONFIG)) return fail([`${CONFIG} is there already, and is left as it is.`]);
  writeFileSync(CONFIG, firstConfig(mesh, radios), { flag: 'wx' });
  console.log(`Wrote ${CONFIG}. Look through it, then: npx cotbus config check, and npm start`);
};

/** Of containers that were told nothing else. */
const NODE_USER = 1000;

const initSite = (options: InitOptions, radios: readonly SiteRadio[]): void => {
  const { folder, mesh } = options;
  const taken = [folder, '.env'].filter((path) => existsSync(path));
  if (taken.length > 0) {
    return fail([`${taken.join(' and ')}: there already, and left as it is. To begin anew, move it away.`]);
  }
  // As root, such as in a container, the files go to whom the folder belongs: the person who will edit them.
  const { uid, gid } = statSync('.');
  const asRoot = process.getuid?.() === 0;
  const owner = asRoot && uid === 0 ? { uid: NODE_USER, gid: NODE_USER } : { uid, gid };
  const files = sitePlan({ mesh, radios, ...owner }, randomBytes);
  for (const file of files) writeSiteFile(folder, file);
  writeFileSync('.env', siteEnvironment(folder, owner), { flag: 'wx' });
  if (asRoot) for (const path of ['.env', ...pathsOf(folder, files)]) chownSync(path, owner.uid, owner.gid);
  console.log(`Wrote ${folder}/ (settings and passwords) and .env. Next: docker compose up -d`);
};

const writeSiteFile = (folder: string, { path, text, secret = false }: SiteFile): void => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: 'wx', mode: secret ? 0o600 : 0o644 });
  // Whatever the umask says: the broker may run as another user, and secrets are nobody else's.
  chmodSync(file, secret ? 0o600 : 0o644);
};

/** The folder, all below it, deepest last. */
const pathsOf = (folder: string, files: readonly SiteFile[]): readonly string[] => [
  ...new Set(files.flatMap(({ path }) => [folder, dirname(join(folder, path)), join(folder, path)])),
];

type ReadRadio = SiteRadio & { readonly fault?: string };

/** `name=address`, or an address alone. */
const readRadio = (text: string, index: number): ReadRadio => {
  const split = /^(?<name>[^=]*)=(?<address>.*)$/s.exec(text)?.groups;
  const radio = { name: split?.['name'] ?? `radio-${index + 1}`, address: split?.['address'] ?? text };
  if (!isTopicLevel(radio.name)) return { ...radio, fault: `--radio ${printable(text)}: not a name` };
  const read = radioOptions.safeParse({ name: radio.name, ...(radioFromText(radio.address) as object) });
  if (read.success) return radio;
  return { ...radio, fault: `--radio ${printable(text)}: ${read.error.issues[0]?.message ?? 'not an address'}` };
};

const faultsOf = ({ compose, mesh, folder }: InitOptions, radios: readonly SiteRadio[]): readonly string[] => {
  const names = radios.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const faults = twice.map((name) => `--radio: "${name}" names two radios`);
  if (!isTopicLevel(mesh)) faults.push(`--mesh ${printable(mesh)}: expected letters, digits, ".", "_" or "-"`);
  if (compose !== true) return faults;
  if (radios.length === 0) faults.push('Name at least one radio: --radio base=192.168.1.50, or base=/dev/ttyUSB0');
  if (!/^[A-Za-z0-9_-]+$/.test(folder)) faults.push(`--folder ${printable(folder)}: expected a name below this folder`);
  const unreachable = radios.filter(({ address }) => /^(auto|usb:|COM)/i.test(address));
  for (const { name, address } of unreachable) {
    faults.push(`--radio ${name}=${printable(address)}: a container needs the device's path, such as /dev/ttyUSB0`);
  }
  return faults;
};

const fail = (faults: readonly string[]): void => {
  for (const fault of faults) console.error(fault);
  process.exitCode = 2;
};
