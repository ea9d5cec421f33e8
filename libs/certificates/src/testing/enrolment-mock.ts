/**
 * The enrolment port of a TAK server, as the protocol describes it: basic login, a configuration with parts of the subject,
 * two ways to sign, a profile. It signs with an intermediate authority below a root.
 */
import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { buildP12 } from '../build-p12.ts';
import { makeAuthority, makeServerCertificate } from '../make-certificate.ts';
import type { Authority } from '../make-certificate.ts';
import { SIGNING } from '../ports.ts';
import type { TestPorts } from './test-ports.ts';

export interface MockOptions {
  readonly answer?: 'json' | 'xml' | 'p12' | 'rubbish' | 'other-key' | 'expired' | 'no-ca';
  readonly config?: string;
  readonly configStatus?: number;
  readonly signStatus?: number;
  readonly profile?: Uint8Array | number;
  /** Names of its own certificate. */
  readonly hosts?: readonly string[];
  readonly silent?: boolean;
  readonly endless?: boolean;
  /** Also lets in who has a certificate that it signed. */
  readonly knowsCertificates?: boolean;
}

export interface EnrolmentMock {
  readonly port: number;
  /** PEM of the root. */
  readonly root: string;
  readonly fingerprint: string;
  readonly rootFingerprint: string;
  /** Method and path of each request, and what came with it. */
  readonly asked: { readonly line: string; readonly login: string; readonly body: string }[];
  readonly close: () => Promise<void>;
}

export const USER = 'gw1';
export const PASSWORD = 'geheim: ü';

const CONFIG = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<ns2:certificateConfig xmlns="http://bbn.com/marti/xml/config" xmlns:ns2="com.bbn.marti.config">
<nameEntries><nameEntry name="O" value="TAK &amp; Co"/><nameEntry name="OU" value="Valley"/><nameEntry name="XX" value="?"/></nameEntries>
</ns2:certificateConfig>`;

export const startEnrolmentMock = async (ports: TestPorts, options: MockOptions = {}): Promise<EnrolmentMock> => {
  const root = await makeAuthority('Root', ports);
  const inner = await makeInner(root, ports);
  const own = await makeServerCertificate(root, options.hosts ?? ['localhost', '127.0.0.1'], ports);
  const asked: EnrolmentMock['asked'] = [];
  const server = createServer(
    {
      key: own.key,
      cert: own.certificate.toString() + root.certificate.toString(),
      requestCert: options.knowsCertificates === true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      void collect(request).then(async (body) => {
        asked.push({
          line: `${request.method} ${request.url}`,
          login: Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString(),
          body,
        });
        await answer(request, response, body, { root, inner, ports, options });
      });
    },
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    root: root.certificate.toString(),
    fingerprint: own.certificate.fingerprint256,
    rootFingerprint: root.certificate.fingerprint256,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

interface Scene {
  readonly root: Authority;
  readonly inner: Authority;
  readonly ports: TestPorts;
  readonly options: MockOptions;
}

const collect = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  scene: Scene,
): Promise<void> => {
  const { options } = scene;
  const end = (status: number, type = 'text/plain', content: string | Uint8Array = ''): void => {
    response.writeHead(status, { 'content-type': type }).end(content);
  };
  if (options.silent === true) return;
  if (options.endless === true) {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) continue;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
    return;
  }
  const login = Buffer.from(`${USER}:${PASSWORD}`).toString('base64');
  const isKnown = options.knowsCertificates === true && isSignedBy(scene.inner, request.socket as TLSSocket);
  if (!isKnown && request.headers.authorization !== `Basic ${login}`) return end(401);
  const { pathname, searchParams } = new URL(request.url ?? '', 'https://localhost');
  if (request.method === 'GET' && pathname === '/Marti/api/tls/config') {
    return end(options.configStatus ?? 200, 'application/xml', options.config ?? CONFIG);
  }
  if (request.method === 'POST' && pathname.startsWith('/Marti/api/tls/signClient') && searchParams.has('clientUid')) {
    const isNew = pathname.endsWith('/v2');
    if (isNew && options.answer === 'p12') return end(404);
    if (options.signStatus !== undefined) return end(options.signStatus);
    const [type, content] = await signed(body, searchParams.has('version'), scene);
    return end(200, type, content);
  }
  if (pathname === '/Marti/api/tls/profile/enrollment') {
    const { profile = 204 } = options;
    return typeof profile === 'number' ? end(profile) : end(200, 'application/zip', profile);
  }
  end(404);
};

const isSignedBy = ({ certificate }: Authority, socket: TLSSocket): boolean => {
  const shown = socket.getPeerX509Certificate();
  return shown !== undefined && shown.verify(certificate.publicKey);
};

const signed = async (body: string, withChannels: boolean, scene: Scene): Promise<[string, string | Uint8Array]> => {
  const { root, inner, ports, options } = scene;
  const request = new x509.Pkcs10CertificateRequest(Buffer.from(body, 'base64'));
  if (!(await request.verify(webcrypto))) throw new Error('the request is not signed by its key');
  const publicKey = options.answer === 'other-key' ? (await ports.generateKeys(2048)).publicKey : request.publicKey;
  const from = options.answer === 'expired' ? ports.nowMs - 9e9 : ports.nowMs - 1000;
  const leaf = await x509.X509CertificateGenerator.create(
    {
      subject: request.subjectName,
      issuer: new x509.X509Certificate(inner.certificate.raw).subjectName,
      notBefore: new Date(from),
      notAfter: new Date(from + 6e9),
      publicKey,
      signingKey: inner.keys.privateKey,
      signingAlgorithm: SIGNING,
      extensions: [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth, ...(withChannels ? [CHANNELS] : [])]),
      ],
    },
    webcrypto,
  );
  const pem = new X509Certificate(Buffer.from(leaf.rawData));
  const [own, ca0, ca1] = [pem, inner.certificate, root.certificate].map(({ raw }) => raw.toString('base64'));
  switch (options.answer) {
    case 'xml':
      return [
        'application/xml',
        `<enrollment><signedCert>${own}</signedCert><ca>${ca0}</ca><ca>${ca1}</ca></enrollment>`,
      ];
    case 'p12': {
      const certificates = [pem, inner.certificate, root.certificate].map(String);
      return ['application/x-pkcs12', buildP12({ certificates, friendlyName: 'signed' }, 'atakatak', ports)];
    }
    case 'rubbish':
      return ['application/json', '{"signedCert": "AAAA"}'];
    case 'no-ca':
      return ['application/json', JSON.stringify({ signedCert: own })];
    default:
      return ['application/json', JSON.stringify({ signedCert: own, ca0, ca1 })];
  }
};

/** The usage by which a server knows users who can switch channels. */
export const CHANNELS = '1.2.840.113549.1.9.7';

/** An authority below another one. */
export const makeInner = async (root: Authority, ports: TestPorts): Promise<Authority> => {
  const keys = await ports.generateKeys(2048);
  const made = await x509.X509CertificateGenerator.create(
    {
      subject: 'CN=Inner, O=TAK',
      issuer: new x509.X509Certificate(root.certificate.raw).subjectName,
      notBefore: new Date(ports.nowMs - 86_400_000),
      notAfter: new Date(ports.nowMs + 9e10),
      publicKey: keys.publicKey,
      signingKey: root.keys.privateKey,
      signingAlgorithm: SIGNING,
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    },
    webcrypto,
  );
  return { certificate: new X509Certificate(Buffer.from(made.rawData)), key: '', keys };
};
