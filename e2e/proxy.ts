/** A TCP proxy on loopback that misbehaves on command: what it does at any moment was asked for, nothing is random. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createGate } from './gate.ts';
import type { Gate, Manners } from './gate.ts';

/** Connections at a time; a scenario has a dozen. What comes beyond is cut. */
const MAX_CONNECTIONS = 256;
const LOOPBACK = '127.0.0.1';

type CutKind = 'rst' | 'fin';

export interface Proxy {
  readonly port: number;
  /** Numbers of the open connections, from 1 in order of coming. */
  connections(): readonly number[];
  /** Where new connections go from now on; open ones stay where they are. */
  setTarget(port: number): void;
  /** Replaces the manners of one connection, or of all that are open and all that come. */
  behave(manners: Manners, connection?: number): void;
  /** Ends one connection, or all, on both sides. */
  cut(kind: CutKind, connection?: number): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly gate: Gate;
  target: Socket | undefined;
}

/** Forwards to `127.0.0.1:<target>`; a target that cannot be reached resets the client. */
export const openProxy = async (target = 0): Promise<Proxy> => {
  const pairs = new Map<number, Pair>();
  let targetPort = target;
  let manners: Manners = {};
  let lastNumber = 0;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    client.on('error', () => undefined);
    if (pairs.size >= MAX_CONNECTIONS) {
      client.resetAndDestroy();
      return;
    }
    lastNumber += 1;
    const number = lastNumber;
    const pair: Pair = { client, gate: createGate(manners), target: undefined };
    pairs.set(number, pair);
    void join(pair, () => targetPort).finally(() => {
      cutPair(pair, 'rst');
      pairs.delete(number);
    });
  });
  await once(server.listen(0, LOOPBACK), 'listening');

  const chosen = (connection: number | undefined): readonly Pair[] =>
    [...pairs].filter(([number]) => connection === undefined || number === connection).map(([, pair]) => pair);

  return {
    port: (server.address() as AddressInfo).port,
    connections: () => [...pairs.keys()],
    setTarget: (port) => {
      targetPort = port;
    },
    behave: (next, connection) => {
      if (connection === undefined) manners = next;
      for (const { gate } of chosen(connection)) gate.set(next);
    },
    cut: (kind, connection) => {
      for (const pair of chosen(connection)) cutPair(pair, kind);
    },
    close: async () => {
      server.close();
      for (const pair of pairs.values()) cutPair(pair, 'rst');
      await once(server, 'close');
    },
  };
};

const cutPair = ({ client, target, gate }: Pair, kind: CutKind): void => {
  gate.end();
  for (const socket of [client, target]) {
    if (socket === undefined || socket.destroyed) continue;
    if (kind === 'fin') socket.destroySoon();
    // A socket that has sent its FIN cannot be reset: the handle would stay open for ever.
    else if (socket.writableEnded) socket.destroy();
    else socket.resetAndDestroy();
  }
};

/** Lives as long as the connection does. Never rejects. */
const join = async (pair: Pair, targetPort: () => number): Promise<void> => {
  // While it is held the target hears nothing of the connection, as with a router that lost its table.
  if (!(await pair.gate.open())) return;
  const target = connect({ host: LOOPBACK, port: targetPort(), allowHalfOpen: true, noDelay: true });
  pair.target = target;
  target.on('error', () => cutPair(pair, 'rst'));
  pair.client.on('error', () => cutPair(pair, 'rst'));
  await Promise.all([pump(pair.client, target, pair.gate, false), pump(target, pair.client, pair.gate, true)]);
};

/** One direction: holds one chunk at most, so that a reader that stalls stalls the writer. */
const pump = async (from: Socket, to: Socket, gate: Gate, slowed: boolean): Promise<void> => {
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      if (!(await gate.pass(slowed ? chunk.length : 0))) return;
      if (!to.write(chunk)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
    }
    to.end();
  } catch {
    // The other end is gone; its own error has cut the pair.
    to.destroy();
  }
};
