import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog } from './log.ts';
import type { LogOptions } from './log.ts';

const ESCAPE = '\u001b';

const written = (options: Partial<LogOptions> = {}): { log: ReturnType<typeof createLog>; lines: string[] } => {
  const lines: string[] = [];
  const log = createLog({
    level: 'info',
    terminal: false,
    name: 'test',
    write: (text) => lines.push(text),
    ...options,
  });
  return { log, lines };
};

describe('the log', () => {
  it('writes JSON lines with its name and the fields where nobody watches', () => {
    const { log, lines } = written();
    log.info({ link: 'tak' }, 'link.opened');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ name: 'test', level: 30, link: 'tak', msg: 'link.opened' });
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = written({ level: 'warn' });
    log.info('frame.heard');
    expect(lines).toEqual([]);
  });

  it.each(['password', 'passphrase', 'token', 'key', 'psk', 'secret'])('never shows a %s', (key) => {
    const nested = { [key]: 'hush', bus: { [key]: 'hush' }, radios: [{ [key]: 'hush', mqtt: { [key]: 'hush' } }] };
    for (const terminal of [false, true]) {
      const { log, lines } = written({ terminal });
      log.info({ ...nested, options: nested }, 'options.read');
      log.child(nested).info('service.started');
      expect(lines.join('')).not.toContain('hush');
      expect(lines.join('')).toContain('[secret]');
    }
  });

  it('colours the lines of a terminal', () => {
    const { log, lines } = written({ terminal: true });
    log.info('service.started');
    expect(lines.join('')).toContain('\u001b[36mservice.started\u001b[39m');
  });

  it('keeps the lines of a stack', () => {
    const { log, lines } = written({ terminal: true });
    log.error({ err: new TypeError('bad') }, 'handler.failed');
    expect(lines.join('').split('\n').length).toBeGreaterThan(5);
  });

  it('lets no stack steer a terminal', () => {
    const { log, lines } = written({ terminal: true });
    log.error({ err: new TypeError(`bad ${ESCAPE}[2J and \u009b2J`) }, 'handler.failed');
    expect(lines.join('')).not.toContain(`${ESCAPE}[2J`);
    expect(lines.join('')).not.toContain('\u009b');
  });

  it('lets no text from outside steer a terminal', () => {
    const strange = fc.string({ unit: fc.constantFrom('\u001b[2J', '\r', '\n', '\u009b1m', '\u202e', '\u0007', 'a') });
    fc.assert(
      fc.property(strange, (text) => {
        const { log, lines } = written({ terminal: true });
        log.info({ callsign: text, nested: { [text]: [text] } }, text);
        // What is left is the colouring of the log itself, and its own line ends.
        const plain = lines.join('').replaceAll(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), '');
        expect(plain).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
        expect(plain).not.toContain(ESCAPE);
      }),
    );
  });
});
