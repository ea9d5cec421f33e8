/** The HTTPS port of a TAK server as the protocol describes it: groups of the certificate's user, and its clients. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { tlsFile } from './tak-server.ts';

export interface MartiGroup {
  readonly name: string;
  readonly direction: 'IN' | 'OUT';
  active?: boolean;
  readonly [more: string]: unknown;
}

export interface MartiOptions {
  readonly groups?: readonly MartiGroup[];
  readonly cache?: boolean;
  /** Uids that have reported. */
  readonly clients?: readonly string[];
  /** Lists come bare, not in an envelope. */
  readonly isBare?: boolean;
  /** Takes new channels and does not keep them. */
  readonly forgets?: boolean;
  /** Instead of all that: a status with a text, or nothing at all. */
  readonly instead?: { readonly status: number; readonly text: string } | 'silence';
  readonly port?: number;
}

export const startMarti = async (options: MartiOptions = {}) => {
  const { cache = true, clients, isBare = false, forgets = false, instead, port = 0 } = options;
  const groups = (options.groups ?? []).map((group) => ({ ...group }));
  const asked: string[] = [];
  const wrap = (data: unknown): string =>
    JSON.stringify(isBare ? data : { version: '3', type: 'x', data, nodeId: 'n' });
  const answer = (method: string, url: URL, body: string): readonly [number, string] => {
    switch (`${method} ${url.pathname}`) {
      case 'GET /Marti/api/groups/all':
        return [200, wrap(groups)];
      case 'GET /Marti/api/groups/groupCacheEnabled':
        return [200, wrap(cache)];
      case 'GET /Marti/api/clientEndPoints':
        return clients === undefined ? [404, ''] : [200, wrap(clients.map((uid) => ({ uid, callsign: uid })))];
      case 'PUT /Marti/api/groups/active':
        if (url.searchParams.get('clientUid') === null) return [400, ''];
        for (const wanted of JSON.parse(body) as MartiGroup[]) {
          const group = groups.find(({ name, direction }) => name === wanted.name && direction === wanted.direction);
          if (group !== undefined && !forgets) group.active = wanted.active ?? true;
        }
        return [200, ''];
      default:
        return [404, 'what?'];
    }
  };
  const server = createServer(
    {
      cert: readFileSync(tlsFile('server.pem')),
      key: readFileSync(tlsFile('server.key')),
      ca: readFileSync(tlsFile('ca.pem')),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      void collect(request).then((body) => {
        const url = new URL(request.url ?? '', 'https://localhost');
        asked.push(`${request.method} ${url.pathname}${url.search}`);
        if (instead === 'silence') return;
        const [status, text] =
          instead === undefined ? answer(request.method ?? '', url, body) : [instead.status, instead.text];
        response.writeHead(status, { 'content-type': 'application/json' }).end(text);
      });
    },
  );
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, asked, groups, close };
};

const collect = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};
