import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { linuxSerialDevices, serialDevices } from './serial-devices.ts';

/** Folders as the kernel shows them, with each tty at its USB interface. */
const machine = () => {
  const root = mkdtempSync(join(tmpdir(), 'cotbus-usb-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const sys = join(root, 'sys');
  const dev = join(root, 'dev');
  mkdirSync(join(sys, 'class/tty'), { recursive: true });
  mkdirSync(join(dev, 'serial/by-id'), { recursive: true });
  const plug = (tty: string, bus: string, attributes: Readonly<Record<string, string>>, node = true): void => {
    const usb = join(sys, 'devices/usb1', bus);
    mkdirSync(join(usb, `${bus}:1.0`, tty, 'tty', tty), { recursive: true });
    for (const [name, value] of Object.entries(attributes)) writeFileSync(join(usb, name), `${value}\n`);
    mkdirSync(join(sys, 'class/tty', tty));
    symlinkSync(join(usb, `${bus}:1.0`, tty), join(sys, 'class/tty', tty, 'device'));
    if (node) writeFileSync(join(dev, tty), '');
  };
  return { sys, dev, plug };
};

describe('the USB serial devices of Linux', () => {
  it('are read from the kernel, with the links that outlive a replug', async () => {
    const { sys, dev, plug } = machine();
    plug('ttyUSB0', '1-2', {
      idVendor: '10c4',
      idProduct: 'ea60',
      serial: '0001',
      manufacturer: 'Silicon Labs',
      product: 'CP2102',
    });
    plug('ttyACM0', '1-3', { idVendor: '303a', idProduct: '1001' });
    symlinkSync('../../ttyUSB0', join(dev, 'serial/by-id/usb-Silicon_Labs_CP2102_0001-if00-port0'));
    expect(await linuxSerialDevices({ sys, dev })).toEqual([
      {
        path: join(dev, 'ttyACM0'),
        stablePath: undefined,
        vendor: '303a',
        product: '1001',
        serial: undefined,
        name: '',
      },
      {
        path: join(dev, 'ttyUSB0'),
        stablePath: join(dev, 'serial/by-id/usb-Silicon_Labs_CP2102_0001-if00-port0'),
        vendor: '10c4',
        product: 'ea60',
        serial: '0001',
        name: 'Silicon Labs CP2102',
      },
    ]);
  });

  it('are those that can be opened here: not the ports of the mainboard, not what a container was not given', async () => {
    const { sys, dev, plug } = machine();
    plug('ttyS0', 'serial8250', {});
    plug('ttyUSB0', '1-2', { idVendor: '10c4', idProduct: 'ea60' }, false);
    plug('ttyACM9', 'platform', {});
    expect(await linuxSerialDevices({ sys, dev })).toEqual([]);
  });

  it('are none where there is no such list', async () => {
    expect(await linuxSerialDevices({ sys: '/nowhere', dev: '/nowhere' })).toEqual([]);
  });
});

describe.skipIf(process.platform === 'linux')('the USB serial devices of other systems', () => {
  it('are those that the driver lists with a USB id', async () => {
    const driver = {
      open: async () => Promise.reject(new RangeError('not here')),
      list: async () => [{ path: 'COM1' }, { path: 'COM7', vendorId: '303A', productId: '1001', serialNumber: 'F4' }],
    };
    expect(await serialDevices(driver)).toEqual([
      { path: 'COM7', stablePath: undefined, vendor: '303a', product: '1001', serial: 'F4', name: '' },
    ]);
  });
});
