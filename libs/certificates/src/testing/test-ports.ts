/** Ports that make the same each time, from a few keys that are made once for a test file. */
import type { webcrypto } from 'node:crypto';
import type { CertificatePorts } from '../ports.ts';
import { systemPorts } from '../ports.ts';

export interface TestPorts extends CertificatePorts {
  nowMs: number;
}

const POOL = 3;
/** Made when the first test wants it: most files need one or two, and each takes a good part of a second. */
const pool: Promise<webcrypto.CryptoKeyPair>[] = [];

/** Each caller gets the keys in turn, whatever bits it asks for. */
export const createTestPorts = (nowMs = Date.UTC(2026, 10, 20, 12)): TestPorts => {
  let calls = 0;
  let bytes = 0;
  const ports: TestPorts = {
    nowMs,
    now: () => ports.nowMs,
    randomBytes: (length) => Uint8Array.from({ length }, () => (bytes = (bytes * 73 + 41) % 251)),
    generateKeys: () => (pool[calls++ % POOL] ??= systemPorts.generateKeys(2048)),
  };
  return ports;
};
