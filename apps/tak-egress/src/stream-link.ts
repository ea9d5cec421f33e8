/** A link to a TAK server over TCP or TLS: opened, watched and opened again. */
import { connect as connectTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { Clock, Connection } from '@cotbus/service';
import { tlsFault } from '@cotbus/certificates';
import { buildEventXml } from '@cotbus/codec';
import type { StreamOutput } from './event-stream.ts';
import type { LinkOptions } from './link-options.ts';
import { buildPing } from './ping.ts';
import { createTakPeer } from './tak-peer.ts';
import type { TakPeer } from './tak-peer.ts';
import { createClientNegotiation } from './takproto/negotiation.ts';
import { readTlsFiles } from './tls-files.ts';

/** As ATAK: how long it waits for a connection, when it asks a silent server, and how often. */
const CONNECT_MS = 20_000;
const PING_AFTER_MS = 15_000;
const PING_EVERY_MS = 4_500;
const CHECK_MS = 500;
/** A TLS 1.3 server refuses a client after the handshake: what is written at once would be lost. */
const ACCEPT_MS = 500;

interface StreamLinkEvents {
  /** @param peer to write to from now on. */
  readonly opened: (peer: TakPeer) => void;
  readonly room: () => void;
  readonly heard: () => void;
  readonly output: (peer: TakPeer, output: StreamOutput) => void;
  readonly closed: () => void;
}

export interface StreamLinkParts {
  readonly options: LinkOptions;
  readonly clock: Clock;
  /** Under which a ping goes out. */
  readonly ownUid: string;
  readonly events: StreamLinkEvents;
}

/** Opens it once, for `superviseLink`. */
export const openStreamLink = async (parts: StreamLinkParts, signal: AbortSignal): Promise<Connection> => {
  const { options, clock, ownUid, events } = parts;
  const socket = await connected(await startConnecting(parts), options, clock, signal);
  const { protocol, silenceSeconds } = options;
  let tellClosed = (_reason: string): void => {};
  const closed = new Promise<string>((resolve) => {
    tellClosed = resolve;
  });
  let stopWatching = (): void => {};
  const peer = createTakPeer(
    socket,
    { clock, protocol, negotiation: createClientNegotiation(protocol) },
    {
      output: (from, output) => {
        events.heard();
        events.output(from, output);
      },
      room: () => events.room(),
      left: (_, fault) => {
        stopWatching();
        events.closed();
        tellClosed(fault || 'the server closed the connection');
      },
    },
  );
  stopWatching = watch(peer, clock, silenceSeconds * 1000, () => buildEventXml(buildPing(ownUid, clock.now())));
  events.opened(peer);
  return { closed, close: () => peer.close() };
};

/** Asks a server that says nothing, and gives a silent one up. @returns ends it. */
const watch = (peer: TakPeer, clock: Clock, silenceMs: number, ping: () => string): (() => void) => {
  let pingedMs = Number.NEGATIVE_INFINITY;
  return clock.every(CHECK_MS, () => {
    peer.tick();
    const nowMs = clock.monotonic();
    const silentMs = nowMs - peer.readAtMs;
    if (silenceMs > 0 && silentMs >= silenceMs) {
      peer.close(`the server has been silent for ${Math.round(silentMs / 1000)} s, pings included`);
    } else if (silentMs >= PING_AFTER_MS && nowMs - pingedMs >= PING_EVERY_MS) {
      pingedMs = nowMs;
      peer.answer(ping());
    }
  });
};

interface Connecting {
  readonly socket: Socket;
  /** The event after which it can be used. */
  readonly ready: 'connect' | 'secureConnect';
}

/** @throws Error with what is wrong with the certificates, in words. */
const startConnecting = async ({ options, clock }: StreamLinkParts): Promise<Connecting> => {
  const { host, port, kind, tls } = options;
  if (kind !== 'tls') return { socket: connectTcp({ host, port }), ready: 'connect' };
  const files = await readTlsFiles(tls ?? {}, 'client', clock.now());
  if (!files.ok) throw new Error(files.fault);
  const name = tls?.serverName ?? host;
  const socket = connectTls({
    host,
    port,
    ...files.options,
    // An address is no server name (RFC 6066), but may stand in a certificate.
    ...(isIP(name) === 0 && { servername: name }),
    // The chain is verified in any case.
    ...(tls?.verifyHostname === false && { checkServerIdentity: () => undefined }),
  });
  return { socket, ready: 'secureConnect' };
};

const connected = async (
  { socket, ready }: Connecting,
  { host, port }: LinkOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const stopTimer = clock.after(CONNECT_MS, () => fail(new Error(`no connection within ${CONNECT_MS / 1000} s`)));
    const abort = (): void => fail(new Error('stopped'));
    const failed = (error: Error): void => fail(new Error(tlsFault(error, `${host}:${port}`).detail));
    let stopWaiting = (): void => {};
    const settle = (): void => {
      stopTimer();
      stopWaiting();
      socket.removeAllListeners('session');
      signal.removeEventListener('abort', abort);
      socket.off('error', failed);
    };
    const fail = (error: Error): void => {
      settle();
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    socket.once('error', failed);
    const accepted = (): void => {
      settle();
      resolve(socket);
    };
    socket.once(ready, () => {
      if (!(socket instanceof TLSSocket) || socket.getProtocol() !== 'TLSv1.3') return accepted();
      // A server sends tickets to clients that it has accepted; not every server does. Who writes while a ticket is being
      // read stalls the connection.
      socket.once('session', () => setImmediate(accepted));
      stopWaiting = clock.after(ACCEPT_MS, accepted);
    });
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
