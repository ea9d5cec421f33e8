/** The port to a radio: bytes both ways over one connection that dies once. Adapter: tcp-radio.ts. */

export interface RadioConnection {
  /** Bytes as they come. Called from the moment the connection is given. */
  onBytes(listener: (chunk: Uint8Array) => void): void;
  /** Queues bytes; ignored after the end. */
  write(bytes: Uint8Array): void;
  /** Resolves with why, once, when the connection has ended on either side. Never rejects. */
  readonly closed: Promise<string>;
  /** Sends what is queued, then ends it. */
  close(): Promise<void>;
}

export interface Radio {
  /** For logs and the status, such as `tcp 192.168.1.50:4403`. */
  readonly address: string;
  /** @throws Error in words when the radio cannot be reached; never later than the signal's abort. */
  open(signal: AbortSignal): Promise<RadioConnection>;
}
