import { readFileSync } from 'node:fs';
import { faultText, readOptions } from '@cotbus/service';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatewayOptions } from '../options.ts';
import { takLinks } from '@cotbus/tak-egress';
import { useCommandRun } from '../testing/command-run.ts';
import { importConfig, looksImportable } from './import-config.ts';

/** The file as the WinTAK Meshtastic gateway comes with it, blank at the end of a line included. */
const AS_IT_COMES = [
  'gateway_callsign: MSHT-GW',
  'gateway_uid: GW-01',
  'meshtastic_port: COM7',
  '# Enter your remote TAK Server IP here',
  'tak_server_host: 123.123.123 ',
  '# IMPORTANT: Port 8088 is used for this specific bridge',
  'tak_server_port: 8088',
  'tak_server_protocol: TCP',
  'sync_interval_seconds: 300',
  '',
].join('\n');

const ours = (text: string) => {
  const read = readOptions({ schema: gatewayOptions, yaml: { file: 'ours', text }, env: {}, envPrefix: 'COTBUS' });
  if (!read.ok) throw new Error(read.faults.map(faultText).join('\n'));
  return read.options;
};

const imported = (text: string) => {
  const answer = importConfig('config.yaml', text, 'valley');
  if (!answer.ok) throw new Error(answer.faults.join('\n'));
  return { ...answer, options: ours(answer.text) };
};

describe('the configuration of the WinTAK gateway', () => {
  it('is imported as it comes, and the address that is none is named with its line', () => {
    const { options, faults, unknown, text } = imported(AS_IT_COMES);
    expect(faults).toEqual([
      'config.yaml:5:18: tak_server_host: 123.123.123 is no address: four numbers with dots are, or a name',
    ]);
    expect(unknown).toEqual([]);
    expect(options.radios).toMatchObject([{ name: 'base', mesh: 'valley', serial: 'COM7' }]);
    expect(options.tak).toMatchObject({
      identity: { callsign: 'MSHT-GW', uid: 'GW-01' },
      syncIntervalSeconds: 300,
      links: [{ name: 'wintak', kind: 'udp', host: '127.0.0.1', port: 4242 }],
    });
    expect(options.worker.nodes).toMatchObject({ uid: 'ID-{hex}', team: 'Cyan', noFix: 'list', teamSuffix: false });
    // The server waits in the file for its address.
    expect(text).toContain('    # - name: server\n    #   kind: tcp');
  });

  it('has its server once the address is put right', () => {
    const { options, faults } = imported(AS_IT_COMES.replace('123.123.123 ', '123.123.123.1'));
    expect(faults).toEqual([]);
    expect(takLinks(options.tak)).toMatchObject([
      { name: 'wintak' },
      { name: 'server', kind: 'tcp', host: '123.123.123.1', port: 8088 },
    ]);
  });

  it.each([
    ['meshtastic_port: /dev/ttyUSB0', { radios: [{ serial: '/dev/ttyUSB0' }] }],
    ['meshtastic_port: 192.168.1.50', { radios: [{ tcp: '192.168.1.50' }] }],
    ['gateway_uid: GW-01', { radios: [{ serial: 'auto' }] }],
    [
      'tak_server_host: tak.example.org\ntak_server_protocol: udp\ntak_server_port: "4242"',
      {
        tak: { links: [{}, { host: 'tak.example.org', kind: 'udp', port: 4242 }] },
      },
    ],
    ['gateway_callsign: "# 1: x"', { tak: { identity: { callsign: '# 1: x' } } }],
    ['gateway_callsign: 007', { tak: { identity: { callsign: '7' } } }],
    ['\uFEFFgateway_callsign: X\r\nmeshtastic_port: COM3\r\n', { radios: [{ serial: 'COM3' }] }],
  ])('%j', (text, wanted) => {
    expect(imported(text)).toMatchObject({ faults: [], options: wanted });
  });

  it('drops nothing in silence: every value that is no good and every key of nobody is named and stands in the file', () => {
    const { faults, unknown, text } = imported(
      [
        'gateway_callsign: [a]',
        'meshtastic_port: "a b"',
        'tak_server_host: 1.2',
        'tak_server_port: 70000',
        'tak_server_protocol: SCTP',
        'sync_interval_seconds: -5',
        'mesh_filter: {team: Black}',
        '"odd\\nkey": "a\\u001b[2Jb"',
      ].join('\n'),
    );
    expect(faults.map((fault) => fault.split(':').slice(0, 4).join(':'))).toEqual([
      'config.yaml:1:19: gateway_callsign',
      'config.yaml:2:18: meshtastic_port',
      'config.yaml:3:18: tak_server_host',
      'config.yaml:4:18: tak_server_port',
      'config.yaml:5:22: tak_server_protocol',
      'config.yaml:6:24: sync_interval_seconds',
    ]);
    expect(unknown).toEqual([
      'config.yaml:7:1: mesh_filter: nothing here corresponds to it',
      'config.yaml:8:1: odd\\u000akey: nothing here corresponds to it',
    ]);
    for (const fault of faults) expect(text).toContain(fault);
    expect(text).toContain('mesh_filter: {"team":"Black"}');
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/\u001b/);
  });

  it.each([
    ['a: [', 'config.yaml:1'],
    ['- a', 'must be a map'],
    ['', 'none of the keys'],
    ['tak: {}', 'none of the keys'],
    ['gateway_uid: a\ngateway_uid: b', 'config.yaml:2:1'],
  ])('%j is refused with words', (text, why) => {
    const answer = importConfig('config.yaml', text, 'm');
    expect(answer.ok ? '' : answer.faults.join()).toContain(why);
  });

  it('becomes a file of ours whatever stands in it', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.constant(null),
      fc.array(fc.string()),
      fc.boolean(),
    );
    const key = fc.constantFrom('gateway_callsign', 'gateway_uid', 'meshtastic_port', 'tak_server_host', 'x');
    const radios = new Set<number>();
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1 }), (file) => {
        const answer = importConfig('c', JSON.stringify({ ...file, sync_interval_seconds: 60 }), 'm');
        radios.add(answer.ok ? ours(answer.text).radios.length : 0);
      }),
      { numRuns: 25 },
    );
    expect([...radios]).toEqual([1]);
  });

  it.each([
    [AS_IT_COMES, true],
    ['tak:\n  listen: {}\n', false],
  ])('is told from ours', (text, is) => {
    expect(looksImportable(text)).toBe(is);
  });
});

describe('cotbus config import', () => {
  const command = useCommandRun('config');

  it('writes a file that config check finds no fault in, and never over one that is there', async () => {
    const file = command.file('config.yaml', AS_IT_COMES);
    const out = `${command.folder}/ours.yaml`;
    await command.run('import', file, '--mesh', 'valley', '--out', out);
    expect(process.exitCode).toBeUndefined();
    expect(command.complained.join('\n')).toContain('config.yaml:5:18: tak_server_host');
    await command.runWord('config', 'check', out);
    expect(command.complained).toEqual([]);
    const before = readFileSync(out, 'utf8');
    await command.run('import', file, '--out', out);
    expect(process.exitCode).toBe(2);
    expect(readFileSync(out, 'utf8')).toBe(before);
  });

  it('prints it, too', async () => {
    await command.run('import', command.file('config.yaml', AS_IT_COMES), '--out', '-');
    expect(ours(command.printed.join('\n')).radios).toHaveLength(1);
  });

  it('says what it cannot read', async () => {
    await command.run('import', `${command.folder}/nothing.yaml`);
    expect(process.exitCode).toBe(1);
    expect(command.complained.join()).toContain('cannot be read');
  });
});
