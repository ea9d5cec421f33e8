import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createPtyLine } from '@cotbus/testkit';
import { describe, expect, it } from 'vitest';
import { createMeshtasticJsRadio } from './meshtastic-js-radio.ts';
import { RadioUnreachable } from './radio.ts';
import { describeRadio } from './testing/radio-contract.ts';
import { canRunSerial } from './testing/serial-line.ts';

const host = '127.0.0.1';
const packages = new URL('../../../peers/node_modules/', import.meta.url).pathname;
const installed = existsSync(`${packages}@meshtastic/transport-node-serial`);
// oxlint-disable-next-line no-console -- a test that did not run should say how it would
if (!installed) console.warn('skipped: the driver meshtastic-js is not installed, `npm ci --prefix peers` does that');

const load = async (name: string): Promise<unknown> =>
  name === 'serialport' ? import(name) : import(pathToFileURL(`${packages}${name}/dist/mod.js`).href);

/** As docs/decisions/0012-driver-meshtastic-js.md lists them. */
const shortcomings = { faults: ['garbage'] };

describeRadio(
  'TCP with the driver meshtastic-js',
  () => ({
    plugIn: async (port) => createMeshtasticJsRadio({ kind: 'tcp', host, port }, { load }),
    absent: () => createMeshtasticJsRadio({ kind: 'tcp', host, port: 1 }, { load }),
    close: async () => {},
  }),
  { skip: !installed, shortcomings },
);

describeRadio(
  'a serial line with the driver meshtastic-js',
  () => {
    const line = createPtyLine();
    const radio = createMeshtasticJsRadio({ kind: 'serial', address: { kind: 'path', path: line.path } }, { load });
    return {
      plugIn: async (port) => {
        await line.plugIn(port);
        return radio;
      },
      absent: () => radio,
      close: () => line.close(),
    };
  },
  { skip: !installed || !canRunSerial, shortcomings },
);

describe('the driver meshtastic-js', () => {
  it('says how to get it where it is not installed', async () => {
    const radio = createMeshtasticJsRadio(
      { kind: 'tcp', host, port: 1 },
      { load: () => Promise.reject(new Error('no')) },
    );
    const attempt = radio.open(new AbortController().signal);
    await expect(attempt).rejects.toThrow(RadioUnreachable);
    await expect(attempt).rejects.toThrow(/not installed: run `npm install .*@meshtastic\/transport-node-serial`/);
  });
});
