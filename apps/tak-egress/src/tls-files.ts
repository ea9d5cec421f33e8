/** The files of a TLS link or listener, read and checked at every attempt: a renewed certificate is used from the next one on. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCredentials, readRevocations, tlsOptions } from '@cotbus/certificates';
import type { SecureContextOptions } from 'node:tls';
import type { TakEgressOptions } from './options.ts';

/** As the configuration names them; PKCS#12 or PEM. */
export interface TlsFiles {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
  readonly ca?: string | undefined;
  readonly caPassphrase?: string | undefined;
}

export type TlsContext =
  | { readonly ok: true; readonly options: SecureContextOptions; readonly warnings: readonly string[] }
  /** Sentences for the operator; they hold nothing of a key or passphrase. */
  | { readonly ok: false; readonly fault: string };

export const readTlsFiles = async (
  { cert, ...others }: TlsFiles,
  role: 'client' | 'server',
  nowMs: number,
): Promise<TlsContext> => {
  const read = await readCredentials({ certificate: cert, ...others }, { role, nowMs });
  if (!read.ok) return { ok: false, fault: read.faults.map(({ detail }) => detail).join(' ') };
  const warnings = read.warnings.map(({ detail }) => detail);
  return { ok: true, options: tlsOptions(read.credentials), warnings };
};

/** What `cotbus connection-package` has made, when it has; the folder is in that of the journals. */
export const ownTlsFiles = (folder: string): TlsFiles | undefined => {
  const cert = join(folder, 'server.pem');
  return existsSync(cert) ? { cert, ca: join(folder, 'ca.pem') } : undefined;
};

export const certificatesFolder = (journals: string): string => join(journals, 'certificates');

/** Whether the TLS listener will be opened. */
export const listensTls = ({ listenTls }: Pick<TakEgressOptions, 'listenTls'>, journals: string): boolean =>
  listenTls.enabled && (listenTls.tls ?? ownTlsFiles(certificatesFolder(journals))) !== undefined;

/** Fingerprints of certificates that were revoked, as Node writes them. Rejects when that cannot be known: nobody is let in. */
export const revokedFingerprints = async (folder: string): Promise<ReadonlySet<string>> =>
  (await readRevocations(folder)).fingerprints;
