/** The package `serialport`: optional, native, and loaded when the first serial radio is opened. */
import { createRequire } from 'node:module';

/** An open port. Names and behaviour are those of the binding interface of serialport 13. */
export interface SerialPort {
  /** Waits for at least one byte. Rejects when the device is gone, and when the port is closed. */
  read(buffer: Buffer, offset: number, length: number): Promise<{ readonly bytesRead: number }>;
  /** One at a time. Resolves when the system has taken everything. */
  write(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** What is used of the package. Its own types are not imported: where it is not installed we compile as well. */
export interface SerialDriver {
  open(options: {
    readonly path: string;
    readonly baudRate: number;
    /** On Windows: whether DTR is asserted while the port is open. Elsewhere false leaves the bit as it is. */
    readonly hupcl: boolean;
    /** Nobody else who asks for a lock gets one. */
    readonly lock: boolean;
  }): Promise<SerialPort>;
  list(): Promise<
    readonly {
      readonly path: string;
      readonly vendorId?: string | undefined;
      readonly productId?: string | undefined;
      readonly serialNumber?: string | undefined;
      readonly manufacturer?: string | undefined;
    }[]
  >;
}

export type LoadedDriver =
  { readonly ok: true; readonly driver: SerialDriver } | { readonly ok: false; readonly reason: string };

/** Where the package, or its module for this platform, is missing: how to get it, and the way round. */
export const loadSerialDriver = (): LoadedDriver => {
  const require = createRequire(import.meta.url);
  try {
    const { SerialPort } = require('serialport') as { readonly SerialPort: { readonly binding: SerialDriver } };
    return { ok: true, driver: SerialPort.binding };
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
    return { ok: false, reason: missing ? notInstalled : noBuild };
  }
};

const wayRound = 'or offer the port on TCP with ser2net or socat and set `tcp` instead';
const notInstalled = `the package serialport is not installed: run \`npm install --include=optional\`, ${wayRound}`;
const noBuild =
  `the package serialport has no module for ${process.platform} ${process.arch}: ` +
  `run \`npm rebuild @serialport/bindings-cpp --ignore-scripts=false\` (needs a C++ compiler), ${wayRound}`;
