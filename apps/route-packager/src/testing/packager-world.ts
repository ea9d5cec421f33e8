/** A packager on a memory bus with a fake clock, its packages in a real folder. */
import { createMessage, Kind, reasonText } from '@cotbus/contracts';
import type { CotEvent, MessageOf, Outcome, Receipt, Reply, RxResult, ServiceStatus } from '@cotbus/contracts';
import { startService } from '@cotbus/service';
import type { JournalPlace } from '@cotbus/service';
import { createMemoryBroker, fakeClock, memoryJournals, silentLog } from '@cotbus/service/testing';
import { onTestFinished, vi } from 'vitest';
import { packagerOptions } from '../options.ts';
import { routePackager } from '../packager.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface WorldOptions {
  readonly options?: object;
  /** Of an earlier life; fresh ones if left out. */
  readonly journals?: JournalPlace;
  readonly clock?: ReturnType<typeof fakeClock>;
}

export const startPackager = async ({ options = {}, ...given }: WorldOptions = {}) => {
  const clock = given.clock ?? fakeClock();
  const journals = given.journals ?? { ...memoryJournals(), folder: temporaryFolder() };
  const broker = createMemoryBroker();
  const bus = broker.connect();
  const outcomes: Outcome[] = [];
  const receipts: Receipt[] = [];
  const notices = new Map<string, MessageOf<'route'>>();
  let noticeCount = 0;
  const replies: Reply[] = [];
  let status: ServiceStatus | undefined;
  await bus.subscribe('serviceStatus', {}, (said) => {
    status = said;
  });
  await bus.subscribe('outcome', { owner: 'routes' }, (batch) => outcomes.push(...(batch?.outcomes ?? [])));
  await bus.subscribe('receipt', {}, (receipt) => receipt && receipts.push(receipt));
  await bus.subscribe('reply', {}, (reply) => reply && replies.push(reply));
  await bus.subscribe('route', {}, (notice, { hash }) => {
    if (notice === undefined) return notices.delete(hash);
    noticeCount += 1;
    return notices.set(hash, notice);
  });
  const service = await startService(routePackager, {
    options: packagerOptions.parse(options),
    bus: broker.connect(),
    log: silentLog(),
    clock,
    random: () => 0.25,
    journals,
  });
  onTestFinished(() => service.stop());
  const world = {
    clock,
    broker,
    bus,
    journals,
    service,
    link: (name: string) => status?.links.find((link) => link.name === name),
    notices: () => [...notices.values()],
    noticeCount: () => noticeCount,
    settled: () => receipts.flatMap(({ settled }) => settled.map(({ first, last }) => [first, last])),
    hear: (seq: number, event: CotEvent, more: { readonly origin?: string; readonly kind?: Kind } = {}) =>
      void bus.publish('rxResult', resultOf(seq, event, more)),
    /** All so far, when there are so many of them: the disk takes its time, and the clock of the service stands still. */
    outcomes: async (count: number): Promise<string[]> => {
      await vi.waitFor(
        async () => {
          await clock.pass(200);
          if (outcomes.length < count) throw new Error(`${outcomes.length} of ${count} outcomes`);
        },
        { timeout: 20_000, interval: 5 },
      );
      return outcomes.map(({ reason, detail }) => `${reasonText(reason)} ${detail}`.trim());
    },
    recorded: outcomes,
    ask: async (words: Readonly<Record<string, string>>): Promise<Reply> => {
      const command = {
        id: `ask-${replies.length}`,
        target: 'routes',
        verb: 'package',
        lifeMs: 1000,
        arguments: words,
      };
      bus.publish('command', createMessage('command', command));
      await clock.pass(0);
      const reply = replies.at(-1);
      if (reply === undefined) throw new Error('no reply');
      return reply;
    },
  };
  return world;
};

const resultOf = (seq: number, event: CotEvent, more: { readonly origin?: string; readonly kind?: Kind }): RxResult => {
  const { origin = 'radio-1', kind = event.kind } = more;
  return createMessage('rxResult', {
    item: {
      id: { origin, incarnation: 1, nonce: 5n, seq },
      low: 1,
      attempt: 1,
      addressed: [{ destination: 'routes', sink: 'routes', assignment: 1, lifeMs: 3_600_000 }],
    },
    kind,
    mesh: 'valley',
    node: 0x2a,
    port: 78,
    result: { case: 'event', value: event },
  });
};
