import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from './read-config.ts';

describe('the configuration', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cotbus-config-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (text: string): string => {
    const file = join(folder, 'cotbus.yaml');
    writeFileSync(file, text);
    return file;
  };

  it('needs nothing', () => {
    const config = readConfig(undefined, {});
    expect(config.ok && config.options).toMatchObject({
      radios: [],
      tak: { listen: { host: '127.0.0.1', port: 8087 }, udp: [] },
      console: { host: '127.0.0.1', port: 8080 },
      bus: { listen: { host: '127.0.0.1', port: 1883 } },
    });
  });

  it('names all faults at once, with line and column', () => {
    const file = write(
      'radios:\n  - name: a b\n    tcp: x\n  - name: up\n    tcp: y\n    tmo: 1\nconsole: {port: high}\n',
    );
    const config = readConfig(file, { COTBUS_LOG_LEVEL: 'loud' });
    const places = config.ok ? [] : config.faults.map((fault) => fault.replace(folder, '').split(': ')[0]);
    expect(places.toSorted()).toEqual([
      '/cotbus.yaml:2:11',
      '/cotbus.yaml:6:5',
      '/cotbus.yaml:7:17',
      'environment:COTBUS_LOG_LEVEL',
    ]);
  });

  it('refuses two radios of one name', () => {
    const config = readConfig(write('radios: [{tcp: x}, {tcp: y}]'), {});
    expect(config.ok ? [] : config.faults).toEqual([expect.stringContaining('"radio-1" names two radios')]);
  });

  it('refuses a pair around a broker of its own', () => {
    const config = readConfig(write('tak: {pair: {instance: a}}'), {});
    expect(config.ok ? [] : config.faults).toEqual([expect.stringContaining('both of a pair need the same broker')]);
  });

  it('says that a file that was named is not there', () => {
    const config = readConfig(join(folder, 'nothing.yaml'), {});
    expect(config.ok ? [] : config.faults).toEqual([expect.stringContaining('cannot be read')]);
  });

  it('is read from the environment, too', () => {
    const config = readConfig(undefined, {
      COTBUS_RADIOS_0_TCP: '10.0.0.9',
      COTBUS_TAK_LISTEN_PORT: '18087',
      PATH: '/',
    });
    expect(config.ok && config.options).toMatchObject({
      radios: [{ tcp: '10.0.0.9', name: 'radio-1' }],
      tak: { listen: { port: 18087 } },
    });
  });
});
