import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readRevocations, systemPorts } from '@cotbus/certificates';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { useCommandRun } from '../testing/command-run.ts';

const command = useCommandRun('connection-package');
const { printed, complained, run, file } = command;
// Making keys takes seconds on a small machine; one pair does for all.
let keys: ReturnType<typeof systemPorts.generateKeys>;
beforeAll(async () => {
  keys = systemPorts.generateKeys(2048);
  await keys;
});
beforeEach(() => {
  vi.spyOn(systemPorts, 'generateKeys').mockImplementation(() => keys);
});
vi.setConfig({ testTimeout: 20_000 });

const here = () => ['--folder', command.folder];

describe('cotbus connection-package', () => {
  it('writes a package and says whose it is, where to and until when', async () => {
    await run('Anna', '--host', 'base.example.org', ...here());
    expect(complained).toEqual([]);
    const path = join(command.folder, 'packages', 'Anna-atak.zip');
    expect(printed[0]).toMatch(
      new RegExp(`^${path}: Anna connects to base\\.example\\.org:8089 with it \\(TLS\\), until 20\\d\\d-`),
    );
    expect(printed.join('\n')).toMatch(/private key[\s\S]*ATAK: Import Manager/);
    expect(readFileSync(path).subarray(0, 2).toString()).toBe('PK');
    expect(statSync(path).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
  });

  it('takes client, port and file, and tells of certificates the name has already', async () => {
    const out = join(command.folder, 'for-bert.zip');
    await run('Bert', '--client', 'itak', '--host', '10.0.0.1', '--port', '9000', '--out', out, ...here());
    await run('Bert', '--client', 'wintak', '--host', '10.0.0.1', ...here());
    await run('Bert', '--host', '10.0.0.2', ...here());
    expect(printed.at(-1)).toContain('needs a restart');
    expect(existsSync(out)).toBe(true);
    expect(printed[0]).toContain('10.0.0.1:9000');
    expect(printed.join('\n')).toContain('Bert has 1 other valid certificate(s)');
    expect(existsSync(join(command.folder, 'packages', 'Bert-wintak.zip'))).toBe(true);
  });

  it('lists and revokes', async () => {
    await run('list', ...here());
    expect(printed).toEqual([expect.stringMatching(/^Nobody was given a certificate yet/)]);
    await run('Anna', '--host', '10.0.0.1', ...here());
    await run('Bert', '--host', '10.0.0.1', ...here());
    printed.length = 0;
    await run('revoke', 'Anna', ...here());
    expect(printed).toEqual([expect.stringMatching(/^Anna is shut out: 1 certificate/)]);
    expect((await readRevocations(command.folder)).fingerprints.size).toBe(1);
    await run('revoke', 'Anna', ...here());
    expect(printed.pop()).toBe('Anna was shut out before.');
    printed.length = 0;
    await run('list', ...here());
    expect(printed).toEqual([
      expect.stringMatching(/^revoked {2}until 20\d\d-\d\d-\d\d {2}([0-9A-F]{2}:){7}[0-9A-F]{2}… {2}Anna$/),
      expect.stringMatching(/^valid .* Bert$/),
    ]);
  });

  it.each([
    [[], /^bad_name: Whom is it for/],
    [['a\u001b[2J'], /^bad_name: .*control/],
    [['Anna', '--host', '::1'], /^bad_name: .*IPv6/],
    [['revoke', 'Nobody'], /^unknown_name: Nobody was given/],
  ])('refuses %j in one line', async (words, expected) => {
    await run(...words, ...here());
    expect(complained).toEqual([expect.stringMatching(expected)]);
    expect(process.exitCode).toBe(1);
  });

  it('takes the folder of the journals from the configuration, and its faults to heart', async () => {
    const config = file('c.yaml', `journals:\n  folder: ${join(command.folder, 'state')}\n`);
    await run('Anna', '--host', '10.0.0.1', '--config', config);
    expect(existsSync(join(command.folder, 'state', 'certificates', 'packages', 'Anna-atak.zip'))).toBe(true);
    await run('Anna', '--config', file('bad.yaml', 'nonsense: 1\n'));
    expect(complained[0]).toContain('nonsense');
  });
});
