/** Whether certificates that could be read can be used: dates, usage, chain, names, and the word of TLS itself. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import {
  beginOf,
  certificateNames,
  dayOf,
  endOf,
  isSelfIssued,
  renewalDueMs,
  subjectText,
} from './certificate-facts.ts';
import { messageOf } from './fault.ts';
import type { CertificateFault, CertificateReason } from './fault.ts';

export interface CredentialUse {
  readonly role: 'client' | 'server';
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** For a server: names and addresses under which clients reach it. */
  readonly hosts?: readonly string[];
}

export interface Checkable {
  readonly leaf: X509Certificate | undefined;
  readonly key: KeyObject | undefined;
  readonly chain: readonly X509Certificate[];
  readonly ca: readonly X509Certificate[];
}

export interface Checked {
  /** Any of these, and a link is not worth trying. */
  readonly faults: readonly CertificateFault[];
  readonly warnings: readonly CertificateFault[];
}

const usageOids = { client: '1.3.6.1.5.5.7.3.2', server: '1.3.6.1.5.5.7.3.1' } as const;
const ANY_USAGE = '2.5.29.37.0';

export const checkCredentials = (checkable: Checkable, use: CredentialUse): Checked => {
  const { leaf, key, chain, ca } = checkable;
  const now = new Date(use.nowMs);
  const faults: CertificateFault[] = [];
  const warnings: CertificateFault[] = [];
  for (const certificate of [...(leaf === undefined ? [] : [leaf]), ...chain]) {
    push(faults, dateFault(certificate, now));
  }
  push(ca.length > 0 && ca.every((one) => dateFault(one, now)) ? faults : warnings, firstDateFault(ca, now));
  if (leaf !== undefined) {
    push(faults, usageFault(leaf, use.role));
    push(warnings, soonFault(leaf, now));
    push(warnings, chainFault([leaf, ...chain], ca));
    for (const host of use.hosts ?? []) push(warnings, nameFault(leaf, host));
  }
  if (faults.length === 0) push(faults, contextFault(leaf, key, chain, ca));
  return { faults, warnings };
};

const push = (list: CertificateFault[], fault: CertificateFault | undefined): void => {
  if (fault !== undefined) list.push(fault);
};
const fault = (reason: CertificateReason, detail: string): CertificateFault => ({ reason, detail });

const dateFault = (certificate: X509Certificate, now: Date): CertificateFault | undefined => {
  const who = subjectText(certificate);
  if (now > endOf(certificate)) {
    return fault('expired', `The certificate ${who} expired on ${dayOf(endOf(certificate))}: get a new one.`);
  }
  if (now < beginOf(certificate)) {
    return fault(
      'not_yet_valid',
      `The certificate ${who} is valid from ${dayOf(beginOf(certificate))}, and the clock here says ${dayOf(now)}: set the clock.`,
    );
  }
  return undefined;
};

const firstDateFault = (certificates: readonly X509Certificate[], now: Date): CertificateFault | undefined => {
  for (const certificate of certificates) {
    const found = dateFault(certificate, now);
    if (found !== undefined) return found;
  }
  return undefined;
};

const soonFault = (certificate: X509Certificate, now: Date): CertificateFault | undefined =>
  now.getTime() > renewalDueMs(certificate) && now <= endOf(certificate)
    ? fault(
        'expires_soon',
        `The certificate ${subjectText(certificate)} expires on ${dayOf(endOf(certificate))}: renew it.`,
      )
    : undefined;

/** A certificate without the extension is for everything. */
const usageFault = (certificate: X509Certificate, role: 'client' | 'server'): CertificateFault | undefined => {
  // The type says string[], and Node gives undefined where there is no such extension.
  const usages = certificate.keyUsage as readonly string[] | undefined;
  if (usages === undefined || usages.includes(usageOids[role]) || usages.includes(ANY_USAGE)) return undefined;
  return fault(
    'wrong_usage',
    `The certificate ${subjectText(certificate)} is not for a ${role}, so the other side will refuse it: take the ${role} certificate.`,
  );
};

/** The other side may know the rest of the chain, so this is no reason not to try. */
const chainFault = (
  chain: readonly X509Certificate[],
  ca: readonly X509Certificate[],
): CertificateFault | undefined => {
  const last = chain.at(-1);
  if (last === undefined || isSelfIssued(last)) return undefined;
  const issuer = ca.find((one) => last.checkIssued(one));
  const name = last.issuer.split('\n').join(', ');
  if (issuer === undefined) {
    return fault(
      'chain_incomplete',
      `The file has no certificate of ${name}, who issued ${subjectText(last)}: the other side must know it.`,
    );
  }
  return last.verify(issuer.publicKey)
    ? undefined
    : fault(
        'chain_incomplete',
        `${subjectText(last)} names ${name} as its issuer, but was not signed by the one in the file.`,
      );
};

/**
 * Whether a certificate holds for the name or address a client calls. Host names of the subject count only where there is
 * no alternative name, as in TLS libraries.
 *
 * @returns undefined if it does
 */
export const nameFault = (certificate: X509Certificate, host: string): CertificateFault | undefined => {
  const matches = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  if (matches !== undefined) return undefined;
  const names = certificateNames(certificate);
  return fault(
    'name_mismatch',
    `The certificate ${subjectText(certificate)} is for ${names.length === 0 ? 'no name' : names.join(', ')}, not for ${host}.`,
  );
};

/** TLS has rules of its own, such as least sizes of keys. */
const contextFault = (
  leaf: X509Certificate | undefined,
  key: KeyObject | undefined,
  chain: readonly X509Certificate[],
  ca: readonly X509Certificate[],
): CertificateFault | undefined => {
  try {
    createSecureContext({
      ...(key !== undefined && { key: key.export({ type: 'pkcs8', format: 'pem' }) }),
      ...(leaf !== undefined && { cert: [leaf, ...chain].map(String).join('') }),
      ...(ca.length > 0 && { ca: ca.map(String) }),
    });
    return undefined;
  } catch (error) {
    const message = messageOf(error);
    if (/too small|too weak/i.test(message)) {
      return fault(
        'unusable',
        `TLS refuses the certificate as too weak (${message}): get one with RSA 2048 or more and SHA-256.`,
      );
    }
    return fault('unusable', `TLS refuses the certificate: ${message}.`);
  }
};
