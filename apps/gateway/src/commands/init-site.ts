/** `cotbus init --compose`: a site for docker-compose.yml, alone, as one of several, or as the place where they meet. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { serverCredentials, systemPorts } from '@cotbus/certificates';
import { isTopicLevel } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import { parse } from 'yaml';
import { z } from 'zod';
import { siteEnvironment } from '../site/site-environment.ts';
import type { SiteOwner } from '../site/site-environment.ts';
import { profilesOf, sitePlan } from '../site/site-plan.ts';
import type { SiteFile, SitePart } from '../site/site-plan.ts';
import type { SiteRadio } from '../site/site-services.ts';

export interface SiteWish {
  /** Where the files go, below this folder. */
  readonly folder: string;
  /** Names of the sites that meet here. */
  readonly central?: readonly string[];
  /** Under which those sites reach this machine. */
  readonly host?: string;
  /** File that the central place wrote for this site. */
  readonly join?: string;
  /** With an egress of its own for the phones of the site. */
  readonly localTak?: boolean;
}

/** @returns what kept it from being written, one line each; empty when it was. */
export const initSite = async (
  wish: SiteWish,
  mesh: string,
  radios: readonly SiteRadio[],
): Promise<readonly string[]> => {
  const { folder } = wish;
  const taken = [folder, '.env'].filter((path) => existsSync(path));
  const faults = faultsOf(wish, radios);
  if (taken.length > 0) {
    faults.push(`${printable(taken.join(' and '))}: there already, and left as it is. To begin anew, move it away.`);
  }
  if (faults.length > 0) return faults;
  const part = await partOf(wish);
  if (!('is' in part)) return part;
  const owner = ownerOf();
  const files = sitePlan({ part, mesh, radios: namedBy(part, radios) }, randomBytes);
  for (const file of files) writeSiteFile(folder, file);
  writeFileSync('.env', siteEnvironment(folder, profilesOf(part), owner), { flag: 'wx' });
  give(owner, ['.env', folder, ...readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path)))]);
  console.log(`Wrote ${folder}/ (settings and passwords) and .env. Next: docker compose up -d`);
  if (part.is === 'central') {
    console.log(
      `Take ${folder}/sites/<site>.yaml to each site: docker compose run --rm init --join <site>.yaml --radio …`,
    );
  }
  return [];
};

const faultsOf = ({ folder, central, host, join: joins }: SiteWish, radios: readonly SiteRadio[]): string[] => {
  const faults: string[] = [];
  if (!/^[A-Za-z0-9_-]+$/.test(folder)) faults.push(`--folder ${printable(folder)}: expected a name below this folder`);
  if (central !== undefined) {
    if (joins !== undefined || radios.length > 0) faults.push('--central: the radios are at the sites');
    if (host === undefined) faults.push('--central: say with --host how the sites reach this machine');
    const odd = central.filter((site, index) => !isTopicLevel(site) || central.indexOf(site) !== index);
    for (const site of odd)
      faults.push(`--central ${printable(site)}: expected names that differ, of letters and digits`);
    return faults;
  }
  if (radios.length === 0) faults.push('Name at least one radio: --radio base=192.168.1.50, or base=/dev/ttyUSB0');
  for (const { name, address } of radios.filter((radio) => /^(auto|usb:|COM)/i.test(radio.address))) {
    faults.push(`--radio ${name}=${printable(address)}: a container needs the device's path, such as /dev/ttyUSB0`);
  }
  return faults;
};

/** What stands here; faults when it cannot be known. */
const partOf = async ({ central, host = '', join: file, localTak = false, folder }: SiteWish) => {
  if (central !== undefined) return centralPart(central, host, folder);
  if (file === undefined) return { is: 'all-in-one' } satisfies SitePart;
  try {
    const read = joinFile.safeParse(parse(readFileSync(file, 'utf8')));
    if (read.success) return { is: 'site', join: read.data, localTak } satisfies SitePart;
    return [`--join ${printable(file)}: not what cotbus init --central writes for a site`];
  } catch {
    return [`--join ${printable(file)}: cannot be read`];
  }
};

/** One line of text each, for they are written into the broker's settings. */
const word = z.string().regex(/^[\w.:[\]-]{1,300}$/);
const joinFile = z.strictObject({
  site: z.string().refine(isTopicLevel),
  address: word,
  username: word,
  password: word,
  ca: z.string().startsWith('-----BEGIN CERTIFICATE-----').max(65_536),
});

const centralPart = async (sites: readonly string[], host: string, folder: string) => {
  const made = await serverCredentials(
    { folder: join(folder, 'authority'), authorityName: `Cotbus at ${host}` },
    [host],
    systemPorts,
  );
  if (!made.ok) return [`--host ${printable(host)}: ${made.detail}`];
  const { cert = '', key = '', ca } = made.credentials;
  return { is: 'central', sites, host, tls: { certificate: cert, key, ca: ca.join('\n') } } satisfies SitePart;
};

/** Agents of several sites share a bus: their names begin with the site's. */
const namedBy = (part: SitePart, radios: readonly SiteRadio[]): readonly SiteRadio[] =>
  part.is === 'site' ? radios.map((radio) => ({ ...radio, name: `${part.join.site}-${radio.name}` })) : radios;

/** Of containers that were told nothing else. */
const NODE_USER = 1000;

/** As root, such as in a container, the files go to whom the folder belongs: the person who will edit them. */
const ownerOf = (): SiteOwner => {
  const { uid, gid } = statSync('.');
  return uid === 0 ? { uid: NODE_USER, gid: NODE_USER } : { uid, gid };
};

const give = ({ uid, gid }: SiteOwner, paths: readonly string[]): void => {
  if (process.getuid?.() === 0) for (const path of paths) chownSync(path, uid, gid);
};

const writeSiteFile = (folder: string, { path, text, secret = false }: SiteFile): void => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: 'wx', mode: secret ? 0o600 : 0o644 });
  // Whatever the umask says.
  chmodSync(file, secret ? 0o600 : 0o644);
};
