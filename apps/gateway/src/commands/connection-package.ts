/** `cotbus connection-package NAME|list|revoke`: certificates for people, in a zip that their client opens. */
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import {
  clientsWithState,
  fileNameOf,
  giveConnection,
  ownAuthorityName,
  ownHosts,
  revokeConnection,
  systemPorts,
  writePrivateFile,
} from '@cotbus/certificates';
import type { TakClientName } from '@cotbus/certificates';
import { printable } from '@cotbus/service';
import { certificateFolder, complain } from './certificate-place.ts';
import type { PlaceOptions } from './certificate-place.ts';

export interface PackageOptions extends PlaceOptions {
  readonly client: TakClientName;
  readonly host?: string;
  readonly port: number;
  readonly out?: string;
  /** Protect the files in it with the customary atakatak. */
  readonly atakatak?: boolean;
}

export const makePackage = async (name: string | undefined, options: PackageOptions): Promise<void> => {
  if (name === undefined) {
    return complain({ reason: 'bad_name', detail: 'Whom is it for? cotbus connection-package NAME' });
  }
  const folder = certificateFolder(options);
  if (folder === undefined) return;
  const { client, port } = options;
  const host = options.host ?? ownHosts().find((own) => isIP(own) !== 6) ?? 'localhost';
  const given = await giveConnection(
    {
      folder,
      authorityName: ownAuthorityName(),
      name,
      client,
      host,
      port,
      passphrase: options.atakatak === true ? 'atakatak' : undefined,
    },
    systemPorts,
  );
  if (!given.ok) return complain(given);
  const file =
    options.out === undefined ? join(folder, 'packages', `${fileNameOf(name)}-${client}.zip`) : resolve(options.out);
  try {
    await writePrivateFile(file, given.bytes);
  } catch (error) {
    return complain({ reason: 'not_written', detail: error instanceof Error ? error.message : file });
  }
  const lines = [
    `${file}: ${name} connects to ${host}:${port} with it (TLS), until ${given.validTo.toISOString().slice(0, 10)}.`,
    `It holds a private key: whoever has it is ${name}. Hand it over in person or over a channel you trust, then delete it.`,
    openingWords[client],
    ...(given.others > 0
      ? [`${name} has ${given.others} other valid certificate(s): cotbus connection-package revoke ends all of them.`]
      : []),
    ...(given.serverRenewed
      ? [`The certificate of this server was made for ${host}: a Cotbus that runs needs a restart to use it.`]
      : []),
  ];
  for (const line of lines) console.log(printable(line));
};

const openingWords: Readonly<Record<TakClientName, string>> = {
  atak: 'ATAK: Import Manager > Local SD, choose the zip.',
  itak: 'iTAK: Settings > Network > Server > + > Upload server package, choose the zip.',
  wintak: 'WinTAK: drag the zip onto the map, or Import Manager > Import file.',
};

export const listPackages = async (options: PlaceOptions): Promise<void> => {
  const folder = certificateFolder(options);
  if (folder === undefined) return;
  const clients = await clientsWithState(folder);
  const now = new Date(systemPorts.now()).toISOString();
  for (const { name, validTo, fingerprint, revoked } of clients) {
    const state = revoked ? 'revoked' : validTo < now ? 'expired' : 'valid';
    console.log(printable(`${state.padEnd(7)}  until ${validTo.slice(0, 10)}  ${fingerprint.slice(0, 23)}…  ${name}`));
  }
  if (clients.length === 0) console.log(`Nobody was given a certificate yet (${folder}).`);
};

export const revokePackage = async (name: string, options: PlaceOptions): Promise<void> => {
  const folder = certificateFolder(options);
  if (folder === undefined) return;
  const revoked = await revokeConnection(folder, name, systemPorts);
  if (!revoked.ok) return complain(revoked);
  console.log(
    printable(
      revoked.revoked.length === 0
        ? `${name} was shut out before.`
        : `${name} is shut out: ${revoked.revoked.length} certificate(s) revoked. Open connections are closed.`,
    ),
  );
};
