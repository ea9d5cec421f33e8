import { describe, expect, it } from 'vitest';
import { choosePort, parseSerialAddress } from './serial-address.ts';
import type { SerialDevice } from './serial-address.ts';

const device = (path: string, more: Partial<SerialDevice> = {}): SerialDevice => ({
  path,
  stablePath: undefined,
  vendor: '10c4',
  product: 'ea60',
  serial: '0001',
  name: 'CP2102',
  ...more,
});
const heltec = device('/dev/ttyUSB0');
const other = device('/dev/ttyUSB1', { serial: '0002' });
const station = device('/dev/ttyACM0', {
  vendor: '303a',
  product: '1001',
  serial: 'F4:12:FA:00:00:01',
  name: 'Espressif USB JTAG',
  stablePath: '/dev/serial/by-id/usb-Espressif_F4:12:FA:00:00:01-if00',
});

describe('the address of a serial device', () => {
  it.each([
    ['auto', { kind: 'auto' }],
    ['usb:303A:1001', { kind: 'usb', vendor: '303a', product: '1001', serial: undefined }],
    ['usb:303a:1001:F4:12:FA:00:00:01', { kind: 'usb', vendor: '303a', product: '1001', serial: 'F4:12:FA:00:00:01' }],
    ['COM7', { kind: 'path', path: 'COM7' }],
    ['/dev/serial/by-id/usb-Heltec-if00', { kind: 'path', path: '/dev/serial/by-id/usb-Heltec-if00' }],
  ])('%s', (text, address) => {
    expect(parseSerialAddress(text)).toEqual(address);
  });

  it.each([
    '',
    ' ',
    'Auto',
    'usb',
    'usb:303a',
    'usb:303a:10011',
    'usb:303a:1001:',
    'COM',
    'COM7x',
    '/',
    '192.168.1.50',
    'radio.local:4403',
  ])('%j is none', (text) => {
    expect(parseSerialAddress(text)).toBeUndefined();
  });
});

describe('the device that is meant', () => {
  const choose = (text: string, devices: readonly SerialDevice[]) => {
    const address = parseSerialAddress(text);
    if (address === undefined) throw new RangeError(text);
    return choosePort(address, devices);
  };

  it.each([
    ['auto', [heltec], '/dev/ttyUSB0'],
    ['usb:303a:1001', [heltec, station], '/dev/ttyACM0'],
    ['usb:10c4:ea60:0002', [heltec, other], '/dev/ttyUSB1'],
    ['usb:303a:1001:f4:12:fa:00:00:01', [station], '/dev/ttyACM0'],
    ['/dev/ttyS0', [], '/dev/ttyS0'],
  ])('%s', (text, devices, path) => {
    expect(choose(text, devices)).toEqual({ ok: true, path });
  });

  it('is not guessed among several: what can be written instead is listed', () => {
    expect(choose('auto', [heltec, station])).toEqual({
      ok: false,
      reason:
        '2 USB serial devices are plugged in; name one of them: usb:10c4:ea60:0001 (CP2102, /dev/ttyUSB0), ' +
        '/dev/serial/by-id/usb-Espressif_F4:12:FA:00:00:01-if00 (Espressif USB JTAG, /dev/ttyACM0)',
    });
    expect(choose('usb:10c4:ea60', [heltec, other, station])).toMatchObject({
      reason: expect.stringMatching(/^2 such USB devices .*:0001 .*:0002 /),
    });
  });

  it('is missing: what is there instead is listed', () => {
    expect(choose('auto', [])).toEqual({
      ok: false,
      reason: 'no radio: no USB serial device is plugged in; is the radio on, and is its cable one that carries data?',
    });
    expect(choose('usb:303a:1001', [heltec])).toMatchObject({
      reason: expect.stringContaining('there is usb:10c4:ea60:0001 (CP2102, /dev/ttyUSB0)'),
    });
  });

  it('is named by its path alone where it tells nothing of itself', () => {
    const plain = [heltec, device('/dev/ttyUSB9', { serial: undefined, name: '' })];
    expect(choose('auto', plain)).toMatchObject({
      reason: expect.stringMatching(/, usb:10c4:ea60 \(\/dev\/ttyUSB9\)$/),
    });
  });
});
