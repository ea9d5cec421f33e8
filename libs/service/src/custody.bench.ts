/** What custody costs: the same thousand items over the same bus, with journals, receipts and outcomes, and without. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessage } from '@cotbus/contracts';
import type { Item } from '@cotbus/contracts';
import { bench, describe } from 'vitest';
import { systemClock } from './clock.ts';
import { openCustodyOrigin } from './custody-origin.ts';
import { openCustodySink } from './custody-sink.ts';
import { nodeJournalFs } from './journal/node-journal-fs.ts';
import { createMemoryBroker } from './testing/memory-bus.ts';
import { silentLog } from './testing/silent-log.ts';

const ITEMS = 1000;
/** A frame with what is known of its sender. */
const PAYLOAD = new Uint8Array(300).fill(7);
const common = { clock: systemClock, log: silentLog(), nonce: 1n };

const resultOf = (item: Item) => createMessage('rxResult', { item, kind: 1, result: { case: undefined } });

describe('a thousand items from origin to sink', () => {
  const broker = createMemoryBroker();
  const [from, to] = [broker.connect(), broker.connect()];
  let heard = 0;
  let wanted = 0;
  let done = (): void => {};
  const count = (): void => {
    heard += 1;
    if (heard === wanted) done();
  };
  const all = (): Promise<void> =>
    new Promise((resolve) => {
      heard = 0;
      wanted = ITEMS;
      done = resolve;
    });

  bench(
    'without custody',
    async () => {
      const arrived = all();
      for (let n = 0; n < ITEMS; n += 1)
        from.publish(
          'frameHeard',
          createMessage('frameHeard', { item: { id: { origin: 'r', seq: n + 1 } }, port: 78, payload: PAYLOAD }),
        );
      await arrived;
    },
    { setup: async () => to.subscribe('frameHeard', {}, count) },
  );

  let folder = '';
  let accept = (): void => {};
  bench(
    'with custody, journals on disk',
    async () => {
      const arrived = all();
      for (let n = 0; n < ITEMS; n += 1) accept();
      await arrived;
    },
    {
      setup: async () => {
        folder = mkdtempSync(join(tmpdir(), 'cotbus-bench-'));
        const journals = { folder, durable: false, fs: nodeJournalFs };
        const sink = await openCustodySink({
          ...common,
          name: 'a',
          journals,
          bus: to,
          hand: ({ id }) => sink.settle(id, { reason: 'delivered', detail: '' }),
          ended: count,
          endedBefore: () => undefined,
        });
        await sink.begin();
        await to.subscribe('rxResult', {}, (result) => result && sink.take(result.item, PAYLOAD));
        const origin = await openCustodyOrigin({
          ...common,
          name: 'r',
          journals,
          bus: from,
          random: Math.random,
          alive: () => new Map([['a', ['a']]]),
          publish: (item) => from.publish('rxResult', resultOf(item)),
          ended: () => undefined,
          endedBefore: () => undefined,
        });
        accept = () => origin.accept({ payload: PAYLOAD, destinations: ['a'] });
      },
      teardown: () => rmSync(folder, { recursive: true, force: true }),
    },
  );
});
