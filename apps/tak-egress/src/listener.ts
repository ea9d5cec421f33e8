/** The servers that phones and desktops with a TAK client connect to: plain TCP, and TLS with a certificate for each client. */
import { randomUUID } from 'node:crypto';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { Clock } from '@cotbus/service';
import { ServiceError, VERSION } from '@cotbus/service';
import { createTakPeer } from './tak-peer.ts';
import type { TakPeer, TakPeerEvents } from './tak-peer.ts';
import { createServerNegotiation } from './takproto/negotiation.ts';
import type { StreamProtocol } from './takproto/negotiation.ts';

/** A team, with room; each may hold a queue and an event, so the memory of all is bounded. */
export const MAX_CLIENTS = 100;
/** ATAK asks after 15 s of silence and leaves after 25 s. */
export const QUIET_MS = 10_000;
const CHECK_MS = 1_000;
const HANDSHAKE_MS = 10_000;
/** How soon a client whose certificate is revoked is cut off. */
const REVOCATION_CHECK_MS = 1_000;
const TLS_RULES = { minVersion: 'TLSv1.2' } as const;
const REVOKED = 'its certificate is revoked';

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly protocol: StreamProtocol;
  /** Without it plain TCP. */
  readonly tls?: ListenerTls;
  /** Key of the section in the configuration. */
  readonly section: 'listen' | 'listenTls';
}

interface ListenerTls {
  readonly context: SecureContextOptions;
  /** Fingerprints of those who are shut out, as Node writes them; when it rejects nobody comes in. */
  readonly revoked: () => Promise<ReadonlySet<string>>;
}

/** Of the client, as its authority says. */
export interface Certificate {
  /** SHA-256 of it, as Node writes it. */
  readonly fingerprint: string;
  /** Its common name. */
  readonly name: string;
}

export interface ListenerEvents extends TakPeerEvents {
  readonly joined: (peer: TakPeer, certificate: Certificate | undefined) => void;
  /** Somebody more than MAX_CLIENTS, turned away. */
  readonly turnedAway: () => void;
  /** Somebody without a certificate that is trusted, or who speaks no TLS. */
  readonly refused: (address: string, why: string) => void;
  /** The server itself is in trouble, such as out of file descriptors; it goes on. */
  readonly failed: (error: Error) => void;
}

export interface Listener {
  /** Where it listens, with the port that was taken. */
  readonly address: string;
  readonly clientCount: number;
  /** Other certificates from the next connection on; those that are open go on. */
  renew(context: SecureContextOptions): void;
  close(): Promise<void>;
}

/**
 * @param keepalive the event for clients to which nothing was written for QUIET_MS.
 * @throws ServiceError `port_taken` or `address_unusable`.
 */
