/** Streams to a broker by its URL. */
import { readFileSync } from 'node:fs';
import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { ServiceError } from './service.ts';

const MQTT_PORT = 1883;
const MQTTS_PORT = 8883;
const NO_URL = { protocol: '', hostname: '', port: '' };

/** A file with the certificate authorities that a broker may come from (PEM). */
export interface AuthorityFile {
  readonly file: string;
  /** The option that names it, such as `bus.ca`. */
  readonly option: string;
}

/**
 * How to open a stream to `mqtt://host[:port]` or `mqtts://host[:port]`; over TLS the broker's certificate is verified,
 * against the authorities that Node knows when no file is named. The file is read each time, for it may be put right
 * meanwhile; when it cannot be read, opening throws ServiceError `options`.
 * @throws ServiceError `options` when the URL is neither. It is not part of the message: people write passwords into URLs.
 */
export const streamOpener = (url: string, authorities?: AuthorityFile): (() => Duplex) => {
  const { protocol, hostname, port } = URL.canParse(url) ? new URL(url) : NO_URL;
  // An IPv6 address stands in brackets in a URL only.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (protocol === 'mqtt:' && host !== '') {
    return () => connectTcp({ host, port: Number(port || MQTT_PORT), noDelay: true });
  }
  if (protocol === 'mqtts:' && host !== '') {
    const place = { host, port: Number(port || MQTTS_PORT), servername: isIP(host) === 0 ? host : '' };
    return () => connectTls({ ...place, ...(authorities && { ca: readAuthorities(authorities) }) });
  }
  throw new ServiceError('options', 'the URL of the MQTT broker must be mqtt://host:port or mqtts://host:port');
};

const readAuthorities = ({ file, option }: AuthorityFile): Buffer => {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ServiceError('options', `${option}: ${file} cannot be read (${code})`, error);
  }
};
