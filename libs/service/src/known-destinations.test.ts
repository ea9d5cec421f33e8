import { describe, expect, it } from 'vitest';
import { openKnownDestinations } from './known-destinations.ts';
import { fakeClock } from './testing/fake-clock.ts';
import { memoryJournals } from './testing/memory-journals.ts';
import { silentLog } from './testing/silent-log.ts';

const setUp = () => {
  const clock = fakeClock();
  const journals = memoryJournals();
  const open = async () => openKnownDestinations({ name: 'tak', journals, nonce: 1n, clock, log: silentLog() });
  return { clock, open };
};

describe('destinations of earlier starts', () => {
  it('are remembered with their ports and, of a mesh, with who carried it', async () => {
    const { clock, open } = setUp();
    const first = await open();
    first.follow(() => [
      { name: 'routes', ports: [78, 257] },
      { name: 'valley', ports: [], agents: ['7', 'hill'] },
    ]);
    await clock.pass(1000);
    await first.close();
    const second = await open();
    expect(second.all()).toEqual([
      { name: 'routes', ports: [78, 257], agents: [] },
      { name: 'valley', ports: [], agents: ['7', 'hill'] },
    ]);
    await second.close();
  });

  it('are noted anew when who carries a mesh changes, and forgotten after a day', async () => {
    const { clock, open } = setUp();
    let agents = ['hill'];
    const first = await open();
    first.follow(() => [{ name: 'valley', ports: [], agents }]);
    await clock.pass(1000);
    agents = ['ridge'];
    await clock.pass(1000);
    await first.close();
    const second = await open();
    expect(second.all()).toMatchObject([{ agents: ['ridge'] }]);
    await clock.pass(24 * 3_600_000);
    expect(second.all()).toEqual([]);
    await second.close();
  });
});
