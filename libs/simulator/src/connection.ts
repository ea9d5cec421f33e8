/** One client's connection: socket and framing around a session, and the limit on idleness. */
import { toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { createStreamFramer, decodeToRadio, encodeStreamFrame } from '@cotbus/meshtastic';
import type { Socket } from 'node:net';
import { createSocketWriter, type Manners } from './client-socket.ts';
import { createRadioSession } from './radio-session.ts';
import type { Radio } from './radio.ts';

/** A client that says nothing for so long is disconnected. Source: the firmware's client API. */
export const IDLE_MS = 15 * 60_000;

export interface Connection {
  tell(message: meshtastic.FromRadio): void;
  /** Writes bytes as they are. */
  write(bytes: Uint8Array): void;
  /** Ends it at once; what was not yet written is lost. */
  cut(): void;
  /** Ends it with a reset. */
  reset(): void;
  /** While it does not, what the client says piles up. */
  setReading(reading: boolean): void;
}

/** @param socket taken over: its errors end the connection and nothing else. */
export const createConnection = (radio: Radio, socket: Socket, manners: Manners): Connection => {
  const { clock } = radio.mesh;
  const write = createSocketWriter(socket, manners);
  const tell = (message: meshtastic.FromRadio): void =>
    write(encodeStreamFrame(toBinary(meshtastic.FromRadioSchema, message)));
  const session = createRadioSession(radio, tell);
  const framer = createStreamFramer(decodeToRadio);
  const cut = (): void => {
    cancelIdle();
    session.close();
    socket.destroy();
  };
  let cancelIdle = clock.after(IDLE_MS, cut);

  socket.setNoDelay(true);
  socket.on('error', cut);
  socket.on('close', cut);
  // A half-closed client gets nothing more either.
  socket.on('end', cut);
  socket.on('data', (chunk) => {
    for (const output of framer.push(chunk)) {
      if (output.kind !== 'frame' || socket.destroyed) continue;
      cancelIdle();
      cancelIdle = clock.after(IDLE_MS, cut);
      if (!session.receive(output.message)) cut();
    }
  });
  return {
    tell,
    write,
    cut,
    reset: () => void socket.resetAndDestroy(),
    setReading: (reading) => void (reading ? socket.resume() : socket.pause()),
  };
};
