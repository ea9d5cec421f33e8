import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CLOSE_TIMEOUT_MS } from './radio.ts';
import { serialConnection } from './serial-connection.ts';
import type { SerialPort } from './serial-driver.ts';

const forever = async <T>(): Promise<T> => new Promise<T>(() => {});

const portThat = (behaves: Partial<SerialPort> = {}) => {
  const close = vi.fn<() => Promise<void>>(async () => {});
  return { read: forever, write: async () => {}, ...behaves, close };
};

describe('a serial connection', () => {
  it('ends when its device is gone, even if the driver says nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cotbus-device-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'ttyUSB0');
    writeFileSync(path, '');
    const clock = fakeClock();
    const port = portThat();
    const { closed } = serialConnection(port, path, clock);
    await clock.pass(5000);
    expect(port.close).not.toHaveBeenCalled();
    rmSync(path);
    clock.advance(1000);
    await expect(closed).resolves.toMatch(/unplugged/);
    expect([port.close.mock.calls.length, clock.pending]).toEqual([1, 0]);
  });

  it.each<[string, Partial<SerialPort>]>([
    ['reading fails', { read: async () => Promise.reject(new Error('bad file descriptor')) }],
    ['reading comes to an end', { read: async () => ({ bytesRead: 0 }) }],
    ['writing fails', { write: async () => Promise.reject(new Error('Input/output error')) }],
  ])('ends when %s', async (_, behaves) => {
    const connection = serialConnection(portThat(behaves), undefined, fakeClock());
    connection.onBytes(() => {});
    connection.write(Uint8Array.of(1));
    await expect(connection.closed).resolves.toMatch(/unplugged/);
  });

  it('writes one piece at a time, and what waits as one', async () => {
    const written: number[][] = [];
    let free = (): void => {};
    const write = async (bytes: Buffer): Promise<void> => {
      written.push([...bytes]);
      await new Promise<void>((resolve) => {
        free = resolve;
      });
    };
    const clock = fakeClock();
    const connection = serialConnection(portThat({ write }), undefined, clock);
    for (const byte of [1, 2, 3]) connection.write(Uint8Array.of(byte));
    await clock.pass(0);
    expect(written).toEqual([[1]]);
    free();
    await clock.pass(0);
    expect(written).toEqual([[1], [2, 3]]);
  });

  it('is closed in time over a device that takes nothing and does not close', async () => {
    const clock = fakeClock();
    const port = portThat({ write: forever });
    port.close.mockImplementation(forever);
    const connection = serialConnection(port, undefined, clock);
    connection.write(Uint8Array.of(1));
    let done = false;
    void connection.close().then(() => (done = true));
    await clock.pass(2 * CLOSE_TIMEOUT_MS - 1);
    expect(done).toBe(false);
    await clock.pass(1);
    expect(done).toBe(true);
    await expect(connection.closed).resolves.toBe('closed by us');
  });
});
