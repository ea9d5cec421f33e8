/**
 * Our own HTTPS server for packages: GET `/Marti/sync/content?hash=<SHA-256>`, as TAK clients fetch files. It knows the clients
 * by the certificates of their connection packages, and those that were shut out.
 */
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { readRevocations, tlsOptions } from '@cotbus/certificates';
import type { Credentials } from '@cotbus/certificates';
import type { Logger } from '@cotbus/service';
import { ServiceError } from '@cotbus/service';
import type { DataPackage } from './data-package.ts';

/** A phone asks for one file. */
const MAX_SOCKETS = 64;
const REQUEST_MS = 10_000;
const MAX_HEADER_BYTES = 8 * 1024;

export interface ShareServerParts {
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
  /** Of the certificates: who is shut out stands there. */
  readonly folder: string;
  readonly log: Logger;
  /** A package by the hash of its bytes. */
  readonly find: (hash: string) => DataPackage | undefined;
}

export interface ShareServer {
  readonly port: number;
  close(): Promise<void>;
}

export const contentPath = (hash: string): string => `/Marti/sync/content?hash=${hash}`;

/** @throws ServiceError `port_taken` or `address_unusable`. */
export const openShareServer = async (parts: ShareServerParts): Promise<ShareServer> => {
  const { credentials, host, port, log } = parts;
  const server = createServer(
    {
      ...tlsOptions(credentials),
      requestCert: true,
      rejectUnauthorized: true,
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      handshakeTimeout: REQUEST_MS,
    },
    (request, response) => {
      answer(parts, request, response).catch((error: unknown) => {
        // A list of the shut out that cannot be read lets nobody in.
        log.error({ err: error }, 'share.failed');
        send(response, 503, 'Not now.\n');
      });
    },
  );
  server.maxConnections = MAX_SOCKETS;
  server.setTimeout(REQUEST_MS);
  server.on('tlsClientError', (error) => log.info({ error: error.message }, 'share.refused'));
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const answer = async (
  { folder, find }: ShareServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { fingerprints } = await readRevocations(folder);
  const { fingerprint256 } = (request.socket as TLSSocket).getPeerCertificate();
  if (fingerprints.has(fingerprint256)) return send(response, 403, 'Your certificate was revoked.\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'Only GET and HEAD.\n');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://localhost');
  const found = pathname === '/Marti/sync/content' ? find(searchParams.get('hash') ?? '') : undefined;
  if (found === undefined) return send(response, 404, 'No such package.\n');
  response
    .writeHead(200, {
      'content-type': 'application/x-zip-compressed',
      'content-length': found.bytes.length,
      // File names have neither quotes nor line ends.
      'content-disposition': `attachment; filename="${found.fileName}"`,
    })
    .end(found.bytes);
};

const send = (response: ServerResponse, status: number, text: string): void => {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
};

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const code = error.code === 'EADDRINUSE' ? 'port_taken' : 'address_unusable';
      const why = error.code === 'EADDRINUSE' ? 'another program does' : (error.code ?? error.message);
      const text = `Packages cannot be shared at ${host}:${port}: ${why}. Set routes.share.port (COTBUS_ROUTES_SHARE_PORT).`;
      reject(new ServiceError(code, text, error));
    };
    server.once('error', onError);
    server.listen({ host, port }, () => {
      server.off('error', onError);
      resolve();
    });
  });
