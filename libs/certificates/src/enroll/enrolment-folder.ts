/**
 * What enrolling leaves in the data folder, one folder for each server:
 *
 *     servers/<host>/client.pem       own key, certificate and chain: what a TLS link takes as certificate
 *     servers/<host>/ca.pem           whom to trust: what it takes as ca
 *     servers/<host>/enrolment.json   with whom, as whom, until when
 *     servers/<host>/profile.zip      preferences, if the server has any
 *     servers/<host>/pending.key      a key whose signature is still awaited
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { renewalDueMs } from '../certificate-facts.ts';
import { fileNameOf } from '../client-name.ts';
import { messageOf, refused } from '../fault.ts';
import type { CertificateFault, Refused } from '../fault.ts';
import { keyPem } from '../keys.ts';
import type { CertificatePorts } from '../ports.ts';
import { writePrivateFile } from '../private-file.ts';
import { readCredentials } from '../read-credentials.ts';
import { enroll } from './enroll.ts';
import type { EnrolmentWish } from './enroll.ts';

/** How a certificate was come by, so that renewing it needs the password alone. */
export interface EnrolmentRecord {
  readonly host: string;
  readonly port: number;
  readonly serverName?: string;
  readonly fingerprint?: string;
  /** PEM of whom the server's certificate was checked against, where somebody named them. */
  readonly trusted?: readonly string[];
  readonly user: string;
  readonly clientUid: string;
  /** ISO 8601. */
  readonly validTo: string;
  /** ISO 8601: two thirds of its life are over then. */
  readonly renewAfter: string;
}

export interface EnrolmentFiles {
  readonly ok: true;
  readonly certificate: string;
  readonly ca: string;
  readonly profile: string | undefined;
  readonly record: EnrolmentRecord;
  readonly warnings: readonly CertificateFault[];
}

export const enrolmentFolder = (folder: string, host: string): string => join(folder, 'servers', fileNameOf(host));

/** @returns undefined if there is none that holds together */
export const readEnrolment = async (folder: string, host: string): Promise<EnrolmentRecord | undefined> => {
  const place = enrolmentFolder(folder, host);
  try {
    const record: unknown = JSON.parse(await readFile(join(place, 'enrolment.json'), 'utf8'));
    const leaf = new X509Certificate(await readFile(join(place, 'client.pem')));
    return isRecord(record) ? { ...record, ...datesOf(leaf) } : undefined;
  } catch {
    return undefined;
  }
};

const isRecord = (value: unknown): value is EnrolmentRecord => {
  if (typeof value !== 'object' || value === null) return false;
  const { host, port, user, clientUid } = value as Partial<Record<string, unknown>>;
  return [host, user, clientUid].every((text) => typeof text === 'string') && typeof port === 'number';
};

const datesOf = (leaf: X509Certificate) => ({
  validTo: new Date(leaf.validTo).toISOString(),
  renewAfter: new Date(renewalDueMs(leaf)).toISOString(),
});

/** Enrols and writes the files. What was there before stays until all of the new is there. */
export const enrollInto = (
  folder: string,
  wish: EnrolmentWish,
  ports: CertificatePorts,
): Promise<EnrolmentFiles | Refused> => enrollAs(folder, wish, ports, recordOf(wish));

/** Where TAK servers talk to those who have a certificate. */
const CERTIFICATE_PORT = 8443;

/**
 * Gets another certificate with the one there is, without a password; not every server gives one. What was there stays until
 * all of the new is there. Refuses with `no_certificate` where nothing was enrolled or it holds no more.
 */
export const renewInto = async (
  folder: string,
  host: string,
  ports: CertificatePorts,
  port = CERTIFICATE_PORT,
): Promise<EnrolmentFiles | Refused> => {
  const place = enrolmentFolder(folder, host);
  const record = await readEnrolment(folder, host);
  if (record === undefined) return refused('no_certificate', `There is no certificate of ${host} to renew.`);
  const files = { certificate: join(place, 'client.pem'), ca: join(place, 'ca.pem') };
  const read = await readCredentials(files, { role: 'client', nowMs: ports.now() });
  if (!read.ok) return refused('no_certificate', read.faults.map(({ detail }) => detail).join(' '));
  const { key = '', cert = '', chain, ca } = read.credentials;
  const { serverName, user, clientUid } = record;
  // The port for certificates is vouched for by the server's own authority, whatever the one for passwords is.
  const wish = { host, port, serverName, ca, user, clientUid, client: { key, cert: [cert, ...chain].join('') } };
  return enrollAs(folder, wish, ports, record);
};

type Kept = Omit<EnrolmentRecord, 'validTo' | 'renewAfter'>;

const enrollAs = async (
  folder: string,
  wish: EnrolmentWish,
  ports: CertificatePorts,
  kept: Kept,
): Promise<EnrolmentFiles | Refused> => {
  const place = enrolmentFolder(folder, wish.host);
  const path = (name: string): string => join(place, name);
  try {
    const key = await pendingKey(path('pending.key'), ports);
    const enrolled = await enroll(wish, key, ports.now());
    if (!enrolled.ok) return enrolled;
    const { credentials, leaf, profile, warnings } = enrolled;
    const record = { ...kept, ...datesOf(leaf) };
    await writePrivateFile(path('ca.pem'), credentials.ca.join(''));
    await writePrivateFile(path('client.pem'), [credentials.cert, ...credentials.chain, credentials.key].join(''));
    await writePrivateFile(path('enrolment.json'), `${JSON.stringify(record, undefined, 2)}\n`);
    if (profile !== undefined) await writePrivateFile(path('profile.zip'), profile);
    await rm(path('pending.key'));
    return {
      ok: true,
      certificate: path('client.pem'),
      ca: path('ca.pem'),
      profile: profile && path('profile.zip'),
      record,
      warnings,
    };
  } catch (error) {
    return refused(
      'not_written',
      `${place} cannot be written (${messageOf(error)}): name a data folder that is yours.`,
    );
  }
};

const recordOf = (wish: EnrolmentWish): Kept => ({
  host: wish.host,
  port: wish.port,
  ...(wish.serverName !== undefined && { serverName: wish.serverName }),
  ...(wish.fingerprint !== undefined && { fingerprint: wish.fingerprint }),
  ...(wish.ca.length > 0 && { trusted: wish.ca }),
  user: wish.user,
  clientUid: wish.clientUid,
});

const KEY_BITS = 2048;

/** A key that was kept for a signature that never arrived is used again: the server may have signed it. */
const pendingKey = async (path: string, ports: CertificatePorts): Promise<string> => {
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept?.trimEnd().endsWith('-----END PRIVATE KEY-----') === true) return kept;
  const keys = await ports.generateKeys(KEY_BITS);
  const key = await keyPem(keys.privateKey);
  await writePrivateFile(path, key);
  return key;
};
