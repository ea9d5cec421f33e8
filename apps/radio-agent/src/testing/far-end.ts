/** The radio's side of a connection, as bare bytes on a TCP port of this machine. */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface FarEnd {
  readonly port: number;
  /** Everything that came, over all connections. */
  received(): Buffer;
  /** There is a connection. */
  readonly connected: boolean;
  say(bytes: Uint8Array): void;
  /** Ends the connection. */
  cut(): void;
  /** While it does not read, what is written to it piles up. */
  stopReading(): void;
}

/** Closed when the test is over. */
export const startFarEnd = async (): Promise<FarEnd> => {
  const chunks: Buffer[] = [];
  let socket: Socket | undefined;
  const server = createServer({ noDelay: true }, (accepted) => {
    socket = accepted;
    accepted.on('data', (chunk) => chunks.push(chunk));
    accepted.on('error', () => {});
    accepted.on('close', () => {
      if (socket === accepted) socket = undefined;
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  onTestFinished(async () => {
    socket?.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    received: () => Buffer.concat(chunks),
    get connected() {
      return socket !== undefined;
    },
    say: (bytes) => socket?.write(bytes),
    cut: () => socket?.destroy(),
    stopReading: () => socket?.pause(),
  };
};
