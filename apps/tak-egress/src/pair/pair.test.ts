/** Two instances of an egress on one bus, in one process: real sockets to a server, memory for journals, a fake clock. */
import { LinkState, reasonText } from '@cotbus/contracts';
import type { ServiceStatus } from '@cotbus/contracts';
import { startService } from '@cotbus/service';
import type { Bus, JournalPlace, RunningService } from '@cotbus/service';
import { createMemoryBroker, fakeClock, memoryJournals, silentLog } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takEgress } from '../egress.ts';
import { takOptions } from '../options.ts';
import { eventResult, meshEvent } from '../testing/events.ts';
import { startTakServer } from '../testing/tak-server.ts';

const LEASE_SECONDS = 4;

interface Instance {
  readonly bus: Bus;
  readonly journals: JournalPlace;
  readonly service: RunningService;
}

const startPair = async () => {
  const clock = fakeClock();
  const broker = createMemoryBroker();
  const server = await startTakServer();
  const watcher = broker.connect();
  const statuses = new Map<string, ServiceStatus>();
  const outcomes = new Map<string, string[]>();
  await watcher.subscribe('serviceStatus', {}, (status) => status && statuses.set(status.instance, status));
  await watcher.subscribe('outcome', {}, (batch) => {
    for (const [index, { item, reason }] of (batch?.outcomes ?? []).entries()) {
      const told = outcomes.get(String(item?.seq)) ?? [];
      const line = `${batch?.incarnation}/${(batch?.firstNumber ?? 0) + index} ${reasonText(reason)}`;
      outcomes.set(String(item?.seq), told.includes(line) ? told : [...told, line]);
    }
  });
  const start = async (
    instance: 'a' | 'b',
    journals: JournalPlace = memoryJournals(),
    options: object = {},
  ): Promise<Instance> => {
    const bus = broker.connect();
    const service = await startService(takEgress, {
      options: takOptions.parse({
        listen: { enabled: false },
        links: [{ name: 'server', kind: 'tcp', host: '127.0.0.1', port: server.port, silenceSeconds: 0 }],
        pair: { instance, leaseSeconds: LEASE_SECONDS, ...options },
      }),
      bus,
      log: silentLog(),
      clock,
      random: () => 0.25,
      journals,
    });
    onTestFinished(() => service.stop());
    return { bus, journals, service };
  };
  const link = (instance: string, called: string) =>
    statuses.get(`tak.${instance}`)?.links.find(({ name }) => name === called);
  const pairLink = (instance: string) => link(instance, 'pair');
  /** Lets time pass until it is so. */
  const until = async (what: string, is: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 400; tries += 1) {
      if (is()) return;
      await clock.pass(100);
    }
    throw new Error(`not ${what}: ${JSON.stringify([pairLink('a')?.address, pairLink('b')?.lastError])}`);
  };
  const isOpen = (instance: string, role: string): boolean => {
    const link = pairLink(instance);
    return link?.address === `tak: ${role}` && link.state === LinkState.OPEN;
  };
  return {
    clock,
    broker,
    server,
    statuses,
    outcomes,
    start,
    link,
    until,
    pairLink,
    paired: (active: string, standby: string) =>
      until(`${active} and ${standby} paired`, () => isOpen(active, 'active') && isOpen(standby, 'standby')),
    hear: async (seq: number): Promise<void> => {
      watcher.publish('rxResult', eventResult({ seq, event: meshEvent({ uid: `uid-${seq}` }) }));
      await clock.pass(0);
    },
    settled: (seq: number) => until(`outcome of ${seq}`, () => outcomes.has(String(seq))),
  };
};

describe('a pair of egresses', () => {
  it('delivers once, over the one that is active', async () => {
    const pair = await startPair();
    await pair.start('a');
    await pair.start('b');
    await pair.paired('a', 'b');
    await pair.hear(1);
    await pair.settled(1);
    await pair.server.event('uid-1');
    expect(pair.server.connections).toHaveLength(1);
    expect(pair.outcomes.get('1')).toEqual([expect.stringContaining('delivered')]);
  });

  it('goes on with what waited, when the active one is cut off; that one closes its links first', async () => {
    const pair = await startPair();
    const a = await pair.start('a');
    await pair.start('b');
    await pair.paired('a', 'b');
    await pair.server.connected(1);
    await pair.server.stop();
    await pair.until('the server away', () => pair.link('a', 'server')?.state !== LinkState.OPEN);
    await pair.hear(2);
    await pair.clock.pass(1000);
    expect(pair.outcomes.has('2')).toBe(false);
    pair.broker.cut(a.bus);
    const again = await startTakServer({ port: pair.server.port });
    await pair.until('b active', () => pair.pairLink('b')?.address === 'tak: active');
    await pair.settled(2);
    await again.event('uid-2');
    expect(pair.outcomes.get('2')).toEqual([expect.stringContaining('delivered')]);
    pair.broker.reconnect();
    await pair.paired('b', 'a');
  });

  it('hands over at once when the active one is stopped', async () => {
    const pair = await startPair();
    const a = await pair.start('a');
    await pair.start('b');
    await pair.paired('a', 'b');
    await pair.hear(3);
    await pair.settled(3);
    const before = pair.clock.monotonic();
    const stopped = a.service.stop();
    await pair.until('b active', () => pair.pairLink('b')?.address === 'tak: active');
    await stopped;
    expect(pair.clock.monotonic() - before).toBeLessThan(1.5 * LEASE_SECONDS * 1000);
    await pair.hear(3);
    await pair.clock.pass(2000);
    expect(pair.outcomes.get('3')).toHaveLength(1);
  });

  it('does not begin without what the other one accepted alone, and says so', async () => {
    const pair = await startPair();
    const journals = [memoryJournals(), memoryJournals()] as const;
    const a = await pair.start('a', journals[0]);
    const b = await pair.start('b', journals[1]);
    await pair.paired('a', 'b');
    await b.service.stop();
    await b.bus.close();
    await pair.until('a alone', () => pair.pairLink('a')?.lastError.includes('no standby') === true);
    await pair.hear(4);
    await pair.settled(4);
    await a.service.stop();
    await a.bus.close();
    await pair.start('b', journals[1]);
    await pair.clock.pass(60_000);
    expect(pair.pairLink('b')).toMatchObject({ address: 'tak: standby' });
    expect(pair.pairLink('b')?.lastError).toContain('does not have everything that instance a accepted');
    await pair.start('a', journals[0]);
    await pair.paired('a', 'b');
    expect(pair.outcomes.get('4')).toHaveLength(1);
  });
});
