/**
 * The own certificates of an installation, in its data folder:
 *
 *     authority.pem        certificate and key of the authority; never leaves the machine
 *     ca.pem               its certificate alone, to hand out
 *     server.pem           certificate and key of the TLS listener
 *     clients/<serial>.json  what was given to whom, without keys
 *     revoked.txt          who is shut out
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { nameFault, checkCredentials } from './check-credentials.ts';
import { certificateNames, renewalDueMs } from './certificate-facts.ts';
import type { Credentials } from './credentials.ts';
import { codeOf, messageOf, refused } from './fault.ts';
import type { Refused } from './fault.ts';
import { makeAuthority, makeServerCertificate, readAuthority } from './make-certificate.ts';
import type { Authority, Issued } from './make-certificate.ts';
import type { CertificatePorts } from './ports.ts';
import { createPrivateFile, writePrivateFile } from './private-file.ts';

export interface AuthorityFolder {
  readonly folder: string;
  /** Of the authority, for people, if it has yet to be made: "Cotbus on basecamp". */
  readonly authorityName: string;
}

/** The authority of the folder; it is made at the first call. */
export const openAuthority = async (
  { folder, authorityName }: AuthorityFolder,
  ports: CertificatePorts,
): Promise<{ readonly ok: true; readonly authority: Authority } | Refused> => {
  const path = join(folder, 'authority.pem');
  try {
    let pem = await readIfThere(path);
    if (pem === undefined) {
      await createPrivateFile(path, pemOf(await makeAuthority(authorityName, ports)));
      pem = await readFile(path, 'utf8');
    }
    const authority = await readPemPair(pem);
    const { faults } = checkCredentials(
      { leaf: undefined, key: undefined, chain: [], ca: [authority.certificate] },
      { role: 'server', nowMs: ports.now() },
    );
    if (faults[0] !== undefined) return refused(faults[0].reason, faults[0].detail);
    const handout = join(folder, 'ca.pem');
    if ((await readIfThere(handout)) !== authority.certificate.toString()) {
      await writePrivateFile(handout, authority.certificate.toString());
    }
    return { ok: true, authority };
  } catch (error) {
    return folderFault(path, error);
  }
};

/**
 * Credentials of the TLS listener: clients are trusted that the authority signed. The certificate is made anew when it lacks
 * a host, or two thirds of its life are over; hosts it had before stay in it. `renewed`: there was another one before.
 *
 * @param hosts names and addresses that clients call; at least one
 */
export const serverCredentials = async (
  place: AuthorityFolder,
  hosts: readonly string[],
  ports: CertificatePorts,
): Promise<{ readonly ok: true; readonly credentials: Credentials; readonly renewed: boolean } | Refused> => {
  const opened = await openAuthority(place, ports);
  if (!opened.ok) return opened;
  const { authority } = opened;
  const path = join(place.folder, 'server.pem');
  try {
    const pem = await readIfThere(path);
    const present = pem === undefined ? undefined : splitPem(pem);
    const holds = present !== undefined && isCurrent(present.certificate, authority, hosts, ports.now());
    const server = holds
      ? present
      : await makeServerCertificate(authority, withEarlier(hosts, present?.certificate), ports);
    if (!holds) await writePrivateFile(path, pemOf(server));
    return {
      ok: true,
      renewed: present !== undefined && !holds,
      credentials: {
        key: server.key,
        cert: server.certificate.toString(),
        chain: [],
        ca: [authority.certificate.toString()],
      },
    };
  } catch (error) {
    return folderFault(path, error);
  }
};

const isCurrent = (
  certificate: X509Certificate,
  authority: Authority,
  hosts: readonly string[],
  nowMs: number,
): boolean =>
  certificate.verify(authority.certificate.publicKey) &&
  nowMs < renewalDueMs(certificate) &&
  hosts.every((host) => nameFault(certificate, host) === undefined);

const MAX_HOSTS = 64;

const withEarlier = (hosts: readonly string[], before: X509Certificate | undefined): readonly string[] =>
  [...new Set([...hosts, ...(before === undefined ? [] : certificateNames(before))])].slice(0, MAX_HOSTS);

const pemOf = ({ certificate, key }: Issued): string => `${certificate.toString()}${key}`;

const splitPem = (pem: string): Issued => {
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n?/.exec(pem)?.[0];
  if (key === undefined) throw new TypeError('it holds no private key');
  return { certificate: new X509Certificate(pem), key };
};

const readPemPair = (pem: string): Promise<Authority> => {
  const { certificate, key } = splitPem(pem);
  return readAuthority(certificate.toString(), key);
};

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** A certificate that was given to somebody. */
export interface ClientRecord {
  readonly name: string;
  readonly serial: string;
  /** SHA-256, as Node's `fingerprint256`. */
  readonly fingerprint: string;
  readonly validTo: string;
}

/** Before a certificate leaves the machine: what is not in the list cannot be revoked by name. */
export const recordClient = (folder: string, name: string, { certificate }: Issued): Promise<void> => {
  const record: ClientRecord = {
    name,
    serial: certificate.serialNumber,
    fingerprint: certificate.fingerprint256,
    validTo: new Date(certificate.validTo).toISOString(),
  };
  const path = join(folder, 'clients', `${certificate.serialNumber}.json`);
  return writePrivateFile(path, `${JSON.stringify(record, undefined, 2)}\n`);
};

/** Everybody, by name and then by end of validity. Throws what the file system throws. */
export const listClients = async (folder: string): Promise<readonly ClientRecord[]> => {
  const names = await namesIn(join(folder, 'clients'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, 'clients', name), 'utf8')));
  return texts
    .map((text) => JSON.parse(text) as ClientRecord)
    .toSorted((a, b) => a.name.localeCompare(b.name) || (a.validTo < b.validTo ? -1 : 1));
};

const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
};

const folderFault = (path: string, error: unknown): Refused =>
  /^E[A-Z]+$/.test(codeOf(error))
    ? refused(
        'not_written',
        `${path} cannot be written or read (${messageOf(error)}): name a data folder that is yours.`,
      )
    : refused(
        'garbled',
        `${path} is damaged (${messageOf(error)}): put back a copy, or move it away to begin anew with new packages for everybody.`,
      );
