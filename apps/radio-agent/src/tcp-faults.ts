/** What went wrong with a TCP radio, in words for who can do something about it. */

/** By the codes of Node's sockets; what is not here is said by its code alone. */
const connectFaults: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses the connection: the radio is starting, or another device has this address',
  ENOTFOUND: 'no such name on this network: try the IP address that the radio shows',
  EAI_AGAIN: 'the name cannot be looked up now: try the IP address that the radio shows',
  EHOSTUNREACH: 'not to be reached: is the radio on, and on the same network as this machine?',
  ENETUNREACH: 'this machine is not on that network',
  ECONNRESET: 'it hung up at once: the radio is starting, or another device has this address',
};
const noAnswer = 'no answer: is the radio on, and on the same network as this machine?';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Such as `no radio at 192.168.1.50:4403 (ECONNREFUSED): it refuses the connection: …`. */
export const connectFault = (place: string, error: unknown): string => {
  const code = codeOf(error);
  // Our own limit shows as an abort.
  if (code === '' || code === 'ABORT_ERR' || code === 'ETIMEDOUT') return `no radio at ${place}: ${noAnswer}`;
  const words = connectFaults[code];
  return `no radio at ${place} (${code})${words === undefined ? '' : `: ${words}`}`;
};

/** Why an open connection broke. */
export const brokenFault = (error: Error): string => {
  const code = codeOf(error);
  if (code === 'ETIMEDOUT') return 'broken (ETIMEDOUT): the radio is off, or out of reach of its network';
  return `broken (${code === '' ? error.message : code})`;
};

/** Connections in a row that the radio ended soon after it had spoken; so many are no accident. */
const RIVALRY = 3;

/**
 * Why the radio hung up, as far as it shows. It serves one client: the next one ends the connection of the one before.
 * @param shortLives connections in a row, this one included, that it ended soon after it had spoken
 */
export const hungUpFault = (shortLives: number): string =>
  shortLives < RIVALRY
    ? 'closed by the radio: it restarts, or another program or phone has connected (it serves one at a time)'
    : `closed by the radio, ${shortLives} times in a row: another program or phone keeps connecting to it, and it serves one at a time; disconnect that one`;
