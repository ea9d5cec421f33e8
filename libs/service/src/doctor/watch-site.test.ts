import { createMessage } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../testing/fake-clock.ts';
import { createMemoryBroker } from '../testing/memory-bus.ts';
import { watchSite } from './watch-site.ts';

const setUp = () => {
  const clock = fakeClock();
  const broker = createMemoryBroker();
  const bus = broker.connect();
  const say = (instance: string, atMs: number, online = true) =>
    bus.publish('serviceStatus', createMessage('serviceStatus', { name: 'codec-worker', instance, online, atMs }));
  const look = async (waitMs: number) => {
    let site: Awaited<ReturnType<typeof watchSite>> | undefined;
    void watchSite(broker.connect(), clock).then((seen) => {
      site = seen;
    });
    await clock.pass(waitMs);
    return () => site;
  };
  return { clock, bus, say, look };
};

describe('looking at a site', () => {
  it('takes those with a fresh heartbeat for alive, and is done in two seconds', async () => {
    const { clock, say, look } = setUp();
    say('fresh', clock.now() - 9000);
    say('gone', 0, false);
    const site = (await look(1500))();
    expect(site?.services.map(({ status, isAlive }) => [status.instance, isAlive])).toEqual([
      ['fresh', true],
      ['gone', false],
    ]);
    expect(site?.agents).toEqual([]);
  });

  it('waits for a heartbeat of who may be dead, and tells by it how far its clock is off', async () => {
    const { clock, say, look } = setUp();
    say('behind', clock.now() - 3_600_000);
    const site = await look(5000);
    expect(site()).toBeUndefined();
    say('behind', clock.now() - 3_600_000);
    await clock.pass(1000);
    expect(site()?.services[0]).toMatchObject({ isAlive: true, clockAheadMs: -3_600_000 });
  });

  it('takes who stays silent for dead', async () => {
    const { clock, say, look } = setUp();
    say('yesterday', clock.now() - 86_400_000);
    say('tomorrow', clock.now() + 86_400_000);
    const site = (await look(14_000))();
    expect(site?.services.map(({ isAlive }) => isAlive)).toEqual([false, false]);
  });

  it('forgets what is cleared', async () => {
    const { clock, bus, say, look } = setUp();
    say('cleared', clock.now());
    const site = await look(500);
    bus.clear('serviceStatus', { name: 'codec-worker', instance: 'cleared' });
    await clock.pass(1500);
    expect(site()?.services).toEqual([]);
  });
});
