/** Streams to a broker by its URL. */
import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { ServiceError } from './service.ts';

const MQTT_PORT = 1883;
const MQTTS_PORT = 8883;
const NO_URL = { protocol: '', hostname: '', port: '' };

/**
 * How to open a stream to `mqtt://host[:port]` or `mqtts://host[:port]`; over TLS the broker's certificate is verified.
 * @throws ServiceError `options` when the URL is neither. It is not part of the message: people write passwords into URLs.
 */
export const streamOpener = (url: string): (() => Duplex) => {
  const { protocol, hostname, port } = URL.canParse(url) ? new URL(url) : NO_URL;
  // An IPv6 address stands in brackets in a URL only.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (protocol === 'mqtt:' && host !== '') {
    return () => connectTcp({ host, port: Number(port || MQTT_PORT), noDelay: true });
  }
  if (protocol === 'mqtts:' && host !== '') {
    return () => connectTls({ host, port: Number(port || MQTTS_PORT), servername: isIP(host) === 0 ? host : '' });
  }
  throw new ServiceError('options', 'the URL of the MQTT broker must be mqtt://host:port or mqtts://host:port');
};
