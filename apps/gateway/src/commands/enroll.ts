/** `cotbus enroll HOST`: a certificate from a TAK server, as files that a TLS link takes. */
import { resolve } from 'node:path';
import { enrollInto, readCredentials, readEnrolment, renewInto, systemPorts } from '@cotbus/certificates';
import type { EnrolmentFiles, EnrolmentRecord, EnrolmentWish } from '@cotbus/certificates';
import { printable } from '@cotbus/service';
import { certificateFolder, complain } from './certificate-place.ts';
import type { PlaceOptions } from './certificate-place.ts';
import { readPassword } from './read-password.ts';

export interface EnrollOptions extends PlaceOptions {
  readonly user?: string;
  readonly port?: number;
  readonly serverName?: string;
  /** File of whom to trust at the enrolment port. */
  readonly ca?: string;
  readonly fingerprint?: string;
  readonly uid?: string;
  /** Let the server manage channels for this user. */
  readonly channels?: boolean;
  /** Only if two thirds of the life of the certificate are over. */
  readonly renew?: boolean;
}

/** Not COTBUS_…: those are options of the configuration. */
const PASSWORD = 'TAK_PASSWORD';
const CA_PASSPHRASE = 'TAK_CA_PASSPHRASE';
const DEFAULT_PORT = 8446;
/** The first client that knows channels is ATAK 4.4. */
const CHANNEL_VERSION = '4.4';

export const enrollAt = async (address: string, given: EnrollOptions): Promise<void> => {
  const { host, options } = addressOf(address, given);
  const folder = certificateFolder(options);
  if (folder === undefined) return;
  const before = await readEnrolment(folder, host);
  if (options.renew === true && before === undefined) {
    return complain({
      reason: 'no_certificate',
      detail: `There is no certificate of ${host} to renew: enrol with --user first.`,
    });
  }
  if (options.renew === true && before !== undefined && before.renewAfter > new Date(systemPorts.now()).toISOString()) {
    console.log(
      printable(
        `The certificate of ${host} holds until ${day(before.validTo)}; it is renewed after ${day(before.renewAfter)}.`,
      ),
    );
    return;
  }
  const files = await filesOf(folder, host, options, before);
  if (files === undefined) return;
  if (!files.ok) return complain(files);
  for (const line of resultLines(files)) console.log(printable(line));
  for (const { detail } of files.warnings) console.error(printable(`Mind: ${detail}`));
};

/** The certificate there is may be enough for the next one; else it takes the password. */
const filesOf = async (folder: string, host: string, options: EnrollOptions, before: EnrolmentRecord | undefined) => {
  if (options.renew === true && (process.env[PASSWORD] ?? '') === '') {
    const renewed = await renewInto(folder, host, systemPorts);
    if (renewed.ok) return renewed;
    console.error(printable(`Not with the certificate alone (${renewed.detail}).`));
  }
  const wish = await wishOf(host, options, before);
  return wish === undefined ? undefined : enrollInto(folder, wish, systemPorts);
};

/** Administrators hand out addresses in every form: tak.example.org, tak.example.org:8446, https://tak.example.org:8446/ */
const addressOf = (address: string, options: EnrollOptions) => {
  const [, host, port] = /^(?:https:\/\/)?([^\s:/]+)(?::(\d{1,5}))?\/?$/.exec(address) ?? [];
  if (host === undefined || port === undefined) return { host: host ?? address, options };
  return { host, options: { port: Number(port), ...options } };
};

/** What was said at the first time need not be said again. @returns undefined after it said what is missing */
const wishOf = async (
  host: string,
  options: EnrollOptions,
  before: EnrolmentRecord | undefined,
): Promise<EnrolmentWish | undefined> => {
  const user = options.user ?? before?.user;
  if (user === undefined) {
    complain({ reason: 'bad_name', detail: 'As whom? --user NAME, as the administrator of the server gave it.' });
    return undefined;
  }
  const ca = options.ca === undefined ? (before?.trusted ?? []) : await readCa(options.ca);
  if (ca === undefined) return undefined;
  const fingerprint = options.fingerprint === undefined ? before?.fingerprint : fingerprintOf(options.fingerprint);
  if (options.fingerprint !== undefined && fingerprint === undefined) {
    complain({
      reason: 'bad_name',
      detail: '--fingerprint: expected 64 hexadecimal digits (SHA-256), with or without colons.',
    });
    return undefined;
  }
  const password = await readPassword(PASSWORD, `Password of ${printable(user)} at ${printable(host)}: `);
  if (password === undefined || password === '') {
    complain({
      reason: 'login_refused',
      detail: `No password: set ${PASSWORD} in the environment, or run it at a terminal.`,
    });
    return undefined;
  }
  return {
    host,
    port: options.port ?? before?.port ?? DEFAULT_PORT,
    serverName: options.serverName ?? before?.serverName,
    ca,
    fingerprint,
    user,
    password,
    clientUid: options.uid ?? before?.clientUid ?? `COTBUS-${Buffer.from(systemPorts.randomBytes(8)).toString('hex')}`,
    version: options.channels === true ? CHANNEL_VERSION : undefined,
  };
};

const readCa = async (path: string): Promise<readonly string[] | undefined> => {
  const read = (caPassphrase?: string) =>
    readCredentials({ ca: resolve(path), caPassphrase }, { role: 'client', nowMs: systemPorts.now() });
  const first = await read();
  if (first.ok) return first.credentials.ca;
  if (first.faults[0]?.reason !== 'passphrase_missing') {
    complain(...first.faults);
    return undefined;
  }
  const second = await read(await readPassword(CA_PASSPHRASE, `Passphrase of ${printable(path)}: `));
  if (second.ok) return second.credentials.ca;
  complain(...second.faults);
  return undefined;
};

/** In the form of Node's `fingerprint256`. */
const fingerprintOf = (text: string): string | undefined => {
  const digits = text.replaceAll(/[\s:]/g, '').toUpperCase();
  return /^[0-9A-F]{64}$/.test(digits) ? digits.replaceAll(/..(?=.)/g, '$&:') : undefined;
};

const day = (iso: string): string => iso.slice(0, 10);

const resultLines = ({ certificate, ca, profile, record }: EnrolmentFiles): readonly string[] => [
  `Enrolled at ${record.host} as ${record.user}, until ${day(record.validTo)}.`,
  `  certificate  ${certificate}`,
  `  ca           ${ca}`,
  ...(profile === undefined ? [] : [`  profile      ${profile} (preferences for TAK clients, not used here)`]),
  `Renew it after ${day(record.renewAfter)}: cotbus enroll ${record.host} --renew`,
];
