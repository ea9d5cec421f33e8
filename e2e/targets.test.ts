import { describe, expect, it } from 'vitest';
import { namesOf, targetsOf } from './targets.ts';
import type { Topology } from './topology.ts';

const topology: Omit<Topology, 'seed'> = {
  shape: 'site',
  agents: 2,
  meshes: 1,
  workers: 2,
  egresses: 2,
  clients: 2,
  airSpeed: 1,
  durable: false,
  faults: [],
};

describe('the targets', () => {
  it('are processes, or the links of processes; of several clients the first is spared', () => {
    const targets = targetsOf(namesOf({ ...topology, seed: 1 }), { ...topology, seed: 1 });
    expect(targets.kill).toEqual(['routes', 'worker-1', 'worker-2', 'tak-1', 'tak-2', 'radio-1', 'radio-2']);
    expect(targets.cut).toContain('radio:radio-2');
    expect(targets['slow-client']).toEqual(['tak:tak-1:2', 'tak:tak-2:2']);
    expect(targets['lost-volume']).toEqual(['tak-1', 'tak-2', 'radio-1', 'radio-2']);
  });

  it('are bridges and brokers where there are sites, and the gateway alone in one process', () => {
    const of = (shape: Topology['shape']) =>
      targetsOf(namesOf({ ...topology, shape, seed: 1 }), { clients: 2, seed: 1 });
    expect(of('sites').cut).toEqual(expect.arrayContaining(['bridge:hill', 'bridge:coast', 'tak:tak-hill:server']));
    expect(of('sites')['broker-restart']).toHaveLength(3);
    expect(of('one-process').kill).toEqual(['gateway']);
    expect(of('one-process')['broker-restart']).toEqual([]);
    expect(of('one-process').cut.filter((name) => name.startsWith('bus:'))).toEqual([]);
  });

  it('have one wrong clock in a run, of each process in some run', () => {
    const clocks = [1, 2, 3, 4, 5, 6].map(
      (seed) => targetsOf(namesOf({ ...topology, seed }), { ...topology, seed })['clock-jump'],
    );
    expect(clocks.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set(clocks.flat()).size).toBe(6);
  });
});
