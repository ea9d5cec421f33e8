import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { streamOpener } from './open-stream.ts';

const listen = async (host: string) => {
  const server = createServer((socket) => socket.on('error', () => {}).end('hello'));
  await once(server.listen(0, host), 'listening');
  return { server, port: (server.address() as AddressInfo).port };
};

describe('a stream to a broker', () => {
  it('is opened over TCP', async () => {
    const { server, port } = await listen('127.0.0.1');
    const stream = streamOpener(`mqtt://127.0.0.1:${port}`)();
    const [bytes] = (await once(stream, 'data')) as [Buffer];
    expect(bytes.toString()).toBe('hello');
    stream.destroy();
    server.close();
  });

  it('fails over TLS with a peer that shows no valid certificate', async () => {
    const { server, port } = await listen('127.0.0.1');
    const stream = streamOpener(`mqtts://localhost:${port}`)();
    const [error] = (await once(stream, 'error')) as [Error];
    expect(error).toBeInstanceOf(Error);
    stream.destroy();
    server.close();
  });

  it.each(['', 'broker', 'http://broker', 'mqtt:broker', 'mqtt://', 'mqtt://user:hush@:1883'])(
    'is refused to %j',
    (url) => {
      expect(() => streamOpener(url)).toThrow(
        expect.objectContaining({ code: 'options', message: expect.not.stringContaining('hush') as string }),
      );
    },
  );

  it('is not opened when the file of its authority cannot be read', () => {
    const open = streamOpener('mqtts://localhost:1', { file: '/nowhere/ca.pem', option: 'bus.ca' });
    expect(open).toThrow('bus.ca: /nowhere/ca.pem cannot be read (ENOENT)');
  });
});
