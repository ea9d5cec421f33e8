/** Certificates of TAK clients, as an egress gives and takes them; it is asked over the bus. */
import { fromBinary } from '@bufbuild/protobuf';
import { CertificateListSchema, ConnectionPackageSchema, isTopicLevel } from '@cotbus/contracts';
import type { CertificateList, ConnectionPackage, Reply } from '@cotbus/contracts';
import { createSealedReader } from '@cotbus/service';
import { z } from 'zod';
import { clip } from './bounds.ts';
import type { Commands } from './commands.ts';
import type { ActionAnswer } from './page-action.ts';

const egress = z.string().refine(isTopicLevel, 'expected the name of an egress');
const name = z.string().trim().min(1, 'whom is it for?').max(64);

export const certificateQuestion = z.strictObject({ egress });
export const revocation = z.strictObject({ egress, name });
export const packageWish = z.strictObject({
  egress,
  name,
  client: z.enum(['atak', 'itak', 'wintak']),
  /** Under which the client reaches the egress. */
  host: z.string().trim().min(1, 'where is the listener?').max(253),
});

/** Keys are made: seconds on a small machine. */
const GIVE_MS = 30_000;
const ASK_MS = 5000;

const silence = (target: string): ActionAnswer => ({
  status: 504,
  text: `${target} does not answer. Whether it did anything is not known: look at the list.`,
});

const asked = async (
  commands: Commands,
  target: string,
  verb: string,
  given: Readonly<Record<string, string>> = {},
  waitMs = ASK_MS,
): Promise<Reply | ActionAnswer> => {
  const reply = await commands.ask({ target, verb, arguments: given, lifeMs: waitMs }, waitMs);
  if (reply === undefined) return silence(target);
  return reply.ok ? reply : { status: 409, text: clip(reply.text) };
};

const isReply = (answer: Reply | ActionAnswer): answer is Reply => '$typeName' in answer;

export const listCertificates = async (
  commands: Commands,
  { egress: target }: z.output<typeof certificateQuestion>,
): Promise<ActionAnswer> => {
  const reply = await asked(commands, target, 'certificates');
  if (!isReply(reply)) return reply;
  const list = read(CertificateListSchema, reply.bytes);
  return list === undefined ? garbled : { status: 200, json: listView(list) };
};

const garbled: ActionAnswer = { status: 502, text: 'The answer cannot be read: are all services of one version?' };

const read = <S extends typeof CertificateListSchema | typeof ConnectionPackageSchema>(
  schema: S,
  bytes: Uint8Array,
) => {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
};

/** JSON has no word for the others. */
const momentOf = (ms: number): number | null => (Number.isFinite(ms) && ms > 0 ? ms : null);

const listView = (list: CertificateList) => ({
  authority: clip(list.authority),
  authorityToMs: momentOf(list.authorityToMs),
  serverHosts: list.serverHosts.map((host) => clip(host)),
  serverToMs: momentOf(list.serverToMs),
  ownHosts: list.ownHosts.map((host) => clip(host)),
  port: list.port,
  given: list.given.map(({ name: subject, fingerprint, validToMs, revoked }) => ({
    key: clip(fingerprint),
    name: clip(subject),
    fingerprint: clip(fingerprint),
    validToMs: momentOf(validToMs),
    revoked,
  })),
});

export const revokeCertificates = async (
  commands: Commands,
  { egress: target, name: subject }: z.output<typeof revocation>,
): Promise<ActionAnswer> => {
  const reply = await asked(commands, target, 'certificate-revoke', { name: subject });
  return isReply(reply) ? { status: 200, json: { text: clip(reply.text) } } : reply;
};

/** @returns the package, which nobody but this console can have read on its way */
export const makePackage = async (
  commands: Commands,
  { egress: target, ...wish }: z.output<typeof packageWish>,
): Promise<{ readonly made: ConnectionPackage } | ActionAnswer> => {
  const reader = createSealedReader();
  const reply = await asked(commands, target, 'connection-package', { ...wish, seal: reader.seal }, GIVE_MS);
  if (!isReply(reply)) return reply;
  const opened = reader.open(reply.bytes);
  const made = opened && read(ConnectionPackageSchema, opened);
  return made === undefined ? garbled : { made };
};
