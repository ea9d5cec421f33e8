/** What goes wrong between two ends of TLS, in words. */
import { codeOf, messageOf } from './fault.ts';
import type { CertificateFault, CertificateReason } from './fault.ts';

type Words = readonly [reason: CertificateReason, text: string];

const UNKNOWN_CA: Words = [
  'untrusted',
  'its certificate comes from an authority that is not trusted here: name its truststore or certificate as ca',
];
const NOT_TLS: Words = ['unreachable', 'what listens there does not speak TLS: check the port'];
const NO_CERTIFICATE: Words = ['refused_by_server', 'it wants a client certificate and got none: name one'];

/** By codes of Node and names of OpenSSL's errors. */
const words: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_CA],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_CA],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_CA],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_CA],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNKNOWN_CA],
  ['CERT_UNTRUSTED', UNKNOWN_CA],
  [
    'CERT_SIGNATURE_FAILURE',
    [
      'untrusted',
      'its certificate is not signed by the authority it names: the truststore is of another server, or older than its certificate',
    ],
  ],
  [
    'CERT_HAS_EXPIRED',
    [
      'expired',
      'its certificate, or that of its authority, has expired: it needs a new one, or the clock here is wrong',
    ],
  ],
  ['CERT_NOT_YET_VALID', ['not_yet_valid', 'its certificate is not valid yet: set the clock here, or there']],
  ['INVALID_PURPOSE', ['wrong_usage', 'its certificate is not one of a server']],
  ['INVALID_CA', ['untrusted', 'its certificate was signed by one that is no authority']],
  ['ERR_SSL_WRONG_VERSION_NUMBER', NOT_TLS],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', NOT_TLS],
  ['ERR_SSL_HTTP_REQUEST', NOT_TLS],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', ['refused_by_server', 'it speaks no TLS 1.2 or later']],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', ['refused_by_server', 'it speaks no TLS 1.2 or later']],
  [
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    ['refused_by_server', 'it refused the handshake: it wants a client certificate, or other ciphers'],
  ],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', NO_CERTIFICATE],
  [
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    ['refused_by_server', 'it does not know the authority of our certificate: get one from this server'],
  ],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', ['refused_by_server', 'it does not take our certificate']],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', ['refused_by_server', 'it does not take our certificate']],
  [
    'ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE',
    ['refused_by_server', 'it does not take certificates of this kind: is it one for clients?'],
  ],
  [
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    ['refused_by_server', 'our certificate has expired there: renew it, or a clock is wrong'],
  ],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED', ['refused_by_server', 'our certificate was revoked: get a new one']],
  ['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', ['refused_by_server', 'it denies access to our certificate']],
  ['ECONNREFUSED', ['unreachable', 'nothing listens there: check host and port']],
  ['ENOTFOUND', ['unreachable', 'there is no such host name']],
  ['EAI_AGAIN', ['unreachable', 'its name cannot be looked up now: is there a network?']],
  ['EHOSTUNREACH', ['unreachable', 'there is no way to it']],
  ['ENETUNREACH', ['unreachable', 'there is no network']],
  ['ETIMEDOUT', ['unreachable', 'it does not answer']],
  ['ECONNRESET', ['unreachable', 'it closed the connection: a port without TLS, or it wants a client certificate']],
  ['EPIPE', ['unreachable', 'it closed the connection']],
]);

/**
 * @param server for people: host and port
 * @returns a fault for every error, the unknown ones with their own text
 */
export const tlsFault = (error: unknown, server: string): CertificateFault => {
  const code = sslCode(error) ?? codeOf(error);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { reason: 'name_mismatch', detail: nameText(error, server) };
  const known = words.get(code);
  if (known === undefined) return { reason: 'unreachable', detail: `${server}: ${messageOf(error)}` };
  return { reason: known[0], detail: `${server}: ${known[1]}.` };
};

/** Where a write fails, Node leaves OpenSSL's own words in the message. */
const sslCode = (error: unknown): string | undefined => {
  if (codeOf(error) !== 'EPROTO') return undefined;
  const reason = /SSL routines:[^:]*:([^:]+):/.exec(messageOf(error))?.[1];
  return reason && `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
};

/** Node puts the names of the certificate into the message. */
const nameText = (error: unknown, server: string): string => {
  const names = /.*altnames: (.*)$|cert's CN: (.*)$/i.exec(messageOf(error))?.slice(1).find(Boolean);
  return `${server}: its certificate is for another name (${names ?? messageOf(error)}): call it by a name of its certificate, or say which one to expect.`;
};
