/** A serial line between a pseudo terminal and a TCP port of this machine, by socat (Debian package `socat`). */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSerialDriver } from '../serial-driver.ts';
import { until } from './radio-contract.ts';

const missing = [
  ...(spawnSync('socat', ['-V'], { stdio: 'ignore' }).status === 0 ? [] : ['socat (apt-get install socat)']),
  ...(loadSerialDriver().ok ? [] : ['the package serialport']),
];

/** Whether tests over a serial line can run here; says what is missing where they cannot. */
export const canRunSerial = missing.length === 0;
// oxlint-disable-next-line no-console -- a test that did not run should say how it would
if (!canRunSerial) console.warn(`skipped: tests over a serial line need ${missing.join(' and ')}`);

export interface SerialLine {
  /** Stable, like a link of /dev/serial/by-id: it is there while the line is plugged in. */
  readonly path: string;
  /** Appears with what listens on that TCP port behind it; it goes when that ends, and does not notice when we do. */
  plugIn(port: number): Promise<void>;
  close(): Promise<void>;
}

export const createSerialLine = (): SerialLine => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-serial-'));
  const path = join(folder, 'radio');
  let child: ChildProcess | undefined;
  const ended = async (): Promise<void> => {
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return {
    path,
    plugIn: async (port) => {
      await ended();
      // -t0: an end is an end for both directions.
      child = spawn('socat', ['-t0', `pty,raw,echo=0,link=${path}`, `tcp:127.0.0.1:${port},nodelay`], {
        stdio: 'ignore',
      });
      await until(() => {
        if (!existsSync(path)) throw new RangeError('not there yet');
      });
    },
    close: async () => {
      child?.kill();
      await ended();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
