import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { diagnoseOpen, openFault } from './serial-faults.ts';
import type { OpenFailure } from './serial-faults.ts';
import { serialHolder } from './serial-holder.ts';

const device = {
  path: '/dev/ttyACM0',
  stablePath: undefined,
  vendor: '303a',
  product: '1001',
  serial: undefined,
  name: '',
};

describe('a serial port that cannot be opened', () => {
  it.each<[OpenFailure, RegExp]>([
    [
      { kind: 'missing', devices: [] },
      /^no radio at \/dev\/ttyUSB0: no USB serial device is plugged in; is the radio on/,
    ],
    [{ kind: 'missing', devices: [device] }, /there is usb:303a:1001 \(\/dev\/ttyACM0\)/],
    [
      { kind: 'forbidden', group: 'dialout', user: 'anna' },
      /run `sudo usermod -aG dialout anna`, then log out and in again/,
    ],
    [{ kind: 'forbidden', group: undefined, user: 'anna' }, /only the administrator of this machine may$/],
    [{ kind: 'busy', holder: 'python3 (process 12)' }, /^\/dev\/ttyUSB0 is in use by python3 \(process 12\)/],
    [{ kind: 'busy', holder: undefined }, /in use by another program \(a Meshtastic client, .*close it/],
    [{ kind: 'no_port' }, /is no serial port$/],
    [
      { kind: 'other', message: 'Input/output error' },
      /\(Input\/output error\): unplug the radio and plug it in again$/,
    ],
  ])('%j', (failure, words) => {
    expect(openFault('/dev/ttyUSB0', failure)).toMatch(words);
  });
});

describe.skipIf(process.platform === 'win32')('what lies behind the error of the driver', () => {
  const none = async () => [];

  it('is that there is no such device', async () => {
    const failure = await diagnoseOpen('/dev/nowhere', new Error('No such file or directory'), async () => [device]);
    expect(failure).toEqual({ kind: 'missing', devices: [device] });
  });

  it('is that it is locked or busy', async () => {
    for (const message of ['Error Resource temporarily unavailable Cannot lock port', 'Error: Resource busy']) {
      expect(await diagnoseOpen('/dev/null', new Error(message), none)).toMatchObject({ kind: 'busy' });
    }
  });

  it('is that it is no terminal', async () => {
    expect(await diagnoseOpen('/dev/null', new Error('Error: Inappropriate ioctl for device'), none)).toEqual({
      kind: 'no_port',
    });
  });

  it('is said in the words of the driver where nothing else shows', async () => {
    expect(await diagnoseOpen('/dev/null', new Error('Input/output error'), none)).toEqual({
      kind: 'other',
      message: 'Input/output error',
    });
  });
});

describe.skipIf(process.platform !== 'linux')('who has a device open', () => {
  it('is named by program and process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cotbus-holder-'));
    const path = join(folder, 'device');
    const file = openSync(path, 'w');
    expect(await serialHolder(path)).toMatch(/^another radio of this Cotbus/);
    const child = spawn('cat', { stdio: ['pipe', 'ignore', file] });
    onTestFinished(() => {
      child.kill();
      rmSync(folder, { recursive: true });
    });
    closeSync(file);
    expect(await serialHolder(path)).toBe(`cat (process ${child.pid}): end it`);
  });

  it('is nobody', async () => {
    expect(await serialHolder('/dev/nowhere')).toBeUndefined();
  });
});
