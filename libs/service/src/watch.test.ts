import { createMessage, LinkState } from '@cotbus/contracts';
import type { MessageOf } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { fakeClock } from './testing/fake-clock.ts';
import { createMemoryBroker } from './testing/memory-bus.ts';
import { watchAgents } from './watch-agents.ts';
import { watchDestinations } from './watch-destinations.ts';
import type { DestinationWatch } from './watch-destinations.ts';

const service = (instance: string, atMs: number, { online = true, ports = [] as number[], name = instance } = {}) =>
  createMessage('serviceStatus', { name: 'tak-egress', instance, online, atMs, destination: { name, ports } });

const alive = (destinations: DestinationWatch): string[] => destinations.alive().map(({ name }) => name);

const agent = (name: string, mesh: string, atMs: number, link: LinkState = LinkState.OPEN): MessageOf<'agentStatus'> =>
  createMessage('agentStatus', { agent: name, mesh, online: true, atMs, link });

const make = async () => {
  const clock = fakeClock();
  const broker = createMemoryBroker();
  return { clock, broker, bus: broker.connect(), watcher: broker.connect() };
};

describe('watching destinations', () => {
  it('names those with a heartbeat younger than 35 s, whatever their own clock says', async () => {
    const { clock, bus, watcher } = await make();
    const destinations = await watchDestinations(watcher, clock);
    bus.publish('serviceStatus', service('tak', 1));
    bus.publish('serviceStatus', service('site', 2));
    bus.publish('serviceStatus', createMessage('serviceStatus', { name: 'console', instance: 'main', online: true }));
    await clock.pass(30_000);
    expect(alive(destinations)).toEqual(['site', 'tak']);
    bus.publish('serviceStatus', service('tak', 3));
    await clock.pass(5000);
    expect(alive(destinations)).toEqual(['tak']);
    await clock.pass(30_000);
    expect(alive(destinations)).toEqual([]);
  });

  it('drops who says offline or is cleared', async () => {
    const { clock, bus, watcher } = await make();
    const destinations = await watchDestinations(watcher, clock);
    for (const name of ['a', 'b', 'c']) bus.publish('serviceStatus', service(name, 1));
    bus.publish('serviceStatus', service('a', 2, { online: false }));
    bus.clear('serviceStatus', { name: 'tak-egress', instance: 'b' });
    await clock.pass(0);
    expect(alive(destinations)).toEqual(['c']);
  });

  it('counts a retained status from when it came, once: the same one after a reconnect is not fresh', async () => {
    const { clock, broker, bus, watcher } = await make();
    bus.publish('serviceStatus', service('tak', 1));
    await clock.pass(3_600_000);
    const destinations = await watchDestinations(watcher, clock);
    await clock.pass(34_999);
    expect(alive(destinations)).toEqual(['tak']);
    await clock.pass(1);
    expect(alive(destinations)).toEqual([]);
    broker.disconnectAll();
    broker.reconnect();
    await clock.pass(0);
    expect(alive(destinations)).toEqual([]);
    bus.publish('serviceStatus', service('tak', 2));
    await clock.pass(0);
    expect(alive(destinations)).toEqual(['tak']);
  });

  it('means frames also for who is away, for a day, until its registration is cleared', async () => {
    const { clock, bus, watcher } = await make();
    const destinations = await watchDestinations(watcher, clock, [{ name: 'before', ports: [] }]);
    for (const name of ['a', 'b']) bus.publish('serviceStatus', service(name, 1));
    bus.publish('serviceStatus', service('a', 2, { online: false }));
    bus.clear('serviceStatus', { name: 'tak-egress', instance: 'b' });
    await clock.pass(60_000);
    expect([destinations.names(78), alive(destinations)]).toEqual([['a', 'before'], []]);
    bus.publish(
      'serviceStatus',
      createMessage('serviceStatus', { name: 'tak-egress', instance: 'a', online: true, atMs: 3 }),
    );
    await clock.pass(0);
    expect([destinations.names(78), alive(destinations)]).toEqual([['a', 'before'], ['a']]);
    await clock.pass(24 * 3_600_000);
    expect(destinations.names(78)).toEqual(['before']);
  });

  it('means frames for a destination only on the ports it takes', async () => {
    const { clock, bus, watcher } = await make();
    const destinations = await watchDestinations(watcher, clock);
    bus.publish('serviceStatus', service('tak', 1));
    bus.publish('serviceStatus', service('packager', 1, { ports: [78, 257] }));
    await clock.pass(0);
    expect([destinations.names(3), destinations.names(257), alive(destinations)]).toEqual([
      ['tak'],
      ['packager', 'tak'],
      ['packager', 'tak'],
    ]);
  });

  it('knows no destination whose name cannot be a topic level', async () => {
    const { clock, bus, watcher } = await make();
    const destinations = await watchDestinations(watcher, clock);
    for (const name of ['', 'a/b', '#']) bus.publish('serviceStatus', service('tak', 1, { name }));
    await clock.pass(0);
    expect(destinations.names(78)).toEqual([]);
  });

  it('remembers 1024 services, the ones heard last', async () => {
    const { clock, bus, watcher } = await make();
    const destinations = await watchDestinations(watcher, clock);
    for (let index = 0; index < 1025; index += 1) bus.publish('serviceStatus', service(`s${index}`, 1));
    await clock.pass(0);
    expect(destinations.names(78)).toHaveLength(1024);
    expect(destinations.names(78)).not.toContain('s0');
  });
});

