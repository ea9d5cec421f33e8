import { describe, expect, it } from 'vitest';
import { changedSources, settingRows } from './settings.ts';

const sources = new Map([
  ['tak.listen.port', 'cotbus.yaml:3:11'],
  ['kinds.0', 'cotbus.yaml:5:3'],
  ['bus.password', 'environment:COTBUS_BUS_PASSWORD_FILE'],
]);

describe('settings for people', () => {
  it('have a row for each value, with where it came from', () => {
    const options = { tak: { listen: { port: 1, host: 'h' } }, kinds: ['chat', 'pli'], none: [], left: undefined };
    expect(settingRows(options, sources)).toEqual([
      { path: 'tak.listen.port', value: '1', source: 'cotbus.yaml:3:11', secret: false },
      { path: 'tak.listen.host', value: '"h"', source: 'default', secret: false },
      { path: 'kinds', value: '["chat","pli"]', source: 'cotbus.yaml:5:3', secret: false },
      { path: 'none', value: '[]', source: 'default', secret: false },
    ]);
  });

  it.each([
    [{ bus: { password: 'hidden' } }],
    [{ console: { tokens: { view: 'hidden' } } }],
    [{ radios: [{ uplink: { channels: [{ name: 'x', key: 'hidden' }] } }] }],
    [{ tls: { passphrase: 'hidden', caPassphrase: 'hidden', key: '/etc/hidden' } }],
    [{ url: 'mqtts://me:hidden@broker:8883' }],
    [{ url: 'mqtt://me:hid@den@broker' }],
    [{ hosts: ['tcp://hidden@a'] }],
    [{ tiles: { url: 'https://tiles/{z}/{x}/{y}.png?key=hidden' } }],
  ])('never show a secret: %j', (options) => {
    const rows = settingRows(options, sources);
    expect(JSON.stringify(rows)).not.toMatch(/hidden|hid@den/);
    expect(rows.length).toBeGreaterThan(0);
  });

  it('name a secret and where it came from', () => {
    expect(settingRows({ bus: { password: 'hidden' } }, sources)).toEqual([
      { path: 'bus.password', value: '', source: 'environment:COTBUS_BUS_PASSWORD_FILE', secret: true },
    ]);
  });

  it('stay below what the bus takes, and say that there is more', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`key${n}`, 'x'.repeat(400)]));
    const rows = settingRows(many, sources);
    expect(Buffer.byteLength(JSON.stringify(rows))).toBeLessThan(256 * 1024);
    expect(rows.at(-1)?.source).toBe('more than can be shown');
  });

  it('say what a program has changed since they were read', () => {
    const before = { tak: { listen: { port: 1 }, opex: '' }, radios: [] };
    const after = { tak: { listen: { port: 1 }, opex: 's' }, radios: [{ name: 'simulator' }] };
    expect(changedSources(before, after, sources, 'demo')).toEqual(
      new Map([...sources, ['tak.opex', 'demo'], ['radios.0.name', 'demo']]),
    );
  });
});
