/**
 * The port to a radio: bytes both ways over one connection that dies once. Adapters: tcp-radio.ts, serial-radio.ts; the fake
 * is testing/fake-radio.ts. All of them pass testing/radio-contract.ts.
 */

export interface RadioConnection {
  /** Bytes as they come, what came since it was opened included. To be called once, in the turn the connection is given. */
  onBytes(listener: (chunk: Uint8Array) => void): void;
  /** Queues bytes; ignored after the end. */
  write(bytes: Uint8Array): void;
  /** Resolves with why, in words, once, when the connection has ended on either side. Never rejects. */
  readonly closed: Promise<string>;
  /** Sends what is queued, then ends it. A radio that takes nothing holds it up for at most twice CLOSE_TIMEOUT_MS. */
  close(): Promise<void>;
  /** What to look at when nothing that is a message comes over it, in words: `the radio does not answer: …`. */
  readonly ifSilent: string;
}

export interface Radio {
  /** For logs and the status, such as `tcp 192.168.1.50:4403` or `serial usb:303a:1001`. */
  readonly address: string;
  /**
   * A new connection each time; a dead one is never opened again.
   * @throws RadioUnreachable when there is none within OPEN_TIMEOUT_MS, and soon after the signal's abort.
   */
  open(signal: AbortSignal): Promise<RadioConnection>;
}

/** The radio cannot be reached; the message says where, why, and what to do about it. */
export class RadioUnreachable extends Error {
  readonly code = 'radio_unreachable';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RadioUnreachable';
  }
}

/** A radio at hand answers at once; one that is switched off never does. */
export const OPEN_TIMEOUT_MS = 10_000;
/** The radio is given this long to take our last words. */
export const CLOSE_TIMEOUT_MS = 500;
/** The radio reads slowly or not at all beyond this: the connection is given up rather than memory. */
export const MAX_QUEUED_BYTES = 64 * 1024;

/** Why a connection ended, where every adapter says the same. */
export const closedByUs = 'closed by us';
export const readsNothing = 'the radio reads nothing';
