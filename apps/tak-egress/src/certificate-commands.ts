/**
 * What consoles ask about certificates: who has one, one more in a connection package, nobody with this name any more.
 * The authority and its files stay here; a package leaves sealed for who asked (libs/service, sealed.ts).
 */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  authorityFacts,
  clientsWithState,
  fileNameOf,
  giveConnection,
  ownAuthorityName,
  ownHosts,
  revokeConnection,
  systemPorts,
  takClients,
} from '@cotbus/certificates';
import type { CertificatePorts, GivenConnection } from '@cotbus/certificates';
import { CertificateListSchema, ConnectionPackageSchema } from '@cotbus/contracts';
import { answerCommand, printable, sealFor } from '@cotbus/service';
import type { CommandAnswer, ServiceContext } from '@cotbus/service';
import type { TakEgressOptions } from './options.ts';
import { certificatesFolder, ownTlsFiles } from './tls-files.ts';

interface CertificatePlace {
  readonly folder: string;
  readonly listenTls: Pick<TakEgressOptions['listenTls'], 'enabled' | 'port' | 'tls'>;
  readonly ports: CertificatePorts;
}

type Given = Readonly<Record<string, string>>;

/** The verbs `certificates`, `connection-package` and `certificate-revoke`. */
export const openCertificateCommands = async (
  { bus, clock, instance, journals, log }: ServiceContext,
  { listenTls }: Pick<TakEgressOptions, 'listenTls'>,
  ports: CertificatePorts = systemPorts,
): Promise<void> => {
  const place = { folder: certificatesFolder(journals.folder), listenTls, ports };
  const verbs: Readonly<Record<string, (given: Given) => Promise<CommandAnswer>>> = {
    certificates: () => list(place),
    'connection-package': (given) => give(place, given),
    'certificate-revoke': (given) => revoke(place, given),
  };
  for (const [verb, act] of Object.entries(verbs)) {
    const answer = async (given: Given): Promise<CommandAnswer> => {
      const said = await act(given).catch((error: unknown) => refused(String(error)));
      const name = printable((given['name'] ?? '').slice(0, MAX_LOGGED));
      if (verb !== 'certificates') log.info({ verb, name, ok: said.ok }, 'certificates.asked');
      return said;
    };
    await answerCommand({ bus, clock }, { target: instance, verb, answer });
  }
};

const MAX_LOGGED = 64;
/** Certificates in an answer: what the bus takes is far above. */
const MAX_GIVEN = 1000;

const refused = (text: string): CommandAnswer => ({ ok: false, text: printable(text) });

const list = async ({ folder, listenTls }: CertificatePlace): Promise<CommandAnswer> => {
  const [{ authority, server }, clients] = await Promise.all([authorityFacts(folder), clientsWithState(folder)]);
  const given = clients
    .toSorted((a, b) => (a.validTo > b.validTo ? -1 : 1))
    .slice(0, MAX_GIVEN)
    .map(({ name, fingerprint, validTo, revoked }) => ({ name, fingerprint, revoked, validToMs: Date.parse(validTo) }));
  const message = create(CertificateListSchema, {
    given,
    ...(authority && { authority: authority.name, authorityToMs: authority.validTo.getTime() }),
    ...(server && { serverHosts: [...server.hosts], serverToMs: server.validTo.getTime() }),
    // IPv6 addresses are nothing that TAK clients can dial.
    ownHosts: ownHosts().filter((host) => !host.includes(':')),
    port: listenTls.port,
  });
  return { ok: true, text: '', bytes: toBinary(CertificateListSchema, message) };
};

const give = async (place: CertificatePlace, given: Given): Promise<CommandAnswer> => {
  const { folder, listenTls, ports } = place;
  const { name = '', host = '', seal = '' } = given;
  const client = takClients.find((known) => known === given['client']);
  if (client === undefined) return refused(`The client is one of ${takClients.join(', ')}.`);
  const { port } = listenTls;
  const fault = uselessness(place);
  if (fault !== '') return refused(fault);
  // Before a certificate is made: an answer that nobody can open would leave one behind.
  if (sealFor(seal, new Uint8Array()) === undefined) return refused('The question carries no key to seal the answer.');
  const isFirst = ownTlsFiles(folder) === undefined;
  const made = await giveConnection(
    { folder, authorityName: ownAuthorityName(), name, client, host, port: port === 0 ? DEFAULT_PORT : port },
    ports,
  );
  if (!made.ok) return refused(made.detail);
  const message = create(ConnectionPackageSchema, {
    fileName: `${fileNameOf(name)}-${client}.zip`,
    bytes: made.bytes,
    validToMs: made.validTo.getTime(),
    notes: [...notesOf(name, made, isFirst)],
  });
  const sealed = sealFor(seal, toBinary(ConnectionPackageSchema, message));
  return { ok: true, text: '', ...(sealed && { bytes: sealed }) };
};

const DEFAULT_PORT = 8089;

/** Why a package would let nobody in; empty when it would. */
const uselessness = ({ folder, listenTls: { enabled, tls } }: CertificatePlace): string => {
  if (!enabled) return 'The TLS listener is switched off (tak.listenTls.enabled).';
  if (tls === undefined || tls.ca === ownTlsFiles(folder)?.ca) return '';
  return 'The TLS listener trusts an authority of yours (tak.listenTls.tls), not the one that makes packages.';
};

const notesOf = (name: string, { others, serverRenewed }: GivenConnection, isFirst: boolean): readonly string[] => [
  ...(others > 0 ? [`${name} has ${others} other valid certificate(s): revoking ends all of them.`] : []),
  ...(isFirst || serverRenewed
    ? ['The certificate of the listener is new: it takes some seconds until it is used.']
    : []),
];

const revoke = async ({ folder, ports }: CertificatePlace, { name = '' }: Given): Promise<CommandAnswer> => {
  const revoked = await revokeConnection(folder, name, ports);
  if (!revoked.ok) return refused(revoked.detail);
  const count = revoked.revoked.length;
  const text = count === 0 ? 'was shut out before' : `is shut out: ${count} certificate(s) revoked`;
  return { ok: true, text: printable(`${name} ${text}.`) };
};
