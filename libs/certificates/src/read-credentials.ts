/** Reads the files of one end of a TLS link. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { isAuthority, subjectText } from './certificate-facts.ts';
import { chainOf } from './chain-of.ts';
import { checkCredentials } from './check-credentials.ts';
import type { CredentialUse } from './check-credentials.ts';
import type { Credentials } from './credentials.ts';
import { refused } from './fault.ts';
import type { CertificateFault, Refused } from './fault.ts';
import { readMaterialFile } from './material-file.ts';

/** Paths of files, each PKCS#12 or PEM. */
export interface CredentialFiles {
  /** The own certificate: .p12, or PEM that may hold the key, too. */
  readonly certificate?: string | undefined;
  /** PEM of the private key, where it lies in a file of its own. */
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
  /** A truststore (.p12 without a key) or PEM. Left out: what lies beside the own certificate. */
  readonly ca?: string | undefined;
  /** Left out: `passphrase`. */
  readonly caPassphrase?: string | undefined;
}

export type ReadCredentials =
  | {
      readonly ok: true;
      readonly credentials: Credentials;
      /** What holds today and may not tomorrow, such as `expires_soon`. */
      readonly warnings: readonly CertificateFault[];
    }
  /** All that is wrong, at least one. */
  | { readonly ok: false; readonly faults: readonly CertificateFault[] };

/**
 * Reads the files and checks what is in them: dates, usage, chain, names, and that TLS takes them. Nothing that is given is
 * thrown back as an exception.
 */
export const readCredentials = async (files: CredentialFiles, use: CredentialUse): Promise<ReadCredentials> => {
  const own = files.certificate === undefined ? undefined : await readOwn(files, files.certificate);
  const trusted =
    files.ca === undefined ? undefined : await readTrust(files.ca, files.caPassphrase ?? files.passphrase);
  const faults = [own, trusted].flatMap((read) =>
    read?.ok === false ? [{ reason: read.reason, detail: read.detail }] : [],
  );
  if (faults.length > 0) return { ok: false, faults };
  const ca = trusted?.ok === true ? trusted.ca : own?.ok === true ? own.ca : [];
  const identity = own?.ok === true ? own : undefined;
  const checked = checkCredentials({ leaf: identity?.leaf, key: identity?.key, chain: identity?.chain ?? [], ca }, use);
  if (checked.faults.length > 0) return { ok: false, faults: checked.faults };
  return {
    ok: true,
    credentials: {
      key: identity?.key.export({ type: 'pkcs8', format: 'pem' }) as string | undefined,
      cert: identity?.leaf.toString(),
      chain: (identity?.chain ?? []).map(String),
      ca: ca.map(String),
    },
    warnings: checked.warnings,
  };
};

interface Own {
  readonly ok: true;
  readonly key: KeyObject;
  readonly leaf: X509Certificate;
  readonly chain: readonly X509Certificate[];
  readonly ca: readonly X509Certificate[];
}

const readOwn = async (files: CredentialFiles, path: string): Promise<Own | Refused> => {
  const main = await readMaterialFile(path, files.passphrase);
  if (!main.ok) return main;
  const other = files.key === undefined ? undefined : await readMaterialFile(files.key, files.passphrase);
  if (other?.ok === false) return other;
  const keys = other?.ok === true ? other.keys : main.keys;
  const { certificates } = main;
  if (certificates.length === 0) return refused('no_certificate', `${path} holds no certificate.`);
  if (keys.length === 0) return refused('no_key', noKeyText(files, path));
  for (const key of keys) {
    const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key));
    if (leaf !== undefined) return { ok: true, key, leaf, ...chainOf(leaf, certificates) };
  }
  const names = certificates.slice(0, 3).map(subjectText).join('; ');
  return refused(
    'key_mismatch',
    `The private key in ${files.key ?? path} belongs to no certificate in ${path} (${names}).`,
  );
};

const noKeyText = ({ key }: CredentialFiles, path: string): string =>
  key === undefined
    ? `${path} holds certificates without a private key: it is a truststore. Name it as ca, and here the file with your own certificate.`
    : `${key} holds no private key.`;

const readTrust = async (
  path: string,
  passphrase: string | undefined,
): Promise<{ readonly ok: true; readonly ca: readonly X509Certificate[] } | Refused> => {
  const material = await readMaterialFile(path, passphrase);
  if (!material.ok) return material;
  const ca = material.certificates.filter(isAuthority);
  if (ca.length > 0) return { ok: true, ca };
  const names = material.certificates.slice(0, 3).map(subjectText);
  return refused(
    'no_ca',
    `${path} holds no certificate authority${names.length === 0 ? '' : `, only ${names.join('; ')}`}. Take the truststore of the server, such as truststore-root.p12.`,
  );
};
