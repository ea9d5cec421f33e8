/**
 * The certificates of TLS links grow old: those that were enrolled are renewed with themselves where the server allows it, and
 * of the others a person is told in time, with what to do.
 */
import { X509Certificate } from 'node:crypto';
import { join, resolve } from 'node:path';
import { fileNameOf, readCredentials, readEnrolment, renewalDueMs, renewInto, systemPorts } from '@cotbus/certificates';
import { printable } from '@cotbus/service';
import type { ServiceContext } from '@cotbus/service';
import type { LinkOptions } from './link-options.ts';
import { certificatesFolder } from './tls-files.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Time for a person to get another one, weekends included; of a short life the last third. */
const TELL_MS = 14 * DAY_MS;
const LOOK_MS = 60 * 60_000;
const RENEW_AGAIN_MS = DAY_MS;
const FIRST_LOOK_MS = 60_000;

type Renew = (folder: string, host: string) => ReturnType<typeof renewInto>;

const byCertificate: Renew = (folder, host) => renewInto(folder, host, systemPorts);

/** Looks every hour; it ends through the context. */
export const watchCertificates = (
  context: ServiceContext,
  links: readonly LinkOptions[],
  renew: Renew = byCertificate,
): void => {
  const { clock, onStop } = context;
  const secure = links.filter(({ tls }) => tls?.cert !== undefined);
  if (secure.length === 0) return;
  const triedMs = new Map<string, number>();
  const look = (): void => {
    for (const link of secure) void lookAt(context, link, renew, triedMs);
  };
  onStop('first look at certificates', clock.after(FIRST_LOOK_MS, look));
  onStop('certificates of links', clock.every(LOOK_MS, look));
};

const lookAt = async (
  context: ServiceContext,
  link: LinkOptions,
  renew: Renew,
  triedMs: Map<string, number>,
): Promise<void> => {
  const { clock, log, status } = context;
  const { name, host } = link;
  const key = `certificate of ${name}`;
  const leaf = await leafOf(link, clock.now());
  // What is wrong with the files the link itself says at its next attempt.
  if (leaf === undefined) return;
  const folder = certificatesFolder(context.journals.folder);
  const isEnrolled = await wasEnrolled(folder, link);
  const isDue = clock.now() >= renewalDueMs(leaf);
  const mayTry = clock.monotonic() - (triedMs.get(name) ?? Number.NEGATIVE_INFINITY) >= RENEW_AGAIN_MS;
  if (isEnrolled && isDue && mayTry) {
    triedMs.set(name, clock.monotonic());
    const renewed = await renew(folder, host);
    if (renewed.ok) {
      log.info({ link: name, until: renewed.record.validTo }, 'link.certificate_renewed');
      status.setAlarm(key, undefined);
      return;
    }
    log.warn({ link: name, why: printable(renewed.detail) }, 'link.certificate_not_renewed');
  }
  status.setAlarm(key, whatToDo(link, leaf, isEnrolled, clock.now()));
};

const leafOf = async ({ tls }: LinkOptions, nowMs: number): Promise<X509Certificate | undefined> => {
  const { cert, key, passphrase } = tls ?? {};
  const read = await readCredentials({ certificate: cert, key, passphrase }, { role: 'client', nowMs });
  return read.ok && read.credentials.cert !== undefined ? new X509Certificate(read.credentials.cert) : undefined;
};

const wasEnrolled = async (folder: string, { host, tls }: LinkOptions): Promise<boolean> => {
  const file = join(folder, 'servers', fileNameOf(host), 'client.pem');
  return resolve(tls?.cert ?? '') === resolve(file) && (await readEnrolment(folder, host)) !== undefined;
};

/** @returns nothing while there is time. */
const whatToDo = (
  { name, host, tls }: LinkOptions,
  leaf: X509Certificate,
  isEnrolled: boolean,
  nowMs: number,
): string | undefined => {
  const endMs = Date.parse(leaf.validTo);
  if (nowMs < Math.max(endMs - TELL_MS, renewalDueMs(leaf))) return undefined;
  const days = Math.max(0, Math.floor((endMs - nowMs) / DAY_MS));
  const remedy = isEnrolled
    ? `npx cotbus enroll ${host} --renew`
    : `ask the administrator of ${host} for another one, and put it into ${tls?.cert ?? ''}`;
  const day = new Date(endMs).toISOString().slice(0, 10);
  return printable(`tak.links ${name}: its certificate expires on ${day}, in ${days} days: ${remedy}`);
};