export const openListener = async (
  options: ListenerOptions,
  clock: Clock,
  keepalive: () => string,
  events: ListenerEvents,
): Promise<Listener> => {
  const { protocol, tls } = options;
  const sockets = new Set<Socket>();
  const peers = new Map<TakPeer, Certificate | undefined>();
  const serve = (socket: Socket, certificate: Certificate | undefined): void => {
    const negotiation = createServerNegotiation(protocol, randomUUID(), VERSION);
    const peer = createTakPeer(
      socket,
      { clock, protocol, negotiation },
      {
        output: events.output,
        room: events.room,
        left: (gone, fault) => {
          peers.delete(gone);
          events.left(gone, fault);
        },
      },
    );
    peers.set(peer, certificate);
    events.joined(peer, certificate);
  };
  const server = tls === undefined ? openTcp(serve) : openTls(tls, serve, events);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.maxConnections = MAX_CLIENTS;
  server.on('drop', () => events.turnedAway());
  await listen(server, options);
  server.on('error', events.failed);

  const stopKeepalive = clock.every(CHECK_MS, () => {
    const quiet = [...peers.keys()].filter((peer) => clock.monotonic() - peer.writtenAtMs >= QUIET_MS);
    const xml = quiet.length > 0 ? keepalive() : '';
    for (const peer of quiet) peer.answer(xml);
  });

  const shutOut = (revoked: ReadonlySet<string>): void => {
    for (const [peer, certificate] of peers) {
      if (certificate !== undefined && revoked.has(certificate.fingerprint)) peer.close(REVOKED);
    }
  };
  const stopShuttingOut =
    tls &&
    clock.every(REVOCATION_CHECK_MS, () => void tls.revoked().then(shutOut, (error: Error) => events.failed(error)));

  return {
    address: addressText(server.address() as AddressInfo),
    get clientCount() {
      return peers.size;
    },
    renew: (context) => {
      if (server instanceof TlsServer) server.setSecureContext({ ...context, ...TLS_RULES });
    },
    close: () => {
      stopKeepalive();
      stopShuttingOut?.();
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const peer of peers.keys()) peer.close();
      // Those whose handshake is not done are nobody's peer yet.
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
};

type Serve = (socket: Socket, certificate: Certificate | undefined) => void;

const openTcp = (serve: Serve): Server => createTcpServer((socket) => serve(socket, undefined));

/** Who has no certificate of the authority does not come in: TLS 1.2 and 1.3, both sides proven. */
const openTls = ({ context, revoked }: ListenerTls, serve: Serve, events: ListenerEvents): Server => {
  const server = createTlsServer(
    { ...context, ...TLS_RULES, requestCert: true, rejectUnauthorized: true, handshakeTimeout: HANDSHAKE_MS },
    (socket) => {
      const certificate = certificateOf(socket);
      const refuse = (why: string): void => {
        events.refused(`${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`, why);
        socket.destroy();
      };
      const letIn = (shutOut: ReadonlySet<string>): void => {
        if (socket.destroyed) return;
        if (certificate === undefined) refuse('it has no client certificate');
        else if (shutOut.has(certificate.fingerprint)) refuse(`${REVOKED} (${certificate.name})`);
        else serve(socket, certificate);
      };
      socket.once('error', () => {});
      void revoked().then(letIn, (error: unknown) => refuse(`nobody knows who is revoked: ${String(error)}`));
    },
  );
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    const { remoteAddress, remotePort } = socket;
    // Node forgets the address of whom it has refused by his certificate.
    const address = remoteAddress === undefined ? 'somebody' : `${remoteAddress}:${remotePort}`;
    events.refused(address, handshakeFault(String(socket.authorizationError ?? error.code ?? error.message)));
    socket.destroy();
  });
  return server;
};

const handshakeFault = (code: string): string => {
  if (code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') return 'it has no client certificate';
  if (code === 'ERR_SSL_HTTP_REQUEST') return 'it speaks HTTP';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'it speaks no TLS';
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired';
  if (/^(?:UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/.test(code)) return 'its certificate is from an unknown authority';
  if (code === 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA') return 'it does not trust our certificate';
  return code;
};

const certificateOf = (socket: TLSSocket): Certificate | undefined => {
  const { fingerprint256, subject } = socket.getPeerCertificate();
  if (fingerprint256 === undefined) return undefined;
  const [name = ''] = [subject.CN].flat();
  return { fingerprint: fingerprint256, name };
};

const listen = (server: Server, { host, port, section }: ListenerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(cannotListen(error, host, port, section));
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      resolve();
    });
  });

const cannotListen = (
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  section: ListenerOptions['section'],
): ServiceError => {
  const variable = section === 'listen' ? 'COTBUS_TAK_LISTEN' : 'COTBUS_TAK_LISTEN_TLS';
  return error.code === 'EADDRINUSE'
    ? new ServiceError(
        'port_taken',
        `Port ${port} for TAK clients is taken by another program: stop it, or choose another port with ` +
          `tak.${section}.port or ${variable}_PORT.`,
        error,
      )
    : new ServiceError(
        'address_unusable',
        `Cannot listen for TAK clients on ${host}:${port} (${error.code ?? error.message}): choose another address ` +
          `with tak.${section}.host or ${variable}_HOST, or another port with tak.${section}.port.`,
        error,
      );
};

const addressText = ({ address, family, port }: AddressInfo): string =>
  family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
