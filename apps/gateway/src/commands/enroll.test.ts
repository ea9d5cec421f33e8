import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCommandLine } from '../command-line.ts';
import { useCommandRun } from '../testing/command-run.ts';

const command = useCommandRun('enroll');
const { printed, complained, run, file } = command;
const here = () => ['--folder', command.folder];
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A port at which nobody listens any more. */
const deadPort = async (): Promise<string> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
};

describe('cotbus enroll', () => {
  it('has no option for a password', () => {
    const enroll = createCommandLine().commands.find((one) => one.name() === 'enroll');
    expect(enroll?.options.map(({ long }) => long)).toEqual([
      '--user',
      '--port',
      '--server-name',
      '--ca',
      '--fingerprint',
      '--uid',
      '--channels',
      '--renew',
      '--config',
      '--folder',
    ]);
  });

  it('tries, and says in one line why it did not work', async () => {
    vi.stubEnv('TAK_PASSWORD', 'secret');
    await run('127.0.0.1', '--user', 'gw1', '--port', await deadPort(), ...here());
    await run(`https://127.0.0.1:${await deadPort()}/`, '--user', 'gw1', ...here());
    expect(complained.pop()).toMatch(/^unreachable: 127\.0\.0\.1:\d+: nothing listens there/);
    expect(complained).toEqual([expect.stringMatching(/^unreachable: 127\.0\.0\.1:\d+: nothing listens there/)]);
    expect([...printed, ...complained].join()).not.toContain('secret');
    expect(process.exitCode).toBe(1);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['nobody to be', ['h'], /^bad_name: As whom\?/],
    [
      'a fingerprint that is none',
      ['h', '--user', 'u', '--fingerprint', 'AB'],
      /^bad_name: --fingerprint: expected 64/,
    ],
    ['a trust store that is not there', ['h', '--user', 'u', '--ca', '/nowhere.p12'], /^no_file: \/nowhere\.p12/],
    ['nothing to renew', ['h', '--renew'], /^no_certificate: There is no certificate of h to renew/],
  ])('refuses %s', async (_, words, expected) => {
    vi.stubEnv('TAK_PASSWORD', 'secret');
    await run(...words, ...here());
    expect(complained).toEqual([expect.stringMatching(expected)]);
    expect(process.exitCode).toBe(1);
  });

  it('without a password and without a terminal it says what to set', async () => {
    vi.stubEnv('TAK_PASSWORD', '');
    await run('h', '--user', 'u', ...here());
    expect(complained).toEqual([expect.stringMatching(/^login_refused: No password: set TAK_PASSWORD/)]);
  });

  it('a trust store that is none', async () => {
    vi.stubEnv('TAK_PASSWORD', 'secret');
    const broken = file('t.p12', 'not p12');
    await run('h', '--user', 'u', '--ca', broken, ...here());
    expect(complained).toEqual([expect.stringMatching(/^not_certificates: /)]);
  });
});
