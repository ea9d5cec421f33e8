import { create, fromBinary } from '@bufbuild/protobuf';
import { createMessage, DestinationSchema, LinkState, LinkStatusSchema, SettingListSchema } from '@cotbus/contracts';
import type { ServiceStatus } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMetrics } from './metrics.ts';
import type { Service, ServiceContext } from './service.ts';
import { startService } from './start-service.ts';
import { fakeClock } from './testing/fake-clock.ts';
import { createMemoryBroker } from './testing/memory-bus.ts';
import { memoryJournals } from './testing/memory-journals.ts';
import { silentLog } from './testing/silent-log.ts';

const make = async (start: (context: ServiceContext) => void | Promise<void> = () => {}, instance = 'tak') => {
  const clock = fakeClock();
  const broker = createMemoryBroker();
  const statuses: ServiceStatus[] = [];
  await broker.connect().subscribe('serviceStatus', {}, (status) => {
    if (status !== undefined) statuses.push(status);
  });
  let context: ServiceContext | undefined;
  const service: Service<{ instance: string }> = {
    name: 'tak-egress',
    section: 'tak',
    options: z.object({ instance: z.string() }),
    instance: (options) => options.instance,
    start: async (given) => {
      context = given;
      await start(given);
    },
  };
  const metrics = createMetrics({ process: false });
  const starting = startService(service, {
    options: { instance },
    bus: broker.connect(),
    log: silentLog(),
    clock,
    random: () => 0.5,
    journals: memoryJournals(),
    metrics,
    settings: () => [{ path: 'tak.name', value: '"tak"', source: 'default', secret: false }],
  });
  return { clock, broker, statuses, starting, metrics, context: () => context as ServiceContext };
};

