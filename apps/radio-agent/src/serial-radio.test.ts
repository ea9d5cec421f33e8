import { execFileSync } from 'node:child_process';
import { createPtyLine } from '@cotbus/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSerialRadio } from './serial-radio.ts';
import { startFarEnd } from './testing/far-end.ts';
import { describeRadio } from './testing/radio-contract.ts';
import { until } from './testing/radio-scene.ts';
import { canRunSerial } from './testing/serial-line.ts';

const never = new AbortController().signal;

describeRadio(
  'a serial line',
  () => {
    const line = createPtyLine();
    const radio = createSerialRadio({ kind: 'path', path: line.path });
    return {
      plugIn: async (port) => {
        await line.plugIn(port);
        return radio;
      },
      absent: () => radio,
      close: () => line.close(),
    };
  },
  { skip: !canRunSerial },
);

describe.skipIf(!canRunSerial)('a serial radio', () => {
  const openOne = async () => {
    const far = await startFarEnd();
    const line = createPtyLine();
    onTestFinished(() => line.close());
    await line.plugIn(far.port);
    const radio = createSerialRadio({ kind: 'path', path: line.path });
    return { far, line, radio };
  };

  it('is woken before anything else is said', async () => {
    const { far, radio } = await openOne();
    const connection = await radio.open(never);
    onTestFinished(() => connection.close());
    connection.write(Uint8Array.of(1, 2));
    await until(() => expect([...far.received()]).toEqual([...Array.from({ length: 32 }, () => 0xc3), 1, 2]));
  });

  it('is one program alone: the next one is told who has it', async () => {
    const { radio } = await openOne();
    const connection = await radio.open(never);
    onTestFinished(() => connection.close());
    await expect(radio.open(never)).rejects.toThrow(/is in use by another radio of this Cotbus/);
    connection.write(Uint8Array.of(1));
  });

  it.skipIf(process.platform !== 'linux')(
    'does not drop the lines when it is closed, which would reset boards',
    async () => {
      const { line, radio } = await openOne();
      execFileSync('stty', ['-F', line.path, 'hupcl']);
      const connection = await radio.open(never);
      onTestFinished(() => connection.close());
      expect(execFileSync('stty', ['-F', line.path, '-a'], { encoding: 'utf8' })).toContain(' -hupcl');
    },
  );

  it('is not opened when it is no serial port', async () => {
    const radio = createSerialRadio({ kind: 'path', path: import.meta.filename });
    await expect(radio.open(never)).rejects.toThrow(/serial-radio\.test\.ts is no serial port$/);
  });
});

describe('a serial radio without its driver', () => {
  it('says how to get it', async () => {
    const load = () => ({ ok: false as const, reason: 'the package serialport is not installed: run …' });
    const radio = createSerialRadio({ kind: 'auto' }, { load });
    await expect(radio.open(never)).rejects.toMatchObject({
      code: 'radio_unreachable',
      message: 'the package serialport is not installed: run …',
    });
  });
});

describe('the address of a serial radio', () => {
  it.each([
    [{ kind: 'auto' } as const, 'serial auto'],
    [{ kind: 'path', path: 'COM7' } as const, 'serial COM7'],
    [{ kind: 'usb', vendor: '303a', product: '1001', serial: undefined } as const, 'serial usb:303a:1001'],
    [{ kind: 'usb', vendor: '303a', product: '1001', serial: 'F4:12' } as const, 'serial usb:303a:1001:F4:12'],
  ])('%j', (address, text) => {
    expect(createSerialRadio(address).address).toBe(text);
  });
});
