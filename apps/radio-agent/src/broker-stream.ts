/** A stream to the broker of an uplink. */
import { readFile } from 'node:fs/promises';
import { connect as connectTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { RadioUnreachable } from './radio.ts';

const MQTT_PORT = 1883;
const MQTTS_PORT = 8883;

export interface BrokerPlace {
  /** `mqtt://host[:port]` or `mqtts://host[:port]`; over TLS the broker's certificate is verified. */
  readonly url: string;
  /** File with the authorities that it may come from. */
  readonly ca?: string | undefined;
}

/**
 * A stream that is being opened; it may fail later. The file is read each time, for it may be put right meanwhile.
 * @throws RadioUnreachable when the file cannot be read.
 */
export const openBrokerStream = async ({ url, ca: file }: BrokerPlace): Promise<Socket> => {
  const { protocol, hostname, port } = new URL(url);
  // An IPv6 address stands in brackets in a URL only.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (protocol === 'mqtt:') return connectTcp({ host, port: Number(port || MQTT_PORT), noDelay: true });
  const ca = file === undefined ? {} : { ca: await readAuthorities(file) };
  const socket = connectTls({
    host,
    port: Number(port || MQTTS_PORT),
    servername: isIP(host) === 0 ? host : '',
    ...ca,
  });
  return socket.setNoDelay(true);
};

const readAuthorities = async (file: string): Promise<Buffer> =>
  readFile(file).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new RadioUnreachable(`uplink.ca: ${file} cannot be read (${code})`, { cause: error });
  });
