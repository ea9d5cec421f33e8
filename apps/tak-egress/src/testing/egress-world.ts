/** An egress on a memory bus with a fake clock, a radio agent's status and real sockets for its clients. */
import { createMessage, LinkState, reasonText } from '@cotbus/contracts';
import type { EventHeard, Outcome, RxResult, ServiceStatus } from '@cotbus/contracts';
import { startService } from '@cotbus/service';
import type { JournalPlace } from '@cotbus/service';
import { createMemoryBroker, fakeClock, memoryJournals, silentLog } from '@cotbus/service/testing';
import { onTestFinished } from 'vitest';
import { takEgress } from '../egress.ts';
import { takOptions } from '../options.ts';
import { openPhone } from './phone.ts';
import type { Phone } from './phone.ts';

export const startWorld = async (
  options: Parameters<typeof takOptions.parse>[0] = {},
  journals: JournalPlace = memoryJournals(),
) => {
  const clock = fakeClock();
  const broker = createMemoryBroker();
  const bus = broker.connect();
  const ended: Outcome[] = [];
  const published: EventHeard[] = [];
  let status: ServiceStatus | undefined;
  await bus.subscribe('outcome', {}, (batch) => void ended.push(...(batch?.outcomes ?? [])));
  await bus.subscribe('eventHeard', {}, (event) => event && published.push(event));
  await bus.subscribe('serviceStatus', { name: 'tak-egress' }, (said) => {
    status = said;
  });

  const service = await startService(takEgress, {
    options: takOptions.parse({ listen: { port: 0 }, ...(options as object) }),
    bus: broker.connect(),
    log: silentLog(),
    clock,
    random: () => 0.25,
    journals,
  });
  onTestFinished(() => service.stop());
  await clock.pass(1000);
  const link = (name: string) => status?.links.find((candidate) => candidate.name === name);

  return {
    clock,
    broker,
    published,
    service,
    status: () => status,
    link,
    /** A radio agent appears, or says how it is. */
    agent: async (agent: string, mesh: string, state: LinkState = LinkState.OPEN): Promise<void> => {
      bus.publish(
        'agentStatus',
        createMessage('agentStatus', { agent, mesh, online: true, atMs: clock.now(), link: state }),
      );
      await clock.pass(0);
    },
    /** What a worker sends. */
    hear: async (result: RxResult): Promise<void> => {
      bus.publish('rxResult', result);
      await clock.pass(0);
    },
    /** Outcomes since the last call, as `destination reason detail`. */
    outcomes: async (): Promise<string[]> => {
      await clock.pass(100);
      return ended
        .splice(0)
        .map(({ destination, reason, detail }) => [destination, reasonText(reason), detail].join(' ').trim());
    },
    join: async (): Promise<Phone> => {
      const phone = await openPhone(link('listen')?.address ?? '');
      onTestFinished(() => phone.close());
      return phone;
    },
  };
};
