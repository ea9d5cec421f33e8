/**
 * The HTTPS port of a TAK server as the protocol describes it: mutual TLS, enterprise sync of data packages, missions. Files
 * are found by their SHA-256; of one creator and name there is one.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { giveConnection, serverCredentials, systemPorts, tlsOptions } from '@cotbus/certificates';
import { unzipSync } from 'fflate';

interface StoredPackage {
  readonly fileName: string;
  readonly creatorUid: string;
  readonly bytes: Uint8Array;
  tool: string;
}

export interface TakServerMock {
  readonly port: number;
  /** By SHA-256. */
  readonly stored: Map<string, StoredPackage>;
  /** Hashes by mission. */
  readonly missions: Map<string, string[]>;
  /** Method and path without query of each request. */
  readonly asked: string[];
  /** What the next requests get instead of an answer, in turn; `lost` is done and not told, `pass` is answered. */
  readonly next: (number | 'silence' | 'lost' | 'cut' | 'pass')[];
  readonly close: () => Promise<void>;
}

/** The authority of a server, and the files of a user. */
export interface TakServerFiles {
  readonly folder: string;
  readonly certificate: string;
  readonly ca: string;
  readonly passphrase: string;
}

const PASSPHRASE = 'atakatak';

/** Takes seconds: keys are made. */
export const makeServerFiles = async (folder: string): Promise<TakServerFiles> => {
  const place = { folder: join(folder, 'authority'), authorityName: 'TAK' };
  const given = await giveConnection(
    { ...place, name: 'gw1', client: 'atak', host: 'localhost', port: 8089, passphrase: PASSPHRASE },
    systemPorts,
  );
  if (!given.ok) throw new Error(given.detail);
  const files = unzipSync(given.bytes);
  const paths = ['truststore-localhost.p12', 'gw1-localhost.p12'].map((name) => {
    writeFileSync(join(folder, name), files[`cert/${name}`] ?? '');
    return join(folder, name);
  });
  return { folder: place.folder, ca: paths[0] ?? '', certificate: paths[1] ?? '', passphrase: PASSPHRASE };
};

export const startTakServer = async ({ folder }: TakServerFiles, port = 0): Promise<TakServerMock> => {
  const made = await serverCredentials({ folder, authorityName: 'TAK' }, ['localhost'], systemPorts);
  if (!made.ok) throw new Error(made.detail);
  const mock: Omit<TakServerMock, 'port' | 'close'> = {
    stored: new Map(),
    missions: new Map([['search', []]]),
    asked: [],
    next: [],
  };
  const server = createServer(
    { ...tlsOptions(made.credentials), requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      void collect(request).then((body) => {
        const instead = mock.next.shift();
        const url = new URL(request.url ?? '', 'https://localhost');
        mock.asked.push(`${request.method} ${url.pathname}`);
        if (instead === 'silence') return;
        if (instead === 'cut') return void request.socket.destroy();
        const [status, text] = typeof instead === 'number' ? [instead, 'as told'] : answer(mock, request, url, body);
        if (instead === 'lost') return void request.socket.destroy();
        response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
      });
    },
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
  return {
    ...mock,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const collect = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

type Told = readonly [status: number, text: string];

const answer = (
  { stored, missions }: Pick<TakServerMock, 'stored' | 'missions'>,
  request: IncomingMessage,
  url: URL,
  body: Buffer,
): Told => {
  const hash = url.searchParams.get('hash') ?? '';
  const link = `https://localhost/Marti/sync/content?hash=${hash}`;
  const [, metadataOf] = /^\/Marti\/api\/sync\/metadata\/([0-9a-f]{64})\/tool$/.exec(url.pathname) ?? [];
  const [, mission] = /^\/Marti\/api\/missions\/([^/]+)\/contents$/.exec(url.pathname) ?? [];
  if (request.method === 'GET' && url.pathname === '/Marti/sync/missionquery') {
    return stored.has(hash) ? [200, link] : [404, 'none'];
  }
  if (request.method === 'POST' && url.pathname === '/Marti/sync/missionupload') {
    return take(stored, request, url, body, link);
  }
  if (request.method === 'PUT' && metadataOf !== undefined) {
    const found = stored.get(metadataOf);
    if (found === undefined) return [404, 'none'];
    found.tool = body.toString();
    return [200, ''];
  }
  if (request.method === 'PUT' && mission !== undefined && url.searchParams.has('creatorUid')) {
    const contents = missions.get(decodeURIComponent(mission));
    if (contents === undefined) return [404, 'no such mission'];
    const { hashes } = JSON.parse(body.toString()) as { hashes: string[] };
    for (const one of hashes) if (!contents.includes(one)) contents.push(one);
    return [200, '{}'];
  }
  return [404, 'what?'];
};

const take = (
  stored: TakServerMock['stored'],
  request: IncomingMessage,
  { searchParams }: URL,
  body: Buffer,
  link: string,
): Told => {
  const [hash = '', fileName = '', creatorUid = ''] = ['hash', 'filename', 'creatorUid'].map(
    (name) => searchParams.get(name) ?? '',
  );
  const bytes = assetIn(request.headers['content-type'] ?? '', body);
  if (bytes === undefined || hash === '' || creatorUid === '') return [400, 'incomplete'];
  if (createHash('sha256').update(bytes).digest('hex') !== hash) return [400, 'another hash'];
  const isTaken = [...stored.values()].some((one) => one.fileName === fileName && one.creatorUid === creatorUid);
  if (isTaken) return [403, 'there is one'];
  stored.set(hash, { fileName, creatorUid, bytes, tool: searchParams.get('tool') ?? '' });
  return [200, link];
};

/** The part `assetfile` of a form: RFC 7578. */
const assetIn = (type: string, body: Buffer): Uint8Array | undefined => {
  const [, boundary] = /^multipart\/form-data; boundary=(\S+)$/.exec(type) ?? [];
  const head = body.indexOf('\r\n\r\n');
  const end = body.lastIndexOf(`\r\n--${boundary ?? ''}--\r\n`);
  if (boundary === undefined || head === -1 || end === -1 || body.indexOf(`--${boundary}\r\n`) !== 0) return undefined;
  return /name="assetfile"/.test(body.subarray(0, head).toString()) ? body.subarray(head + 4, end) : undefined;
};
