import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { minutesText, showProgress } from './progress.ts';

const start = (isTTY: boolean) => {
  const clock = fakeClock();
  const written: string[] = [];
  let count = 0;
  const end = showProgress(() => `${(count += 1)} of 9\u001b[2J`, clock, {
    isTTY,
    write: (text) => written.push(text),
  });
  return { clock, written, end };
};

describe('progress', () => {
  it('says nothing of what is over within a second', () => {
    const { clock, written, end } = start(true);
    clock.advance(900);
    end();
    clock.advance(60_000);
    expect(written).toEqual([]);
  });

  it('writes one line anew on a terminal, and takes it away at the end', () => {
    const { clock, written, end } = start(true);
    clock.advance(2_000);
    end();
    expect(written).toEqual([
      '\r1 of 9\\u001b[2J\u001b[K',
      '\r2 of 9\\u001b[2J\u001b[K',
      '\r3 of 9\\u001b[2J\u001b[K',
      '\r\u001b[K',
    ]);
    clock.advance(60_000);
    expect(written).toHaveLength(4);
  });

  it('writes a line now and then where each stays', () => {
    const { clock, written, end } = start(false);
    clock.advance(21_000);
    end();
    expect(written).toEqual(['1 of 9\\u001b[2J\n', '2 of 9\\u001b[2J\n', '3 of 9\\u001b[2J\n']);
  });

  it.each([
    [0, '0:00'],
    [-5, '0:00'],
    [65_400, '1:05'],
    [3_600_000, '60:00'],
  ])('%d ms are %s', (ms, text) => {
    expect(minutesText(ms)).toBe(text);
  });
});
