import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from './faults.ts';
import { injectFaults } from './inject.ts';
import type { Hurt } from './inject.ts';

describe('injecting', () => {
  it('does each fault and undoes it', async () => {
    const done: string[] = [];
    const note =
      (what: string) =>
      (...about: unknown[]): void => {
        done.push([what, ...about].join(' '));
      };
    const hurt: Hurt = {
      kill: async (name) => note('kill')(name),
      start: async (name) => note('start')(name),
      pause: note('pause'),
      resume: note('resume'),
      cut: note('cut'),
      hold: note('hold'),
      release: note('release'),
      slow: note('slow'),
      restartBroker: async (name, ms) => note('restart')(name, ms),
      setClock: note('clock'),
      fillVolume: async (name) => note('fill')(name),
      makeRoom: async (name) => note('empty')(name),
      startAnew: async (name) => note('anew')(name),
    };
    for (const kind of FAULT_KINDS) {
      await injectFaults([{ atMs: 0, kind, target: kind, durationMs: 1 }], hurt, () => undefined);
    }
    expect(done).toEqual([
      'kill kill',
      'start kill',
      'pause pause',
      'resume pause',
      'cut cut rst',
      'hold half-open',
      'cut half-open rst',
      'release half-open',
      'restart broker-restart 1',
      'slow slow-client',
      'release slow-client',
      'clock clock-jump 3600000',
      'clock clock-jump 0',
      'restart broker-away 1',
      'fill disk-full',
      'empty disk-full',
      'kill lost-volume',
      'anew lost-volume',
    ]);
  });
});
