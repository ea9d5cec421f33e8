import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ConfigStep } from './config-version.ts';
import { versionOption } from './config-version.ts';
import { faultText, readOptions } from './options.ts';

const schema = z.strictObject({ version: versionOption, port: z.int().default(1), host: z.string().default('a') });

/** As if `listenPort` had been renamed `port`, and then `server` had become `host`. */
const steps: readonly ConfigStep[] = [
  ({ listenPort, ...file }) => (listenPort === undefined ? file : { ...file, port: listenPort }),
  ({ server, ...file }) => (server === undefined ? file : { ...file, host: server }),
];

const read = (text: string, someSteps?: readonly ConfigStep[]) =>
  readOptions({
    schema,
    yaml: { file: 'c.yaml', text },
    env: {},
    envPrefix: 'COTBUS',
    ...(someSteps && { steps: someSteps }),
  });

describe('the version of a configuration file', () => {
  it.each([
    ['listenPort: 5\nserver: b\n', { version: 3, port: 5, host: 'b' }],
    ['version: 1\nlistenPort: 5\n', { version: 3, port: 5, host: 'a' }],
    ['version: 2\nport: 6\nserver: b\n', { version: 3, port: 6, host: 'b' }],
    ['version: 3\nport: 7\n', { version: 3, port: 7, host: 'a' }],
  ])('an older file is read as it was meant: %j', (text, options) => {
    expect(read(text, steps)).toMatchObject({ ok: true, options });
  });

  it('a key of an older version is no key of a newer one', () => {
    expect(read('version: 3\nlistenPort: 5\n', steps)).toMatchObject({ ok: false, faults: [{ path: 'listenPort' }] });
  });

  it.each(['', 'port: 5\n', 'version: 1\nport: 5\n'])('is 1 today, and where it is left out: %j', (text) => {
    expect(read(text)).toMatchObject({ ok: true, options: { version: 1 } });
  });

  it('a newer one is refused with its line, and nothing else of the file is judged', () => {
    const answer = read('colour: red\nversion: 2\n');
    expect(answer.ok ? [] : answer.faults.map(faultText)).toEqual([
      'c.yaml:2:10: version: 2 is of a newer Cotbus, this one reads up to 1: update Cotbus, or use its own file',
    ]);
  });

  it.each(['version: 0', 'version: 1.5', 'version: old', 'version: -1', 'version: [1]'])('%s is a fault', (text) => {
    const answer = read(text, steps);
    expect(answer.ok ? [] : answer.faults.map(({ path }) => path)).toEqual(['version']);
  });
});
