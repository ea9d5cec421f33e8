/** Gives a person a certificate in a connection package, and takes it back. */
import { addRevocation, readRevocations } from './revocations.ts';
import { listClients, openAuthority, recordClient, serverCredentials } from './authority-folder.ts';
import type { AuthorityFolder, ClientRecord } from './authority-folder.ts';
import { clientNameFault, hostFault } from './client-name.ts';
import { buildConnectionPackage } from './connection-package.ts';
import type { TakClientName } from './connection-package.ts';
import { messageOf, refused } from './fault.ts';
import type { Refused } from './fault.ts';
import { makeClientCertificate } from './make-certificate.ts';
import { makePassphrase } from './passphrase.ts';
import type { CertificatePorts } from './ports.ts';

export interface ConnectionWish extends AuthorityFolder {
  readonly name: string;
  readonly client: TakClientName;
  /** Under which the client reaches this machine; the server's certificate gets it, too. */
  readonly host: string;
  readonly port: number;
  /** A random one when left out. */
  readonly passphrase?: string | undefined;
}

export interface GivenConnection {
  readonly ok: true;
  /** A zip. It holds a private key: whoever has it is that person. */
  readonly bytes: Uint8Array;
  readonly fingerprint: string;
  readonly validTo: Date;
  /** The server's certificate had to be made for this host: a listener that runs must read it again. */
  readonly serverRenewed: boolean;
  /** Certificates the same name has already, and that hold. */
  readonly others: number;
}

export const giveConnection = async (
  wish: ConnectionWish,
  ports: CertificatePorts,
): Promise<GivenConnection | Refused> => {
  const fault = clientNameFault(wish.name) ?? hostFault(wish.host);
  if (fault !== undefined) return fault;
  const server = await serverCredentials(wish, [wish.host], ports);
  if (!server.ok) return server;
  const opened = await openAuthority(wish, ports);
  if (!opened.ok) return opened;
  const { authority } = opened;
  try {
    const others = (await clientsWithState(wish.folder)).filter(({ name, revoked }) => name === wish.name && !revoked);
    const own = await makeClientCertificate(authority, wish.name, ports);
    await recordClient(wish.folder, wish.name, own);
    const { client, name, host, port } = wish;
    const bytes = buildConnectionPackage(
      {
        client,
        name,
        host,
        port,
        own,
        description: wish.authorityName,
        ca: [authority.certificate.toString()],
        passphrase: wish.passphrase ?? makePassphrase(ports),
      },
      ports,
    );
    return {
      ok: true,
      bytes,
      fingerprint: own.certificate.fingerprint256,
      validTo: new Date(own.certificate.validTo),
      serverRenewed: server.renewed,
      others: others.length,
    };
  } catch (error) {
    return refused('not_written', `${wish.folder} cannot be written (${messageOf(error)}).`);
  }
};

export interface ClientState extends ClientRecord {
  readonly revoked: boolean;
}

/** Throws what the file system throws. */
export const clientsWithState = async (folder: string): Promise<readonly ClientState[]> => {
  const [clients, { fingerprints }] = await Promise.all([listClients(folder), readRevocations(folder)]);
  return clients.map((client) => ({ ...client, revoked: fingerprints.has(client.fingerprint) }));
};

/**
 * Shuts out every certificate of that name, for good: the listener closes their connections.
 *
 * @returns those that held until now
 */
export const revokeConnection = async (
  folder: string,
  name: string,
  { now }: Pick<CertificatePorts, 'now'>,
): Promise<{ readonly ok: true; readonly revoked: readonly ClientRecord[] } | Refused> => {
  try {
    const known = (await clientsWithState(folder)).filter((client) => client.name === name);
    if (known.length === 0) {
      return refused(
        'unknown_name',
        `Nobody was given a certificate under the name ${name}: cotbus connection-package list shows all.`,
      );
    }
    const holding = known.filter(({ revoked }) => !revoked);
    for (const { fingerprint } of holding) await addRevocation(folder, fingerprint, name, now());
    return { ok: true, revoked: holding };
  } catch (error) {
    return refused('not_written', `${folder} cannot be read or written (${messageOf(error)}).`);
  }
};
