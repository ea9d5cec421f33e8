/** What the folder of an authority says of itself, without a key. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateNames, endOf, subjectText } from './certificate-facts.ts';
import { codeOf } from './fault.ts';

export interface AuthorityFacts {
  /** Undefined until something was made. */
  readonly authority: { readonly name: string; readonly validTo: Date } | undefined;
  /** The certificate of the TLS listener; undefined until there is one. */
  readonly server: { readonly hosts: readonly string[]; readonly validTo: Date } | undefined;
}

/** Throws what the file system throws, and for files that hold no certificate. */
export const authorityFacts = async (folder: string): Promise<AuthorityFacts> => {
  const [authority, server] = await Promise.all(
    ['ca.pem', 'server.pem'].map((file) => readIfThere(join(folder, file))),
  );
  return {
    authority: authority && { name: nameOf(authority), validTo: endOf(authority) },
    server: server && { hosts: certificateNames(server), validTo: endOf(server) },
  };
};

const nameOf = (certificate: X509Certificate): string =>
  /^CN=(.+)$/m.exec(certificate.subject ?? '')?.[1] ?? subjectText(certificate);

const readIfThere = async (path: string): Promise<X509Certificate | undefined> => {
  try {
    return new X509Certificate(await readFile(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};
