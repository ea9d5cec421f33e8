import { gatewayOptions } from '../options.ts';
import { faultText, readOptions } from '@cotbus/service';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstConfig } from '../site/first-config.ts';
import { sitePlan } from '../site/site-plan.ts';
import { useCommandRun } from '../testing/command-run.ts';

describe('cotbus init', () => {
  const command = useCommandRun('init');

  it.each([
    [['--compose', '--radio', 'base=auto'], 'path'],
    [['--compose', '--radio', 'base=COM7'], 'path'],
    [['--compose', '--radio', 'a=10.0.0.1', 'a=10.0.0.2'], 'two radios'],
    [['--compose', '--radio', '../x=10.0.0.1'], 'not a name'],
    [['--compose', '--radio', 'a=10.0.0.1:99999999'], 'host'],
    [['--compose', '--radio', 'a=10.0.0.1', '--folder', '../out'], 'below this folder'],
    [['--compose', '--radio', 'a=10.0.0.1', '--mesh', 'a b'], '--mesh'],
    [['--compose'], 'at least one radio'],
    [['--compose', '--central', 'hill', 'hill', '--host', 'h'], 'names that differ'],
    [['--compose', '--central', 'hill'], '--host'],
    [['--compose', '--central', 'hill', '--host', 'h', '--radio', 'a=10.0.0.1'], 'at the sites'],
    [['--compose', '--join', 'nowhere.yaml', '--radio', 'a=10.0.0.1'], 'cannot be read'],
  ])('refuses %j', async (args, why) => {
    await command.run('--folder', 'no-such-site', ...args);
    expect(process.exitCode).toBe(2);
    expect(command.complained.join('\n')).toContain(why);
  });

  it.each([
    'site: a b',
    'site: hill\naddress: "x 1"\nusername: u\npassword: p\nca: -----BEGIN CERTIFICATE-----',
    'site: hill\naddress: x:1\nusername: "u\\nconnection other"\npassword: p\nca: -----BEGIN CERTIFICATE-----',
    '- [',
  ])('takes no %j for the file of a site', async (text) => {
    const file = command.file('join.yaml', text);
    await command.run('--compose', '--folder', 'no-such-site', '--join', file, '--radio', 'a=10.0.0.1');
    expect(process.exitCode).toBe(2);
    expect(command.complained.join('\n')).toMatch(/not what cotbus init|cannot be read/);
  });
});

describe('cotbus init where another gateway was', () => {
  const command = useCommandRun('init');
  const before = process.cwd();
  beforeEach(() => process.chdir(command.folder));
  afterEach(() => process.chdir(before));
  const settings = 'gateway_callsign: MSHT-GW\nmeshtastic_port: COM7\ntak_server_host: 123.123.123\n';

  it('begins with its settings, and names what is wrong in them', async () => {
    command.file('config.yaml', settings);
    await command.run('--import', 'config.yaml', '--mesh', 'valley');
    expect(command.complained[0]).toContain('config.yaml:3:18: tak_server_host');
    await command.runWord('config', 'check');
    expect(command.printed.join()).toContain('cotbus.yaml: no faults. Radios: base (COM7)');
  });

  it('offers them', async () => {
    command.file('config.yaml', settings);
    await command.run();
    expect(command.printed.join()).toContain('init --import config.yaml');
  });

  it('says nothing of a config.yaml of something else', async () => {
    command.file('config.yaml', 'colour: red\n');
    await command.run();
    expect(command.printed.join()).not.toContain('--import');
  });

  it.each([[['--compose']], [['--radio', 'a=10.0.0.1']]])('takes the radio from there alone: %j', async (args) => {
    await command.run('--import', command.file('config.yaml', settings), ...args);
    expect([process.exitCode, command.complained.join()]).toEqual([2, expect.stringContaining('--import')]);
  });
});

describe('the first configuration', () => {
  it.each([[], [{ name: 'base', address: '10.0.0.1' }], [{ name: 'a', address: 'COM7' }]])(
    'has no faults',
    (...radios) => {
      const text = firstConfig('valley', radios);
      const read = readOptions({ schema: gatewayOptions, yaml: { file: 'c', text }, env: {}, envPrefix: 'COTBUS' });
      expect(read.ok ? [] : read.faults.map(faultText)).toEqual([]);
      expect(read.ok && read.options.radios[0]?.mesh).toBe('valley');
    },
  );
});

describe('the plan of a site', () => {
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7);
  const tls = { certificate: 'CERT', key: 'KEY', ca: '-----BEGIN CERTIFICATE-----' };

  it('gives no password to two users, and tells each site its own alone', () => {
    let last = 0;
    const counting = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(++last);
    const plan = sitePlan(
      { part: { is: 'central', sites: ['hill', 'coast'], host: 'c.example.org', tls }, mesh: 'm', radios: [] },
      counting,
    );
    const secrets = plan.filter(({ path }) => path.startsWith('secrets/'));
    expect(new Set(secrets.map(({ text }) => text)).size).toBe(secrets.length);
    const hill = plan.find(({ path }) => path === 'sites/hill.yaml');
    const password = (user: string): string =>
      secrets.find(({ path }) => path === `secrets/${user}`)?.text.trim() ?? '?';
    expect(hill?.text).toContain(password('site-hill'));
    expect(hill?.text).not.toContain(password('site-coast'));
    expect(hill?.secret).toBe(true);
  });

  it('keeps a Meshtastic device away from the bus', () => {
    const plan = sitePlan(
      { part: { is: 'all-in-one' }, mesh: 'm', radios: [{ name: 'b', address: '10.0.0.1' }] },
      random,
    );
    const access = plan.find(({ path }) => path === 'mosquitto/access')?.text ?? '';
    const lines = access.slice(access.indexOf('user meshtastic')).split('\n').slice(1).filter(Boolean);
    expect(lines).toEqual(['topic write msh/#', 'topic read msh/#']);
  });
});
