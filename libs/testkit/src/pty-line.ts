/** A serial line between a pseudo terminal and a TCP port of this machine, by socat (Debian package `socat`). */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const WAIT_MS = 4000;
const LOOK_MS = 5;

/** Whether there is a socat. */
export const hasSocat = (): boolean => spawnSync('socat', ['-V'], { stdio: 'ignore' }).status === 0;

export interface PtyLine {
  /** Stable, like a link of /dev/serial/by-id: it is there while the line is plugged in. */
  readonly path: string;
  /**
   * Appears with what listens on that TCP port behind it; it goes when that ends, and does not notice when we do.
   * @throws Error when it does not appear.
   */
  plugIn(port: number): Promise<void>;
  /** As a cable that is pulled out: the device is gone at once. */
  unplug(): Promise<void>;
  close(): Promise<void>;
}

export const createPtyLine = (): PtyLine => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-serial-'));
  const path = join(folder, 'radio');
  let child: ChildProcess | undefined;
  const ended = async (): Promise<void> => {
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  const unplug = async (): Promise<void> => {
    child?.kill();
    await ended();
  };
  return {
    path,
    plugIn: async (port) => {
      await ended();
      // -t0: an end is an end for both directions.
      child = spawn('socat', ['-t0', `pty,raw,echo=0,link=${path}`, `tcp:127.0.0.1:${port},nodelay`], {
        stdio: 'ignore',
      });
      for (let waitedMs = 0; !existsSync(path); waitedMs += LOOK_MS) {
        if (waitedMs > WAIT_MS) throw new Error(`socat made no ${path}`);
        await delay(LOOK_MS);
      }
    },
    unplug,
    close: async () => {
      await unplug();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
