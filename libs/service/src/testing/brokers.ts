/** Real brokers to run the bus contract against. Each can be killed and comes back at the same place, empty. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { Aedes } from 'aedes';
import { inProcessStream } from '../in-process-stream.ts';

export interface Broker {
  /** A stream to it; throws or fails while it is stopped. */
  openStream(): Duplex;
  start(): Promise<void>;
  /** As by kill -9: no goodbyes. */
  stop(): Promise<void>;
}

/** Aedes in this process, reached over in-process streams. */
export const inProcessBroker = (): Broker => {
  const streams = new Set<Duplex>();
  let aedes: Aedes | undefined;
  return {
    openStream: () => {
      if (aedes === undefined) throw new TypeError('the broker is away');
      const broker = aedes;
      const stream = inProcessStream((far) => broker.handle(far));
      streams.add(stream);
      return stream;
    },
    start: async () => {
      aedes = await Aedes.createBroker();
    },
    stop: async () => {
      for (const stream of streams) stream.destroy();
      streams.clear();
      await closed(aedes);
      aedes = undefined;
    },
  };
};

/** Aedes behind a TCP port of the loopback interface. */
export const tcpBroker = (): Broker & { port(): number } => {
  const sockets = new Set<Socket>();
  let aedes: Aedes | undefined;
  let server: Server | undefined;
  let port = 0;
  return {
    port: () => port,
    openStream: () => connect({ host: '127.0.0.1', port }),
    start: async () => {
      const broker = await Aedes.createBroker();
      aedes = broker;
      server = createServer({ noDelay: true }, (socket) => {
        sockets.add(socket);
        broker.handle(socket);
      });
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      ({ port } = server.address() as AddressInfo);
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      server?.close();
      await closed(aedes);
      aedes = undefined;
    },
  };
};

const closed = async (aedes: Aedes | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (aedes === undefined) resolve();
    else aedes.close(() => resolve());
  });

/** Where a program is, by PATH. */
export const findProgram = (name: string): string | undefined =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'].map((folder) => join(folder, name)).find(isExecutable);

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The mosquitto at this path, in a process of its own. */
export const mosquittoBroker = (program: string): Broker => {
  let folder = '';
  let child: ChildProcess | undefined;
  let port = 0;
  return {
    openStream: () => connect({ host: '127.0.0.1', port, noDelay: true }),
    start: async () => {
      if (port === 0) port = await freePort();
      folder = mkdtempSync(join(tmpdir(), 'cotbus-mosquitto-'));
      const config = join(folder, 'mosquitto.conf');
      writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n`);
      child = spawn(program, ['-c', config], { stdio: 'ignore' });
      await accepting(port, child);
    },
    stop: async () => {
      if (child?.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** Until something listens there. */
const accepting = async (port: number, child: ChildProcess): Promise<void> => {
  while (child.exitCode === null) {
    const socket = connect({ host: '127.0.0.1', port });
    const listening = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (listening) return;
  }
};
