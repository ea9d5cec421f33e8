/** Requests to the enrolment port of a TAK server: bounded, and none before the server has proved who it is. */
import { X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:https';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { PeerCertificate } from 'node:tls';
import { subjectText } from '../certificate-facts.ts';
import { codeOf, refused } from '../fault.ts';
import type { Refused } from '../fault.ts';
import { tlsFault } from '../tls-fault.ts';

export interface EnrolmentServer {
  readonly host: string;
  readonly port: number;
  /** The name its certificate has, where that is not `host`. */
  readonly serverName?: string | undefined;
  /** PEM of whom to trust; empty: those that Node knows. */
  readonly ca: readonly string[];
  /** SHA-256 of its certificate, or of an authority it sends along, in the form of Node's `fingerprint256`. */
  readonly fingerprint?: string | undefined;
  /** PEM by which the server knows us, instead of a password; the certificate with its chain. */
  readonly client?: { readonly key: string; readonly cert: string } | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly accept: string;
  /** Left out where a certificate says who asks. */
  readonly login?: { readonly user: string; readonly password: string };
  readonly body?: string;
}

export interface Answer {
  readonly ok: true;
  readonly status: number;
  readonly type: string;
  readonly bytes: Buffer;
}

export type Talk = (ask: Ask) => Promise<Answer | Refused>;

const TIMEOUT_MS = 20_000;
/** Of an answer: certificates are small, a profile is a zip of preferences. */
const MAX_BYTES = 4_194_304;

/** Looks at the server's certificate first where a fingerprint is to vouch for it. */
export const openEnrolmentServer = async (server: EnrolmentServer): Promise<{ ok: true; talk: Talk } | Refused> => {
  const trust = server.fingerprint === undefined ? { ca: server.ca } : await pinned(server, server.fingerprint);
  if ('ok' in trust) return trust;
  const agent = new Agent({
    keepAlive: false,
    maxCachedSessions: 0,
    minVersion: 'TLSv1.2',
    ...nameOption(server),
    ...server.client,
    ...(trust.ca.length > 0 && { ca: [...trust.ca], allowPartialTrustChain: true }),
    ...('anyName' in trust && { checkServerIdentity: () => undefined }),
  });
  return { ok: true, talk: (ask) => askOnce(server, agent, ask) };
};

const textOf = ({ host, port }: EnrolmentServer): string => `${host}:${port}`;

/** A server name is sent for names alone. */
const nameOption = ({ host, serverName = host }: EnrolmentServer) =>
  isIP(serverName) === 0 ? { servername: serverName } : {};

const askOnce = async (server: EnrolmentServer, agent: Agent, ask: Ask): Promise<Answer | Refused> => {
  try {
    return await exchange(server, agent, ask);
  } catch (error) {
    if (codeOf(error) === 'ABORT_ERR') return refused('unreachable', `${textOf(server)}: it does not answer.`);
    if (error instanceof TooLarge)
      return refused('garbled', `${textOf(server)}: its answer is larger than ${MAX_BYTES} bytes.`);
    const { reason, detail } = tlsFault(error, textOf(server));
    return reason === 'untrusted' ? await untrusted(server, detail) : refused(reason, detail);
  }
};

const basic = ({ user, password }: NonNullable<Ask['login']>): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

class TooLarge extends Error {}

const exchange = (server: EnrolmentServer, agent: Agent, ask: Ask): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { host, port, timeoutMs = TIMEOUT_MS } = server;
    const outgoing = request({
      host,
      port,
      agent,
      method: ask.method,
      path: ask.path,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        accept: ask.accept,
        ...(ask.login !== undefined && { authorization: basic(ask.login) }),
        ...(ask.body !== undefined && { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(ask.body) }),
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const parts: Buffer[] = [];
      let length = 0;
      incoming.on('data', (part: Buffer) => {
        parts.push(part);
        length += part.length;
        if (length > MAX_BYTES) outgoing.destroy(new TooLarge());
      });
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          ok: true,
          status: incoming.statusCode ?? 0,
          type: incoming.headers['content-type'] ?? '',
          bytes: Buffer.concat(parts),
        }),
      );
    });
    outgoing.end(ask.body);
  });

type Trust = { readonly ca: readonly string[] } | { readonly ca: readonly string[]; readonly anyName: true };

/** The one certificate becomes the only anchor; a leaf holds under whatever name. */
const pinned = async (server: EnrolmentServer, fingerprint: string): Promise<Trust | Refused> => {
  const sent = await lookAt(server);
  if ('ok' in sent) return sent;
  const index = sent.findIndex(({ fingerprint256 }) => fingerprint256 === fingerprint);
  const found = sent[index];
  if (found === undefined) return wrongFingerprint(server, sent);
  return index === 0 ? { ca: [found.toString()], anyName: true } : { ca: [found.toString()] };
};

const wrongFingerprint = (server: EnrolmentServer, sent: readonly X509Certificate[]): Refused =>
  refused(
    'untrusted',
    `${textOf(server)}: none of its certificates has the fingerprint that was given. ${listText(sent)}`,
  );

const untrusted = async (server: EnrolmentServer, detail: string): Promise<Refused> => {
  const sent = await lookAt(server);
  if ('ok' in sent || server.ca.length > 0) return refused('untrusted', detail);
  return refused('untrusted', `${detail} Or, if the administrator confirms it, its fingerprint. ${listText(sent)}`);
};

const listText = (sent: readonly X509Certificate[]): string =>
  `It sent: ${sent.map((one) => `${subjectText(one)} (SHA-256 ${one.fingerprint256})`).join('; ')}`;

/** The certificates a server sends, its own first. Nothing is sent to it but the handshake. */
const lookAt = (server: EnrolmentServer): Promise<readonly X509Certificate[] | Refused> =>
  new Promise((resolve) => {
    const { host, port, timeoutMs = TIMEOUT_MS } = server;
    const socket = connect({ host, port, rejectUnauthorized: false, ...nameOption(server) });
    const end = (result: readonly X509Certificate[] | Refused): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => end(refused('unreachable', `${textOf(server)}: it does not answer.`)));
    socket.on('error', (error) => {
      const { reason, detail } = tlsFault(error, textOf(server));
      end(refused(reason, detail));
    });
    socket.on('secureConnect', () => end(chainSent(socket.getPeerCertificate(true))));
  });

/** Longer chains are nobody's. */
const MAX_CHAIN = 10;

const chainSent = (first: {
  readonly raw: Buffer;
  readonly issuerCertificate?: PeerCertificate;
}): readonly X509Certificate[] => {
  const sent: X509Certificate[] = [];
  let at: typeof first | undefined = first;
  while (at?.raw !== undefined && sent.length < MAX_CHAIN) {
    const next: typeof first | undefined = at.issuerCertificate;
    sent.push(new X509Certificate(at.raw));
    // The root names itself.
    at = next === at ? undefined : next;
  }
  return sent;
};
