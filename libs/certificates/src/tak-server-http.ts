/** Requests to the HTTPS port of a TAK server with the certificate of our TLS link to it. One connection each, bounded. */
import { request } from 'node:https';
import { isIP } from 'node:net';
import { tlsOptions } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import type { CertificateReason } from './fault.ts';
import { readCredentials } from './read-credentials.ts';
import type { CredentialFiles } from './read-credentials.ts';
import { tlsFault } from './tls-fault.ts';

/** Where it is, and who we are there. */
export interface TakServerPort extends CredentialFiles {
  readonly host: string;
  readonly port: number;
  /** Name in its certificate, if not the host. */
  readonly serverName?: string | undefined;
  /** The chain is verified in any case. */
  readonly verifyHost: boolean;
  readonly timeoutSeconds: number;
}

interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With its query. */
  readonly path: string;
  readonly type?: string;
  readonly body?: Uint8Array;
}

export type TakServerAnswer =
  | { readonly ok: true; readonly status: number; readonly text: string }
  /** `away`: no answer, which may change by itself. Otherwise somebody has to do something about it. */
  | { readonly ok: false; readonly away: boolean; readonly text: string };

export type TakServerTalk = (ask: Ask) => Promise<TakServerAnswer>;

const hungUp: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

/** Of an answer; all that we ask for have a line or a short JSON. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** How often a server closed the connection, after the handshake and without an answer, since it last gave one. */
interface HangUps {
  count: number;
}

/** Some servers say in this way, and in no other, that they do not take a certificate. */
const MAX_HANG_UPS = 5;

export interface TakServerContext {
  /** Wall clock, epoch milliseconds. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** The same for as long as the server is. */
  readonly hangUps: HangUps;
}

/** Certificates are read anew each time: they may have been renewed. */
export const openTakServer = async (
  server: TakServerPort,
  context: TakServerContext,
): Promise<{ readonly ok: true; readonly talk: TakServerTalk } | Extract<TakServerAnswer, { ok: false }>> => {
  const { certificate, key, passphrase, ca, caPassphrase } = server;
  const files = { certificate, key, passphrase, ca, caPassphrase };
  const read = await readCredentials(files, { role: 'client', nowMs: context.now() });
  if (!read.ok) {
    const text = read.faults.map(({ reason, detail }) => `${reason}: ${detail}`).join(' ');
    return { ok: false, away: read.faults.every(({ reason }) => passing.has(reason)), text };
  }
  return { ok: true, talk: (ask) => askOnce(server, read.credentials, ask, context) };
};

const askOnce = async (
  server: TakServerPort,
  credentials: Credentials,
  ask: Ask,
  { signal, hangUps }: TakServerContext,
): Promise<TakServerAnswer> => {
  const timeout = AbortSignal.timeout(server.timeoutSeconds * 1000);
  const name = `${server.host}:${server.port}`;
  try {
    const answer = await exchange(server, credentials, ask, AbortSignal.any([signal, timeout]));
    hangUps.count = 0;
    return answer;
  } catch (error) {
    if (timeout.aborted || signal.aborted) return { ok: false, away: true, text: `${name}: it does not answer.` };
    if (error instanceof HungUpError) {
      hangUps.count += 1;
      const text = `${name}: it closed the connection without an answer: does it take our certificate?`;
      return { ok: false, away: hangUps.count < MAX_HANG_UPS, text };
    }
    const { reason, detail } = tlsFault(error, name);
    return { ok: false, away: passing.has(reason), text: detail };
  }
};

/** What passes by itself: a machine without a battery has the wrong clock until the network is there. */
const passing: ReadonlySet<CertificateReason> = new Set(['unreachable', 'not_yet_valid']);

class HungUpError extends Error {
  override readonly name = 'HungUpError';
}

class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

const exchange = (
  server: TakServerPort,
  credentials: Credentials,
  { method, path, type, body }: Ask,
  signal: AbortSignal,
): Promise<TakServerAnswer> =>
  new Promise((resolve, reject) => {
    const { host, port, serverName = host, verifyHost } = server;
    const outgoing = request({
      ...tlsOptions(credentials),
      host,
      port,
      method,
      path,
      signal,
      agent: false,
      ...(isIP(serverName) === 0 && { servername: serverName }),
      ...(!verifyHost && { checkServerIdentity: () => undefined }),
      headers: {
        accept: '*/*',
        ...(type !== undefined && { 'content-type': type }),
        ...(method !== 'GET' && { 'content-length': body?.length ?? 0 }),
      },
    });
    let isSecure = false;
    outgoing.on('socket', (socket) => {
      socket.once('secureConnect', () => {
        isSecure = true;
      });
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      reject(isSecure && hungUp.has(error.code ?? '') ? new HungUpError(error.message) : error),
    );
    outgoing.on('response', (incoming) => {
      const parts: Buffer[] = [];
      let length = 0;
      incoming.on('data', (part: Buffer) => {
        parts.push(part);
        length += part.length;
        if (length > MAX_ANSWER_BYTES) outgoing.destroy(new TooLargeError('its answer is too large'));
      });
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({ ok: true, status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
      );
    });
    outgoing.end(body);
  });
