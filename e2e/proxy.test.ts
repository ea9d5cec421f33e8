import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';

/** A server that keeps what it hears and answers `hello` to every connection. */
const startServer = async () => {
  const sockets: Socket[] = [];
  let heard = '';
  const looks = new Set<() => void>();
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      for (const look of looks) look();
    });
    socket.write('hello');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    heard: () => heard,
    until: (length: number) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (heard.length >= length) resolve();
        };
        looks.add(look);
        look();
      }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

/** How a connection ended: `fin`, or the code of its error. */
const ended = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    socket.once('end', () => resolve('fin'));
    socket.resume();
  });

describe('the proxy', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let proxy: Proxy;
  const clients: Socket[] = [];
  const join = async (): Promise<Socket> => {
    const client = connect({ port: proxy.port, host: '127.0.0.1' });
    clients.push(client);
    await once(client, 'connect');
    return client;
  };
  beforeEach(async () => {
    server = await startServer();
    proxy = await openProxy(server.port);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await proxy.close();
    await server.close();
  });

  it('forwards both ways, and the end of a side', async () => {
    const client = await join();
    const [greeting] = (await once(client, 'data')) as [Buffer];
    expect(greeting.toString()).toBe('hello');
    client.end('bye');
    await server.until(3);
    expect(server.heard()).toBe('bye');
    await once(client, 'end');
  });

  it('cuts with a reset', async () => {
    const client = await join();
    await once(client, 'data');
    proxy.cut('rst');
    expect(await ended(client)).toBe('ECONNRESET');
    expect(proxy.connections()).toEqual([]);
  });

  it('cuts one connection with FIN and leaves the other', async () => {
    const [first, second] = [await join(), await join()];
    await Promise.all([once(first, 'data'), once(second, 'data')]);
    proxy.cut('fin', 1);
    expect(await ended(first)).toBe('fin');
    second.write('still here');
    await server.until(10);
    expect(server.heard()).toBe('still here');
    expect(proxy.connections()).toEqual([2]);
  });

  it('accepts and forwards nothing while it holds, and everything afterwards', async () => {
    proxy.behave({ hold: true });
    const client = await join();
    client.write('patience');
    // A second connection through another proxy proves that the server was reachable all the time.
    const other = await openProxy(server.port);
    const witness = connect({ port: other.port, host: '127.0.0.1' });
    await once(witness, 'data');
    expect(server.heard()).toBe('');
    expect(server.sockets).toHaveLength(1);
    witness.destroy();
    await other.close();
    proxy.behave({});
    await server.until(8);
    expect(server.heard()).toBe('patience');
  });

  it('cuts what it holds', async () => {
    proxy.behave({ hold: true });
    const client = await join();
    proxy.cut('rst');
    expect(await ended(client)).toBe('ECONNRESET');
  });

  it('delays', async () => {
    proxy.behave({ delayMs: 60 });
    const startMs = performance.now();
    const client = await join();
    await once(client, 'data');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(55);
  });

  it('throttles what the client gets', async () => {
    proxy.behave({ bytesPerSecond: 100 });
    const startMs = performance.now();
    const client = await join();
    await once(client, 'data');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(45);
  });

  it('keeps no more than a chunk for a client that is slow', async () => {
    const client = await join();
    await once(client, 'data');
    proxy.behave({ bytesPerSecond: 1_000_000 });
    const size = 64 * 1024 * 1024;
    server.sockets[0]?.write(Buffer.alloc(size));
    await once(client, 'data');
    expect(server.sockets[0]?.writableLength).toBeGreaterThan(size / 2);
  });

  it('resets clients when the target is not there, and follows a new target', async () => {
    proxy.setTarget(1);
    expect(await ended(await join())).toBe('ECONNRESET');
    proxy.setTarget(server.port);
    const client = await join();
    await once(client, 'data');
  });
});
