/** Hands one event to a TAK listener, and waits until it was read. */
import { connect } from 'node:net';

export interface TakDoor {
  readonly host: string;
  readonly port: number;
}

/** For the connection and for the answer. */
const TIMEOUT_MS = 5_000;
/** Of what a listener says at the beginning: its picture may be large, the answer comes behind it. */
const MAX_HEARD_BYTES = 64 * 1024 * 1024;
/** In front of which the answer may be cut in two. */
const TAIL = 256;

/** Behind the event goes a ping: what answers it has read what was before. */
const PING = (nowMs: number): string => {
  const time = new Date(nowMs).toISOString();
  const point = '<point lat="0.0" lon="0.0" hae="9999999.0" ce="9999999.0" le="9999999.0"/>';
  return `<event version="2.0" uid="cotbus-route-ping" type="t-x-c-t" how="m-g" time="${time}" start="${time}" stale="${time}">${point}<detail/></event>`;
};

/** @returns why it was not handed over */
export const handToTak = ({ host, port }: TakDoor, xml: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    let tail = '';
    const end = (fault?: string): void => {
      socket.destroy();
      resolve(fault);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(`${host}:${port} does not answer.`));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(
        error.code === 'ECONNREFUSED'
          ? `Nothing listens at ${host}:${port}: is Cotbus running, and tak.listen enabled?`
          : `${host}:${port}: ${error.message}`,
      ),
    );
    socket.on('close', () => end(`${host}:${port} closed the connection.`));
    socket.on('connect', () => socket.write(xml + PING(Date.now())));
    socket.on('data', (chunk) => {
      tail = (tail + chunk.toString('latin1')).slice(-TAIL - chunk.length);
      if (tail.includes('t-x-c-t-r') || tail.includes('takPong')) end();
      else if (socket.bytesRead > MAX_HEARD_BYTES) end(`${host}:${port} does not answer.`);
      tail = tail.slice(-TAIL);
    });
  });
