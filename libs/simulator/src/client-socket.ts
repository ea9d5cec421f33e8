/** Writes to a client's TCP socket, in the manner that a test asked for. */
import type { Socket } from 'node:net';

/** A client that lets this many bytes pile up unread is cut off. */
const MAX_UNREAD_BYTES = 1 << 20;

/** How a radio writes; may change at any time. */
export interface Manners {
  /** What it has to say is lost; the connection stays. */
  silent: boolean;
  /** Every byte on its own, in turns of the event loop. */
  bytewise: boolean;
}

export const createSocketWriter = (socket: Socket, manners: Manners): ((bytes: Uint8Array) => void) => {
  const pending: Uint8Array[] = [];
  let pendingBytes = 0;

  const trickle = (): void => {
    const first = pending[0];
    if (first === undefined || socket.destroyed) return;
    socket.write(first.subarray(0, 1));
    pendingBytes -= 1;
    if (first.length === 1) pending.shift();
    else pending[0] = first.subarray(1);
    setImmediate(trickle);
  };

  return (bytes) => {
    if (manners.silent || socket.destroyed || bytes.length === 0) return;
    if (socket.writableLength + pendingBytes > MAX_UNREAD_BYTES) {
      socket.destroy();
    } else if (manners.bytewise || pendingBytes > 0) {
      const idle = pendingBytes === 0;
      pending.push(bytes);
      pendingBytes += bytes.length;
      if (idle) trickle();
    } else socket.write(bytes);
  };
};
