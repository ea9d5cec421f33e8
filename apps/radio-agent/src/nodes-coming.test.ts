import { fakeClock, silentLog } from '@cotbus/service/testing';
import { describe, expect, it, vi } from 'vitest';
import { createNodesComing } from './nodes-coming.ts';

describe('the node database of a radio', () => {
  const start = () => {
    const clock = fakeClock();
    const log = silentLog();
    const info = vi.spyOn(log, 'info');
    const told = (): unknown[] => info.mock.calls.map(([fields]) => fields);
    return { clock, coming: createNodesComing(clock, log), told };
  };

  it('is told of while it comes, once a second at most, and not when it is there', () => {
    const { clock, coming, told } = start();
    const link = {};
    for (let node = 0; node < 25; node += 1) {
      coming.came(link);
      clock.advance(100);
    }
    expect(told()).toEqual([{ nodes: 11 }, { nodes: 21 }]);
    expect(coming.complete(link)).toBe(25);
    clock.advance(5_000);
    coming.came(link);
    expect(told()).toHaveLength(2);
  });

  it('comes anew over a new link', () => {
    const { clock, coming, told } = start();
    coming.complete({});
    const link = {};
    coming.came(link);
    clock.advance(1_000);
    coming.came(link);
    expect(told()).toEqual([{ nodes: 2 }]);
  });

  it('that is small is not worth a word', () => {
    const { coming, told } = start();
    const link = {};
    for (let node = 0; node < 200; node += 1) coming.came(link);
    coming.complete(link);
    expect(told()).toEqual([]);
  });
});
