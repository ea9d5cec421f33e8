import { create } from '@bufbuild/protobuf';
import { OutcomeSchema, Reason } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createCommandLine } from './command-line.ts';
import { textLine } from './commands/tail-outcomes.ts';

describe('cotbus --help', () => {
  it('says of each word what it does', () => {
    const { commands } = createCommandLine();
    expect(commands.map((command) => command.name())).toEqual([
      'up',
      'demo',
      'init',
      'config',
      'outcomes',
      'doctor',
      'identity',
      'record',
      'replay',
      'export',
      'erase',
      'encode',
      'decode',
      'air',
      'dictionaries',
      'enroll',
      'connection-package',
      'route',
      'route-package',
      'radio-agent',
      'codec-worker',
      'tak-egress',
      'route-packager',
      'console',
    ]);
    expect(commands.filter((command) => command.description() === '')).toEqual([]);
    expect(createCommandLine().helpInformation()).toContain('outcomes');
  });
});

describe('a line of cotbus outcomes', () => {
  it('says when, how, from whom, where to, what and why', () => {
    const outcome = create(OutcomeSchema, {
      atMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      reason: Reason.DUPLICATE,
      destination: 'tak',
      detail: 'of radio-1/1.0/7',
      kind: 1,
      callsign: 'ALPHA',
      node: 0xa1,
      port: 78,
    });
    expect(textLine(outcome, 'tak')).toBe(
      '03:04:05.678  duplicate           !000000a1 → tak  pli port 78  ALPHA  (of radio-1/1.0/7)',
    );
  });

  it('lets no name drive the terminal', () => {
    const outcome = create(OutcomeSchema, { reason: Reason.DELIVERED, callsign: '\u001b[2J\u202eevil\nnext' });
    // oxlint-disable-next-line no-control-regex
    expect(textLine(outcome, 'tak')).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});
