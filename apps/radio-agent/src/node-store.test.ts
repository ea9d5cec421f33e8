import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import type { MessageOf } from '@cotbus/contracts';
import { createNodeTable } from '@cotbus/meshtastic';
import { memoryJournals, testContext } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { createNodePublisher } from './node-publisher.ts';
import { openNodeStore } from './node-store.ts';

const NODE = 0x2001;
const OTHER = 0x2002;

/** One start of an agent after another, in the same folder and on the same broker. */
const agents = () => {
  const journals = memoryJournals();
  const { broker, clock } = testContext();
  const published: MessageOf<'node'>[] = [];
  const cleared: string[] = [];
  const watch = broker.connect();
  void watch.subscribe('node', {}, (state, { num }) => void (state ? published.push(state) : cleared.push(num)));
  const now = () => ({ monotonicMs: clock.monotonic(), wallMs: clock.now() });
  const start = async ({ mesh = 'valley', maxNodes = 2000 } = {}) => {
    const context = { ...testContext({ broker, clock }), journals };
    const table = createNodeTable({ agent: 'hill', mesh, maxNodes });
    const store = await openNodeStore(context, { agent: 'hill', mesh, table });
    const nodes = createNodePublisher({ agent: 'hill', bus: context.bus, clock, table, store });
    return {
      table,
      store,
      know: (num: number, longName = 'Summit') => {
        const lastHeard = Math.floor(clock.now() / 1000);
        const info = create(meshtastic.NodeInfoSchema, { num, lastHeard, user: { longName } });
        nodes.merged(num, table.info(info, now()));
      },
      changed: (num: number) => nodes.changed(num),
      state: (num: number) => table.state(num, now()),
      stop: async () => {
        nodes.close();
        await context.stop();
      },
      kill: () => {
        nodes.close();
        journals.fs.crash('written');
      },
    };
  };
  return { start, published, cleared, journals, clock };
};

describe('the nodes of an agent', () => {
  it('are there again after a restart, as old as they are by then, and published', async () => {
    const { start, published, clock } = agents();
    const first = await start();
    first.know(NODE);
    await first.stop();
    const before = published.length;
    await clock.pass(600_000);
    const second = await start();
    expect(second.state(NODE)).toMatchObject({ longName: 'Summit', heardAgeMs: 600_000 });
    await clock.pass(1000);
    expect(published.slice(before)).toMatchObject([{ num: NODE, longName: 'Summit', agent: 'hill', mesh: 'valley' }]);
    await second.stop();
  });

  it('outlive a kill five seconds after they were named', async () => {
    const { start, clock } = agents();
    const first = await start();
    first.know(NODE);
    await clock.pass(5000);
    first.kill();
    expect((await start()).state(NODE)?.longName).toBe('Summit');
  });

  it('are written again when something of them is new, and when it was heard only every five minutes', async () => {
    const { start, clock, journals } = agents();
    const first = await start();
    first.know(NODE);
    await clock.pass(5000);
    const written = journals.fs.calls('append');
    for (let second = 0; second < 240; second += 1) {
      first.know(NODE);
      await clock.pass(1000);
    }
    expect(journals.fs.calls('append')).toBe(written);
    await clock.pass(60_000);
    expect(journals.fs.calls('append')).toBe(written + 1);
    first.know(NODE, 'Renamed');
    await clock.pass(5000);
    expect(journals.fs.calls('append')).toBe(written + 2);
  });

  it('of another mesh are not taken: the radio was moved', async () => {
    const { start } = agents();
    const first = await start();
    first.know(NODE);
    await first.stop();
    const moved = await start({ mesh: 'coast' });
    expect(moved.table.nums()).toEqual([]);
    await moved.stop();
    expect((await start()).table.nums()).toEqual([]);
  });

  it('that were forgotten do not come back, on disk or on the bus', async () => {
    const { start, clock, cleared } = agents();
    const first = await start({ maxNodes: 1 });
    first.know(NODE);
    await clock.pass(5000);
    first.know(OTHER);
    await clock.pass(1000);
    expect(cleared).toEqual(['00002001']);
    await first.stop();
    expect((await start()).table.nums()).toEqual([OTHER]);
  });

  it('that stand on the bus and are known no more are cleared', async () => {
    const { start, clock, cleared, journals } = agents();
    const first = await start();
    first.know(NODE);
    await clock.pass(1000);
    await first.stop();
    journals.fs.removeFolder('/journals/nodes-hill');
    const second = await start();
    await clock.pass(1000);
    expect(cleared).toEqual(['00002001']);
    await second.stop();
  });

  it('start empty when what was kept is damaged, and are kept again', async () => {
    const { start, clock, journals } = agents();
    const first = await start();
    first.know(NODE);
    await first.stop();
    for (const path of journals.fs.paths().filter((name) => name.includes('nodes-hill'))) {
      journals.fs.damage(path, (bytes) => bytes.map((byte) => byte ^ 0x5a));
    }
    const second = await start();
    expect(second.table.nums()).toEqual([]);
    second.know(OTHER);
    await clock.pass(5000);
    await second.stop();
    expect((await start()).table.nums()).toEqual([OTHER]);
  });

  it('say which of them the radio was', async () => {
    const { start } = agents();
    const first = await start();
    expect(first.store.formerOwn).toBeUndefined();
    first.know(NODE, 'Base');
    first.table.setOwn(NODE);
    first.changed(NODE);
    await first.stop();
    expect((await start()).store.formerOwn).toBe(NODE);
  });
});
