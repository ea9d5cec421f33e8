import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { faultText, readOptions } from './options.ts';

const radio = z.union([
  z.strictObject({ name: z.string(), tcp: z.string() }),
  z.strictObject({ name: z.string(), serial: z.string(), baud: z.number().default(115_200) }),
]);
const schema = z.strictObject({
  tak: z
    .strictObject({
      listen: z
        .strictObject({ port: z.int().min(1).max(65_535).default(8087), host: z.string().default('0.0.0.0') })
        .prefault({}),
      noFix: z.enum(['list', 'hide']).default('list'),
      relay: z.boolean().default(false),
      window: z.union([z.literal('auto'), z.number()]).default('auto'),
    })
    .prefault({}),
  radios: z.array(radio).default([]),
  labels: z.record(z.string(), z.string()).default({}),
});

const read = (text: string | undefined, env: Record<string, string | undefined> = {}) =>
  readOptions({ schema, ...(text === undefined ? {} : { yaml: { file: 'c.yaml', text } }), env, envPrefix: 'COTBUS' });

const faults = (text: string | undefined, env: Record<string, string> = {}): readonly string[] => {
  const result = read(text, env);
  return result.ok ? [] : result.faults.map(faultText);
};

describe('options', () => {
  it('may stand in a file of their own, as secrets do', () => {
    const readFile = (file: string): string | undefined => (file === '/run/secrets/port' ? '9002\n' : undefined);
    const read = (env: Record<string, string>) => readOptions({ schema, env, envPrefix: 'COTBUS', readFile });
    expect(read({ COTBUS_TAK_LISTEN_PORT_FILE: '/run/secrets/port' })).toMatchObject({
      ok: true,
      options: { tak: { listen: { port: 9002 } } },
    });
    const missing = read({ COTBUS_TAK_LISTEN_PORT_FILE: '/run/secrets/none', COTBUS_TAK_NOTHING_FILE: '/x' });
    expect(missing.ok ? [] : missing.faults.map(faultText)).toEqual([
      'environment:COTBUS_TAK_NOTHING_FILE: there is no such option',
      'environment:COTBUS_TAK_LISTEN_PORT_FILE: names a file that cannot be read',
    ]);
  });

  it('are defaults where nothing is given', () => {
    for (const text of [undefined, '', '# nothing\n', 'tak:\n', 'tak: {}\n']) {
      const result = read(text === 'tak:\n' ? 'tak: {listen: {}}' : text);
      expect(result).toMatchObject({
        ok: true,
        options: { tak: { listen: { port: 8087 }, noFix: 'list' }, radios: [] },
      });
    }
  });

  it('come from the file and the environment, which wins, and say from where', () => {
    const text = 'tak:\n  listen:\n    port: 9000\n  noFix: hide\nradios:\n  - name: north\n    tcp: 10.0.0.1\n';
    const result = read(text, {
      COTBUS_TAK_LISTEN_PORT: '9001',
      COTBUS_TAK_RELAY: 'yes',
      COTBUS_RADIOS_0_TCP: '10.0.0.2',
      COTBUS_RADIOS_1_NAME: 'south',
      COTBUS_RADIOS_1_SERIAL: '/dev/ttyUSB0',
      COTBUS_RADIOS_1_BAUD: '9600',
      COTBUS_TAK_WINDOW: '64',
      COTBUS_LABELS_SITE: 'hill',
      COTBUS_TAK_NO_FIX: '',
      PATH: '/bin',
    });
    expect(result).toEqual({
      ok: true,
      options: {
        tak: { listen: { port: 9001, host: '0.0.0.0' }, noFix: 'hide', relay: true, window: 64 },
        radios: [
          { name: 'north', tcp: '10.0.0.2' },
          { name: 'south', serial: '/dev/ttyUSB0', baud: 9600 },
        ],
        labels: { site: 'hill' },
      },
      sources: new Map([
        ['tak.listen.port', 'environment:COTBUS_TAK_LISTEN_PORT'],
        ['tak.noFix', 'c.yaml:4:10'],
        ['tak.relay', 'environment:COTBUS_TAK_RELAY'],
        ['tak.window', 'environment:COTBUS_TAK_WINDOW'],
        ['radios.0.name', 'c.yaml:6:11'],
        ['radios.0.tcp', 'environment:COTBUS_RADIOS_0_TCP'],
        ['radios.1.name', 'environment:COTBUS_RADIOS_1_NAME'],
        ['radios.1.serial', 'environment:COTBUS_RADIOS_1_SERIAL'],
        ['radios.1.baud', 'environment:COTBUS_RADIOS_1_BAUD'],
        ['labels.site', 'environment:COTBUS_LABELS_SITE'],
      ]),
    });
  });

  it('report all faults at once, each with its place', () => {
    const text = [
      'tak:',
      '  listen:',
      '    port: 70000',
      '    prt: 1',
      '  noFix: maybe',
      'radios:',
      '  - name: north',
      '    hots: 10.0.0.1',
      'colour: red',
    ].join('\n');
    expect(faults(text, { COTBUS_TAK_RELAY: 'perhaps', COTBUS_TAK_LISTEN_HOTS: 'x' })).toEqual([
      'c.yaml:4:5: tak.listen.prt: there is no such option',
      'c.yaml:8:5: radios.0.hots: there is no such option',
      'c.yaml:9:1: colour: there is no such option',
      'environment:COTBUS_TAK_LISTEN_HOTS: there is no such option',
      'c.yaml:3:11: tak.listen.port: Too big: expected number to be <=65535',
      'c.yaml:5:10: tak.noFix: Invalid option: expected one of "list"|"hide"',
      'environment:COTBUS_TAK_RELAY: tak.relay: Invalid input: expected boolean, received string',
      'c.yaml:7:5: radios.0.tcp: is missing, string expected',
    ]);
  });

  it('name the variable for what is missing or wrong without a file', () => {
    expect(faults(undefined, { COTBUS_RADIOS_1_NAME: 'south', COTBUS_TAK_LISTEN_PORT: 'many' })).toEqual([
      'environment:COTBUS_TAK_LISTEN_PORT: tak.listen.port: Invalid input: expected number, received string',
      'environment:COTBUS_RADIOS_0: radios.0: is missing, object expected',
      'environment:COTBUS_RADIOS_1_TCP: radios.1.tcp: is missing, string expected',
    ]);
  });

  it.each([
    { name: 'a key twice', text: 'tak: {}\ntak: {}\n', fault: 'c.yaml:2:1: Map keys must be unique' },
    { name: 'a tab', text: 'tak:\n\tnoFix: list\n', fault: 'c.yaml:2:1: Tabs are not allowed as indentation' },
    { name: 'an unclosed quote', text: 'tak: "x\n', fault: 'c.yaml:2:1: Missing closing "quote' },
    { name: 'an alias of nothing', text: 'tak: *nothing\n', fault: 'c.yaml:1:1: Unresolved alias' },
    {
      name: 'a second document',
      text: 'tak: {}\n---\ntak: {}\n',
      fault: 'c.yaml:2:1: Source contains multiple documents',
    },
    { name: 'a tag', text: 'tak: !secret x\n', fault: 'c.yaml:1:6: Unresolved tag: !secret' },
    { name: 'a list', text: '- tak\n', fault: 'c.yaml:1:1: must be a map of options' },
    { name: 'too much', text: `#${'x'.repeat(262_144)}`, fault: 'c.yaml:1:1: longer than 262144 bytes' },
    { name: 'too deep a list', text: '['.repeat(100_000), fault: 'c.yaml:1:1: nested too deep' },
    { name: 'too deep a list of lines', text: '- '.repeat(100_000), fault: 'c.yaml:1:1: nested too deep' },
    { name: 'too deep a key', text: '? '.repeat(100_000), fault: 'c.yaml:1:1: nested too deep' },
    {
      name: 'a bomb of aliases',
      text: Array.from(
        { length: 9 },
        (_, i) => `a${i}: &a${i} [${i === 0 ? 'x, x' : `*a${i - 1}, *a${i - 1}`}]\n`,
      ).join(''),
      fault: 'c.yaml:1:1: Excessive alias count',
    },
  ])('refuse $name', ({ text, fault }) => {
    expect(faults(text)[0]?.slice(0, fault.length)).toBe(fault);
  });

  it('may be repeated by an alias, and are things of their own then', () => {
    const text = 'labels: &l {a: x}\nradios:\n  - &r {name: north, tcp: h}\n  - *r\n';
    const result = read(text, { COTBUS_RADIOS_1_NAME: 'south' });
    expect(result).toMatchObject({
      ok: true,
      options: {
        radios: [
          { name: 'north', tcp: 'h' },
          { name: 'south', tcp: 'h' },
        ],
      },
    });
  });

  it('follow an alias to the place of a fault', () => {
    expect(faults('labels: &l\n  site: 5\ntak:\n  listen: *l\n')).toEqual([
      'c.yaml:2:3: tak.listen.site: there is no such option',
      'c.yaml:2:9: labels.site: Invalid input: expected string, received number',
    ]);
  });

  it.each([
    'COTBUS_TAK',
    'COTBUS_RADIOS_x_TCP',
    'COTBUS_RADIOS_01_TCP',
    'COTBUS_RADIOS_256_TCP',
    'COTBUS_TAKLISTEN_PORT',
    'COTBUS_',
  ])('know no variable %s', (variable) => {
    expect(faults(undefined, { [variable]: 'x' })).toEqual([`environment:${variable}: there is no such option`]);
  });

  it('keep harmful keys harmless', () => {
    expect(faults('__proto__:\n  polluted: yes\nconstructor: {prototype: {polluted: 1}}\n')).toHaveLength(2);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('never throw, whatever the file and the environment', () => {
    const outcomes: ReturnType<typeof read>[] = [];
    const piece = fc.constantFrom(
      'tak:',
      ' ',
      '\n',
      '\t',
      '- ',
      '*a',
      '&a ',
      '{',
      '}',
      '[',
      '"',
      '!x',
      '? ',
      '|',
      '__proto__: ',
      'radios:\n',
      '<<: ',
      '1',
    );
    const variable = fc.constantFrom('COTBUS_TAK_LISTEN_PORT', 'COTBUS_RADIOS_3_TCP', 'COTBUS_X', 'COTBUS_LABELS_A');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.dictionary(variable, fc.string()), (pieces, env) => {
        outcomes.push(read(pieces.join(''), env));
      }),
      { numRuns: 300 },
    );
    // Both happen, and what is refused says why.
    expect(outcomes.some(({ ok }) => ok)).toBe(true);
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.faults.length === 0)).toEqual([]);
  });
});