describe('a service', () => {
  it('says that it is there, again every ten seconds, and offline in the end', async () => {
    const { clock, statuses, starting } = await make();
    const startedAtMs = clock.now();
    const running = await starting;
    await clock.pass(20_000);
    await running.stop();
    await clock.pass(60_000);
    expect(statuses.map(({ online, ready, atMs }) => [online, ready, atMs - startedAtMs])).toEqual([
      [true, true, 0],
      [true, true, 10_000],
      [true, true, 20_000],
      [false, false, 20_000],
    ]);
    expect(statuses[0]).toMatchObject({ name: 'tak-egress', instance: 'tak', startedAtMs, version: '0.1.0' });
    expect(clock.pending).toBe(0);
  });

  it('publishes changes at once, and those within a second together', async () => {
    const { clock, statuses, starting, context } = await make();
    await starting;
    await clock.pass(5000);
    const { status } = context();
    status.setLink(create(LinkStatusSchema, { name: 'server', state: LinkState.OPENING }));
    status.setLink(create(LinkStatusSchema, { name: 'server', state: LinkState.OPEN }));
    status.setLink(create(LinkStatusSchema, { name: 'udp', state: LinkState.OPEN }));
    status.removeLink('udp');
    status.removeLink('never there');
    await clock.pass(999);
    expect(statuses).toHaveLength(2);
    await clock.pass(1);
    expect(statuses).toHaveLength(3);
    expect(statuses[1]?.links[0]?.state).toBe(LinkState.OPENING);
    expect(statuses[2]?.links).toMatchObject([{ name: 'server', state: LinkState.OPEN }]);
  });

  it('registers as a destination at once, and not when it has stopped', async () => {
    const { clock, statuses, starting, context } = await make();
    const running = await starting;
    context().status.setDestination(create(DestinationSchema, { name: 'tak' }));
    await clock.pass(0);
    expect(statuses.map(({ destination }) => destination?.name)).toEqual([undefined, 'tak']);
    await running.stop();
    context().status.setDestination(create(DestinationSchema, { name: 'late' }));
    await clock.pass(60_000);
    expect(statuses.map(({ online }) => online)).toEqual([true, true, false]);
  });

  it('has random bits of its own for each start', async () => {
    const nonces = new Set<bigint>();
    for (let start = 0; start < 3; start += 1) {
      const { starting, context } = await make();
      await starting;
      nonces.add(context().nonce);
    }
    expect(nonces.size).toBe(3);
  });

  it('is not ready for as long as it has a fault', async () => {
    const { clock, statuses, starting, context } = await make(({ status }) => status.setFault('radio', 'radio: away'));
    const running = await starting;
    await clock.pass(1000);
    expect([running.faults(), statuses.at(-1)?.ready, statuses.at(-1)?.faults]).toEqual([
      ['radio: away'],
      false,
      ['radio: away'],
    ]);
    context().status.setFault('radio', undefined);
    await clock.pass(1000);
    expect([running.faults(), statuses.at(-1)?.ready, statuses.at(-1)?.faults]).toEqual([[], true, []]);
  });

  it('is not ready without the bus, and says where it is when the bus is back', async () => {
    const { clock, broker, statuses, starting } = await make();
    const running = await starting;
    broker.disconnectAll();
    expect(running.faults()).toEqual(['bus: not connected']);
    await clock.pass(5000);
    statuses.length = 0;
    broker.reconnect();
    await clock.pass(0);
    expect(statuses.at(-1)).toMatchObject({ online: true, ready: true, atMs: clock.now() });
  });

  it('counts, in the status and in the metrics', async () => {
    const { clock, statuses, starting, metrics, context } = await make();
    await starting;
    context().status.count('events_written_total');
    context().status.count('events_written_total', 2);
    await clock.pass(10_000);
    expect(statuses.at(-1)?.counters).toEqual({ events_written_total: 3 });
    expect(await metrics.metrics()).toContain('cotbus_events_written_total{service="tak-egress",instance="tak"} 3');
  });

  it('closes what it opened, last first, whatever fails or hangs, then says offline', async () => {
    const closed: string[] = [];
    const { clock, statuses, starting } = await make((context) => {
      context.onStop('first', () => {
        closed.push(`first, aborted: ${context.signal.aborted}`);
      });
      context.onStop('hanging', async () => {
        closed.push('hanging');
        await new Promise(() => {});
      });
      context.onStop('failing', () => {
        closed.push('failing');
        throw new TypeError('close failed');
      });
      context.onStop('last', async () => {
        closed.push('last');
      });
    });
    const running = await starting;
    const stopped = Promise.all([running.stop(), running.stop()]);
    await clock.pass(999);
    expect(closed).toEqual(['last', 'failing', 'hanging']);
    await clock.pass(1);
    await stopped;
    await clock.pass(0);
    expect(closed.at(-1)).toBe('first, aborted: true');
    expect([statuses.at(-1)?.online, clock.pending]).toEqual([false, 0]);
  });

  it('closes at once what is registered while it stops', async () => {
    const { clock, starting, context } = await make();
    const running = await starting;
    await running.stop();
    let closed = false;
    context().onStop('late', () => {
      closed = true;
    });
    await clock.pass(0);
    expect(closed).toBe(true);
  });

  it('closes what it had opened when it cannot start', async () => {
    let closed = false;
    const { clock, statuses, starting } = await make((context) => {
      context.onStop('link', () => {
        closed = true;
      });
      throw new TypeError('cannot');
    });
    await expect(starting).rejects.toThrow('cannot');
    await clock.pass(60_000);
    expect([closed, statuses.at(-1)?.online, clock.pending]).toEqual([true, false, 0]);
  });

  it.each(['', 'a/b', '#', 'a b'])('does not start under the name %j', async (instance) => {
    const { starting } = await make(() => {}, instance);
    await expect(starting).rejects.toMatchObject({ code: 'options' });
  });

  it('says what it was told to who asks for it, and not for another program of its name', async () => {
    const { broker, starting } = await make();
    await starting;
    const asker = broker.connect();
    const replies: string[] = [];
    await asker.subscribe('reply', {}, (reply, { id }) => {
      const [setting] = fromBinary(SettingListSchema, reply?.bytes ?? new Uint8Array()).settings;
      replies.push(`${id} ${setting?.path} ${setting?.value} ${setting?.source}`);
    });
    for (const [id, service] of [
      ['first', 'tak-egress'],
      ['first', 'tak-egress'],
      ['second', 'radio-agent'],
    ] as const) {
      asker.publish(
        'command',
        createMessage('command', { id, target: 'tak', verb: 'settings', arguments: { service } }),
      );
    }
    await new Promise(setImmediate);
    expect(replies).toEqual(['first tak.name "tak" default']);
  });
});
