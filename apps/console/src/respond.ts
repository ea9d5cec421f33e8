/** Answers, each with the headers that keep foreign content out of the page. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Asset } from './assets.ts';

/** Such as `{ 'retry-after': '60' }`. */
type Headers = Readonly<Record<string, string>>;

/** @param tileOrigin where map tiles come from, if from elsewhere */
export const securityHeaders = (tileOrigin: string | undefined): Headers => ({
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
    `img-src 'self' data:${tileOrigin === undefined ? '' : ` ${tileOrigin}`}; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'geolocation=(), camera=(), microphone=()',
});

export const sendText = (response: ServerResponse, status: number, text: string, headers: Headers = {}): void =>
  send(response, status, 'text/plain; charset=utf-8', text, headers);

/** @param json as text */
export const sendJson = (response: ServerResponse, status: number, json: string, headers: Headers = {}): void =>
  send(response, status, 'application/json; charset=utf-8', `${json}\n`, headers);

/** A file to be kept. Its name may come from anywhere. */
export const sendFile = (response: ServerResponse, contentType: string, name: string, bytes: Uint8Array): void =>
  send(response, 200, contentType, Buffer.from(bytes), {
    'content-disposition': `attachment; filename="${name.replaceAll(/[^A-Za-z0-9._-]/g, '_')}"`,
  });

export const sendEmpty = (response: ServerResponse, status: number, headers: Headers): void => {
  response.writeHead(status, { 'cache-control': 'no-store', 'content-length': 0, ...headers });
  response.end();
};

/** Browsers ask each time whether it is still the same, and get it again only if it is not. */
export const sendAsset = (request: IncomingMessage, response: ServerResponse, asset: Asset): void => {
  const headers = { 'cache-control': 'no-cache', etag: asset.etag, vary: 'accept-encoding' };
  if (request.headers['if-none-match'] === asset.etag) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const gzipped = takesGzip ? asset.gzipped() : undefined;
  if (gzipped !== undefined) {
    send(response, 200, asset.contentType, gzipped, { ...headers, 'content-encoding': 'gzip' });
  } else {
    send(response, 200, asset.contentType, asset.body, headers);
  }
};

const send = (
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Buffer,
  headers: Headers,
): void => {
  response.writeHead(status, {
    'cache-control': 'no-store',
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  // Node leaves the body out of the answer to HEAD.
  response.end(body);
};
