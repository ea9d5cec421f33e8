/** An agent with a simulated radio over a real socket, both on one clock that the test moves. */
import { createMessage, LinkState } from '@cotbus/contracts';
import type { MessageOf } from '@cotbus/contracts';
import { startService } from '@cotbus/service';
import type { JournalPlace } from '@cotbus/service';
import { createMemoryBroker, fakeClock, memoryJournals, silentLog } from '@cotbus/service/testing';
import { createMesh, startSimulatedRadio } from '@cotbus/simulator';
import type { SimulatedRadioOptions } from '@cotbus/simulator';
import { expect, onTestFinished, vi } from 'vitest';
import { radioAgent } from '../agent.ts';
import { radioOptions } from '../options.ts';

/** Node number of the radio. */
export const OWN = 0x77;

export interface AgentSceneOptions {
  readonly radio?: Partial<SimulatedRadioOptions>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly journals?: JournalPlace;
  readonly clock?: ReturnType<typeof fakeClock>;
}

/** Everything is closed when the test is over. @returns when the radio is ready. */
export const agentScene = async ({
  radio: choices = {},
  options = {},
  journals,
  clock = fakeClock(),
}: AgentSceneOptions) => {
  const mesh = createMesh({ clock, seed: 3 });
  const node = { num: OWN, longName: 'Base', shortName: 'BASE' };
  const radio = await startSimulatedRadio({ mesh, node, ...choices });
  const broker = createMemoryBroker();
  const bus = broker.connect();
  const egress = { name: 'tak-egress', instance: 'tak', online: true, destination: { name: 'tak' } };
  bus.publish('serviceStatus', createMessage('serviceStatus', egress));
  const statuses: MessageOf<'agentStatus'>[] = [];
  const services: MessageOf<'serviceStatus'>[] = [];
  const frames: MessageOf<'frameHeard'>[] = [];
  const nodes: MessageOf<'node'>[] = [];
  const batches: MessageOf<'outcome'>[] = [];
  await bus.subscribe('agentStatus', {}, (status) => void (status && statuses.push(status)));
  await bus.subscribe('serviceStatus', { name: 'radio-agent' }, (status) => void (status && services.push(status)));
  await bus.subscribe('frameHeard', {}, (frame) => void (frame && frames.push(frame)));
  await bus.subscribe('node', {}, (state) => void (state && nodes.push(state)));
  await bus.subscribe('outcome', {}, (batch) => void (batch && batches.push(batch)));
  const running = await startService(radioAgent, {
    options: radioOptions.parse({ name: 'hill', mesh: 'valley', tcp: `127.0.0.1:${radio.port}`, ...options }),
    bus: broker.connect(),
    log: silentLog(),
    clock,
    random: () => 0,
    journals: journals ?? memoryJournals(),
  });
  onTestFinished(async () => {
    await running.stop();
    await radio.close();
  });
  /** Time goes on, half a second at a step, until it is so: what passes over the socket has its turns in between. */
  const until = (check: () => void, stepMs = 500) =>
    vi.waitFor(
      async () => {
        await clock.pass(stepMs);
        check();
      },
      { interval: 1, timeout: 20_000 },
    );
  await until(() => expect(statuses.at(-1)?.link).toBe(LinkState.OPEN));
  const outcomes = () => batches.flatMap((batch) => batch.outcomes);
  return { clock, mesh, radio, bus, statuses, services, frames, nodes, outcomes, until, stop: () => running.stop() };
};
