/** Whether decrypted bytes are the content of a packet: AES-CTR has no checksum, and a wrong key gives bytes as well. */
import { toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { readMessage } from '../read-message.ts';

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Ports that the protocol has given a meaning; the ones Cotbus has names for are among them. */
const knownPorts: ReadonlySet<number> = new Set([
  ...range(1, 12),
  ...range(32, 36),
  ...range(64, 78),
  112,
  ...range(256, 257),
]);
/** Greatest value of PortNum. */
const MAX_PORT = 511;
/** Data.xeddsa_signature; from 2.8 on. */
const SIGNATURE_BYTES = 64;

/**
 * The Data of the bytes, undefined when they are hardly one. Of random bytes, fewer than one of 100 000 pass `strictly`:
 * a known port, a payload, no unknown field, a signature of the right length.
 *
 * Where the channel is known by name *and* hash, what the strict rule leaves out is read as well, when it is written
 * exactly as an encoder writes it: requests with an empty payload, private ports, fields of later versions.
 */
export const readData = (bytes: Uint8Array, rule: 'strictly' | 'exactly written'): meshtastic.Data | undefined => {
  const data = readMessage(meshtastic.DataSchema, bytes);
  if (data === undefined || !isPort(data.portnum) || !isSignature(data.xeddsaSignature)) return undefined;
  const passes = rule === 'strictly' ? isOrdinary(data) : isExact(data, bytes);
  return passes ? data : undefined;
};

const isPort = (port: number): boolean => port > 0 && port <= MAX_PORT;

const isSignature = ({ length }: Uint8Array): boolean => length === 0 || length === SIGNATURE_BYTES;

const isOrdinary = ({ portnum, payload, $unknown }: meshtastic.Data): boolean =>
  knownPorts.has(portnum) && payload.length > 0 && $unknown === undefined;

const isExact = (data: meshtastic.Data, bytes: Uint8Array): boolean => {
  const written = toBinary(meshtastic.DataSchema, data);
  return written.length === bytes.length && written.every((byte, index) => byte === bytes[index]);
};
