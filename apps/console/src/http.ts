/** The page and its API over HTTP: read only, no login, no foreign content. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Clock } from '@cotbus/service';
import { ServiceError } from '@cotbus/service';
import { readAssets } from './assets.ts';
import type { Asset } from './assets.ts';
import { createEventStream } from './event-stream.ts';
import type { EventStream, ViewSource } from './event-stream.ts';
import { isOwnHost } from './host-check.ts';
import type { ConsoleOptions } from './options.ts';

/** A browser's headers are below 2 kB; cookies of other services on the same host may come along. */
const MAX_HEADER_BYTES = 16 * 1024;
/** Sockets at once: every event stream and a few more for each page's files. */
const MAX_SOCKETS = 200;
/** A request is a few hundred bytes. */
const REQUEST_MS = 10_000;
/** A socket on which nothing moves; event streams carry a comment more often. */
const IDLE_MS = 60_000;

const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

export interface HttpServer {
  /** Such as `http://127.0.0.1:8080/`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface HttpContext {
  readonly options: Pick<ConsoleOptions, 'host' | 'port' | 'hostNames'>;
  readonly clock: Clock;
  readonly source: ViewSource;
  /** Called with the number of open pages when it changes. */
  readonly onClients: (clients: number) => void;
}

/** @throws ServiceError when it cannot listen: `port_taken` or `address_unusable`. */
export const openHttp = async ({ options, clock, source, onClients }: HttpContext): Promise<HttpServer> => {
  const assets = readAssets();
  const events = createEventStream(clock, source, onClients);
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS },
    (request, response) => answer(request, response, { options, source, assets, events }),
  );
  server.maxConnections = MAX_SOCKETS;
  server.setTimeout(IDLE_MS);
  try {
    await listen(server, options);
  } catch (error) {
    events.close();
    throw error;
  }
  return {
    url: `http://${hostAndPort(server)}/`,
    close: async () => {
      events.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
};

interface Answers extends Pick<HttpContext, 'options' | 'source'> {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly events: EventStream;
}

const answer = (request: IncomingMessage, response: ServerResponse, answers: Answers): void => {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  if (!isOwnHost(request.headers.host, answers.options.hostNames)) {
    return send(
      response,
      421,
      'text/plain',
      'This name is not in console.hostNames (COTBUS_CONSOLE_HOST_NAMES_0, _1, …).\n',
    );
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return send(response, 405, 'text/plain', 'Only GET and HEAD.\n');
  }
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const asset = answers.assets.get(path);
  if (asset !== undefined) return send(response, 200, asset.contentType, asset.body, 'no-cache');
  if (path === '/api/state') return send(response, 200, 'application/json', `${answers.source.json()}\n`);
  if (path === '/healthz') return send(response, 200, 'text/plain', 'ok\n');
  if (path !== '/api/events') return send(response, 404, 'text/plain', 'Not here.\n');
  if (request.method === 'HEAD') return send(response, 200, 'text/event-stream', '');
  if (!answers.events.add(response)) {
    response.setHeader('retry-after', '10');
    send(response, 503, 'text/plain', 'Too many pages are open.\n');
  }
};

const send = (
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Buffer,
  cacheControl = 'no-store',
): void => {
  const type = contentType.includes('charset') ? contentType : `${contentType}; charset=utf-8`;
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': cacheControl,
  });
  // Node leaves the body out of the answer to HEAD.
  response.end(body);
};

const listen = async (server: Server, { host, port }: HttpContext['options']): Promise<void> => {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => reject(listenError(error, host, port));
    server.once('error', onError);
    server.listen({ host, port }, () => {
      server.off('error', onError);
      resolve();
    });
  });
};

const listenError = (error: NodeJS.ErrnoException, host: string, port: number): ServiceError =>
  error.code === 'EADDRINUSE'
    ? new ServiceError(
        'port_taken',
        `The status page cannot listen on ${host}:${port}: another program does. ` +
          'Set console.port (COTBUS_CONSOLE_PORT) to a free port, or to 0 for any free one.',
        error,
      )
    : new ServiceError(
        'address_unusable',
        `The status page cannot listen on ${host}:${port} (${error.code ?? error.message}). ` +
          'Check console.host (COTBUS_CONSOLE_HOST) and console.port (COTBUS_CONSOLE_PORT).',
        error,
      );

const hostAndPort = (server: Server): string => {
  const address = server.address();
  if (address === null || typeof address === 'string') return '';
  return address.family === 'IPv6' ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
};