describe('watching agents', () => {
  it('elects the first by name whose link is open', async () => {
    const { clock, bus, watcher } = await make();
    const agents = await watchAgents(watcher, clock);
    bus.publish('agentStatus', agent('c', 'hills', 1));
    bus.publish('agentStatus', agent('b', 'hills', 1));
    bus.publish('agentStatus', agent('a', 'hills', 1, LinkState.WAITING));
    bus.publish('agentStatus', agent('d', 'coast', 1, LinkState.OPENING));
    await clock.pass(0);
    expect(agents.meshes()).toEqual(['coast', 'hills']);
    expect([agents.candidates('hills')[0], agents.candidates('coast')[0], agents.candidates('nowhere')[0]]).toEqual([
      'b',
      undefined,
      undefined,
    ]);
  });

  it('elects one that may send before one that may not', async () => {
    const { clock, bus, watcher } = await make();
    const agents = await watchAgents(watcher, clock);
    bus.publish('agentStatus', { ...agent('a', 'hills', 1), txClosed: 'direction is toTak' });
    bus.publish('agentStatus', agent('b', 'hills', 1));
    await clock.pass(0);
    expect(agents.candidates('hills')).toEqual(['b', 'a']);
  });

  it('counts on the meshes of an earlier start', async () => {
    const { clock, bus, watcher } = await make();
    const agents = await watchAgents(watcher, clock, ['hills']);
    bus.publish('agentStatus', agent('c', 'coast', 1));
    await clock.pass(0);
    expect([agents.meshes(), agents.alive()]).toEqual([['coast', 'hills'], ['coast']]);
    await clock.pass(35_000);
    expect([agents.meshes(), agents.alive()]).toEqual([['coast', 'hills'], []]);
  });

  it('counts no more on a mesh of an earlier start when all who carried it are on others: it was renamed', async () => {
    const { clock, bus, watcher } = await make();
    const carriers = new Map([
      ['hills', ['a', 'b']],
      ['coast', []],
    ]);
    const agents = await watchAgents(watcher, clock, ['hills', 'coast'], carriers);
    bus.publish('agentStatus', agent('a', 'alps', 1));
    await clock.pass(0);
    expect(agents.meshes()).toEqual(['alps', 'coast', 'hills']);
    bus.publish('agentStatus', agent('b', 'alps', 1));
    await clock.pass(0);
    expect(agents.meshes()).toEqual(['alps', 'coast']);
    expect(agents.carried()).toEqual([{ name: 'alps', ports: [], agents: ['a', 'b'] }]);
    bus.publish('agentStatus', agent('b', 'hills', 2));
    await clock.pass(0);
    expect(agents.meshes()).toEqual(['alps', 'coast', 'hills']);
  });

  it('elects another one when the heartbeat stops', async () => {
    const { clock, bus, watcher } = await make();
    const agents = await watchAgents(watcher, clock);
    bus.publish('agentStatus', agent('a', 'hills', 1));
    await clock.pass(20_000);
    bus.publish('agentStatus', agent('b', 'hills', 1));
    await clock.pass(14_999);
    expect(agents.candidates('hills')[0]).toBe('a');
    await clock.pass(1);
    expect(agents.candidates('hills')[0]).toBe('b');
    await clock.pass(20_000);
    expect([agents.candidates('hills')[0], agents.meshes()]).toEqual([undefined, ['hills']]);
  });
});
