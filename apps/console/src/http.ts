/** The page and its API over HTTP. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Logger } from '@cotbus/service';
import { ServiceError } from '@cotbus/service';
import type { Api } from './api.ts';
import { readAssets } from './assets.ts';
import type { Asset } from './assets.ts';
import { isOwnHost } from './host-check.ts';
import type { ConsoleOptions } from './options.ts';
import { securityHeaders, sendAsset, sendText } from './respond.ts';
import { tileOrigin } from './tiles.ts';

/** A browser's headers are below 2 kB; cookies of other services on the same host may come along. */
const MAX_HEADER_BYTES = 16 * 1024;
/** Sockets at once: every event stream and a few more for each page's files. */
const MAX_SOCKETS = 200;
/** A request is a few hundred bytes. */
const REQUEST_MS = 10_000;
/** A socket on which nothing moves; event streams carry a comment more often. */
const IDLE_MS = 60_000;

export interface HttpServer {
  /** Such as `http://127.0.0.1:8080/`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface HttpContext {
  readonly options: Pick<ConsoleOptions, 'host' | 'port' | 'hostNames' | 'tiles'>;
  readonly api: Api;
  readonly log: Logger;
}

/** @throws ServiceError when it cannot listen: `port_taken` or `address_unusable`. */
export const openHttp = async (context: HttpContext): Promise<HttpServer> => {
  const answers = {
    ...context,
    assets: readAssets(),
    headers: securityHeaders(tileOrigin(context.options.tiles.url)),
  };
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS },
    (request, response) => {
      answer(request, response, answers).catch((error: unknown) => {
        // The other end has gone, or the fault is ours; either way nothing more can be said on this socket.
        context.log.debug({ error }, 'request.failed');
        response.destroy();
      });
    },
  );
  server.maxConnections = MAX_SOCKETS;
  server.setTimeout(IDLE_MS);
  await listen(server, context.options);
  return {
    url: `http://${hostAndPort(server)}/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

interface Answers extends Pick<HttpContext, 'options' | 'api'> {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly headers: Readonly<Record<string, string>>;
}

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  { options, api, assets, headers }: Answers,
): Promise<void> => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (!isOwnHost(request.headers.host, options.hostNames)) {
    return sendText(response, 421, 'This name is not in console.hostNames (COTBUS_CONSOLE_HOST_NAMES_0, _1, …).\n');
  }
  const url = parseUrl(request.url ?? '');
  if (url === undefined) return sendText(response, 400, 'No address.\n');
  if (request.method === 'POST') {
    if (await api.post(request, response, url)) return;
    return sendText(response, 405, 'Only GET and HEAD.\n', { allow: 'GET, HEAD' });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendText(response, 405, 'Only GET and HEAD.\n', { allow: 'GET, HEAD' });
  }
  const asset = assets.get(url.pathname);
  if (asset !== undefined) return sendAsset(request, response, asset);
  if (!(await api.get(request, response, url))) sendText(response, 404, 'Not here.\n');
};

const parseUrl = (path: string): URL | undefined => {
  const whole = `http://console${path}`;
  return path.startsWith('/') && URL.canParse(whole) ? new URL(whole) : undefined;
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
        `The console cannot listen on ${host}:${port}: another program does. ` +
          'Set console.port (COTBUS_CONSOLE_PORT) to a free port, or to 0 for any free one.',
        error,
      )
    : new ServiceError(
        'address_unusable',
        `The console cannot listen on ${host}:${port} (${error.code ?? error.message}). ` +
          'Check console.host (COTBUS_CONSOLE_HOST) and console.port (COTBUS_CONSOLE_PORT).',
        error,
      );

const hostAndPort = (server: Server): string => {
  const address = server.address();
  if (address === null || typeof address === 'string') return '';
  return address.family === 'IPv6' ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
};
