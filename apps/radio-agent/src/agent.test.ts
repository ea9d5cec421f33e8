import { create, toBinary } from '@bufbuild/protobuf';
import { createMessage, Dialect, LinkState, meshtastic, Reason } from '@cotbus/contracts';
import type { MessageOf, TopicName } from '@cotbus/contracts';
import { startService, systemClock } from '@cotbus/service';
import type { Bus } from '@cotbus/service';
import { createMemoryBroker, silentLog, memoryJournals } from '@cotbus/service/testing';
import { broadcastPacket, createMesh, defaultKeyChannel, startSimulatedRadio } from '@cotbus/simulator';
import type { FirmwareVersion, MeshChannel } from '@cotbus/simulator';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { radioAgent } from './agent.ts';
import { radioOptions } from './options.ts';

const { PortNum } = meshtastic;
const until = (check: () => void) => vi.waitFor(check, { interval: 5, timeout: 20_000 });
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Everything that was published on a topic, oldest first. */
const collect = async <N extends TopicName>(bus: Bus, name: N): Promise<MessageOf<N>[]> => {
  const all: MessageOf<N>[] = [];
  await bus.subscribe(name, {}, (message) => message && all.push(message));
  return all;
};

interface Site {
  readonly channel?: MeshChannel;
  readonly egress?: boolean;
  readonly firmware?: FirmwareVersion;
  readonly options?: object;
}

const node = { num: 0x77, longName: 'Base', shortName: 'BASE' };

const startAgent = async ({ channel, egress = true, firmware, options }: Site = {}) => {
  const mesh = createMesh({ clock: systemClock, seed: 3, ...(channel && { channels: [channel] }) });
  const radio = await startSimulatedRadio({ mesh, node, ...(firmware && { firmware }) });
  const broker = createMemoryBroker();
  const bus = broker.connect();
  if (egress) {
    const status = { name: 'tak-egress', instance: 'tak', online: true, destination: { name: 'tak' } };
    bus.publish('serviceStatus', createMessage('serviceStatus', status));
  }
  const seen = {
    frames: await collect(bus, 'frameHeard'),
    statuses: await collect(bus, 'agentStatus'),
    nodes: await collect(bus, 'node'),
    batches: await collect(bus, 'outcome'),
  };
  const running = await startService(radioAgent, {
    options: radioOptions.parse({ name: 'hill', mesh: 'valley', tcp: `127.0.0.1:${radio.port}`, ...options }),
    bus: broker.connect(),
    log: silentLog(),
    clock: systemClock,
    random: () => 0,
    journals: memoryJournals(),
  });
  closers.push(
    () => radio.close(),
    () => running.stop(),
  );
  await until(() => expect(seen.statuses.at(-1)?.link).toBe(LinkState.OPEN));
  const hear = (portnum: meshtastic.PortNum, payload: Uint8Array, from = 0x2001) =>
    mesh.transmit(broadcastPacket({ from, id: mesh.nextPacketId(), portnum, payload }));
  const outcomes = () => seen.batches.flatMap((batch) => batch.outcomes);
  return { ...seen, mesh, radio, bus, hear, outcomes };
};

const chatFrame = (agent: string, uid: string, seq: number) =>
  createMessage('txResult', {
    item: {
      id: { origin: 'tak', incarnation: 1, nonce: 1n, seq },
      low: 1,
      attempt: 1,
      addressed: [{ destination: 'valley', sink: agent, assignment: 1, lifeMs: 60_000 }],
    },
    mesh: 'valley',
    agent,
    kind: 2,
    uid,
    result: { case: 'frame', value: { port: 78, payload: Uint8Array.of(0xff, 8, 1), to: 0xffffffff, wantAck: true } },
  });

describe('the radio agent', () => {
  it('says what radio it has, without any key', async () => {
    const { statuses } = await startAgent();
    expect(statuses.at(-1)).toMatchObject({
      agent: 'hill',
      mesh: 'valley',
      online: true,
      node: 0x77,
      firmwareVersion: expect.stringMatching(/^2\.8\.0/),
      capabilities: { supportsTakV2: true },
      txClosed: '',
    });
  });

  it('publishes a frame as it came, with what it knows of the sender, and the node itself', async () => {
    const { frames, nodes, hear } = await startAgent();
    const user = create(meshtastic.UserSchema, { longName: 'Summit', shortName: 'SUM' });
    hear(PortNum.NODEINFO_APP, toBinary(meshtastic.UserSchema, user));
    const payload = Uint8Array.of(0xff, 0x94, 0xc3, 0x00);
    hear(PortNum.ATAK_PLUGIN_V2, payload);
    await until(() => expect(frames.filter(({ from, refresh }) => from === 0x2001 && !refresh)).toHaveLength(2));
    const frame = frames.find(({ port }) => port === PortNum.ATAK_PLUGIN_V2);
    expect(frame).toMatchObject({ mesh: 'valley', payload, sender: { longName: 'Summit', num: 0x2001 } });
    expect(frame?.item).toMatchObject({ id: { origin: 'hill' }, attempt: 1, addressed: [{ sink: 'tak' }] });
    await until(() => expect(nodes.find(({ num }) => num === 0x2001)?.shortName).toBe('SUM'));
  });

  it('makes the contact of a node due when it is heard on another port, but not again within ten seconds', async () => {
    const { frames, hear } = await startAgent();
    hear(PortNum.TEXT_MESSAGE_APP, Uint8Array.of(0x68), 0x2002);
    hear(PortNum.TEXT_MESSAGE_APP, Uint8Array.of(0x69), 0x2002);
    await until(() => expect(frames.filter(({ from, refresh }) => from === 0x2002 && !refresh)).toHaveLength(2));
    expect(frames.filter(({ from, refresh }) => from === 0x2002 && refresh)).toHaveLength(1);
  });

  it('ends what it cannot pass on with an outcome of its own', async () => {
    const { radio, hear, outcomes } = await startAgent({ egress: false });
    hear(PortNum.ATAK_PLUGIN_V2, Uint8Array.of(0xff));
    const encrypted = { case: 'encrypted' as const, value: Uint8Array.of(1, 2, 3) };
    radio.inject(
      create(meshtastic.MeshPacketSchema, { from: 0x2003, id: 5, channel: 0x3f, payloadVariant: encrypted }),
    );
    await until(() =>
      expect(outcomes().map(({ node, port, reason }) => [node, port, reason])).toEqual(
        expect.arrayContaining([
          [0x2001, 78, Reason.NO_DESTINATION],
          [0x2003, 0, Reason.UNREADABLE],
        ]),
      ),
    );
  });

  it('sends what it is asked to once, and says that the radio took it', async () => {
    const { radio, bus, outcomes } = await startAgent();
    bus.publish('txResult', chatFrame('hill', 'chat-1', 1));
    bus.publish('txResult', chatFrame('hill', 'chat-1', 1));
    await until(() => expect(outcomes()).toMatchObject([{ destination: 'valley', reason: Reason.DELIVERED }]));
    expect(radio.sent()).toMatchObject([{ to: 0xffffffff, hopLimit: 3, wantAck: true }]);
  });

  it('keeps TAK off a channel that everybody can read, and names the remedy', async () => {
    const { radio, bus, outcomes, statuses } = await startAgent({ channel: defaultKeyChannel });
    bus.publish('txResult', chatFrame('hill', 'chat-1', 1));
    await until(() => expect(outcomes()).toMatchObject([{ reason: Reason.CHANNEL_CLOSED }]));
    expect(outcomes()[0]?.detail).toContain('toMesh.force');
    expect(statuses.at(-1)?.txClosed).toContain('default key');
    expect(radio.sent()).toEqual([]);
  });

  it('comes back by itself after the radio was away, over noise and half a frame', async () => {
    const { radio, frames, hear, statuses } = await startAgent();
    radio.printLog();
    radio.write(Uint8Array.of(0x94, 0xc3, 0x01, 0x00, 0x12));
    radio.cut();
    await until(() => expect(statuses.at(-1)?.link).not.toBe(LinkState.OPEN));
    await until(() => expect(statuses.at(-1)?.link).toBe(LinkState.OPEN));
    hear(PortNum.ATAK_PLUGIN_V2, Uint8Array.of(0xff, 1), 0x2009);
    await until(() => expect(frames.some(({ from, port }) => from === 0x2009 && port === 78)).toBe(true));
  });

  it('writes what it sends as the new firmware wants it as soon as that is there', async () => {
    const { statuses, radio, mesh } = await startAgent({ firmware: '2.7.22' });
    expect(statuses.at(-1)).toMatchObject({ dialect: Dialect.V1, dialectWhy: 'firmware 2.7.22.96dd647' });
    const { port } = radio;
    await radio.close();
    const upgraded = await startSimulatedRadio({ mesh, node, port, firmware: '2.8.0' });
    closers.push(() => upgraded.close());
    const now = { link: LinkState.OPEN, dialect: Dialect.V2, dialectWhy: 'firmware 2.8.0.7754068' };
    await until(() => expect(statuses.at(-1)).toMatchObject(now));
  });

  it('writes both dialects when somebody is heard who speaks only the other one, and says why', async () => {
    const { statuses, bus, hear, outcomes } = await startAgent();
    hear(PortNum.ATAK_PLUGIN, Uint8Array.of(8, 0));
    await until(() => expect(statuses.at(-1)?.dialect).toBe(Dialect.BOTH));
    bus.publish('txResult', chatFrame('hill', 'chat-1', 1));
    await until(() => expect(outcomes().find(({ destination }) => destination === 'valley')).toBeDefined());
    const sent = outcomes().find(({ destination }) => destination === 'valley');
    expect(sent?.detail).toMatch(
      /^packet [0-9a-f]{8} on port 78; firmware 2\.8\.0\.\w+, and 1 heard that speaks only V1$/,
    );
  });

  it('says how much of the air it may have', async () => {
    const { statuses } = await startAgent();
    expect(statuses.at(-1)?.air).toMatchObject({ limitMs: 360_000, spentMs: 0 });
  });

  it.each([
    ['direction', { direction: 'toMesh' }],
    ['channels', { channels: [{ index: 0, toTak: false }] }],
  ])('keeps from TAK what it is told to: %s', async (word, options) => {
    const { frames, outcomes, hear } = await startAgent({ options });
    hear(PortNum.ATAK_PLUGIN_V2, Uint8Array.of(0xff));
    await until(() => expect(outcomes()).toMatchObject([{ reason: Reason.NOT_ALLOWED, node: 0x2001 }]));
    expect([outcomes()[0]?.detail.includes(word), frames.filter(({ from }) => from === 0x2001)]).toEqual([true, []]);
  });

  it('sends nothing through a radio that only listens', async () => {
    const { radio, bus, outcomes, statuses } = await startAgent({ options: { direction: 'toTak' } });
    expect(statuses.at(-1)?.txClosed).toContain('direction');
    bus.publish('txResult', chatFrame('hill', 'chat-1', 1));
    await until(() => expect(outcomes()).toMatchObject([{ reason: Reason.NOT_ALLOWED }]));
    expect(radio.sent()).toEqual([]);
  });

  it('sends each kind over its channel', async () => {
    const options = { toMesh: { force: true }, channels: [{ index: 1, toMesh: ['chat'] }] };
    const { radio, bus, outcomes } = await startAgent({ options });
    bus.publish('txResult', chatFrame('hill', 'chat-1', 1));
    // The simulated radio has one channel.
    await until(() => expect(outcomes()).toMatchObject([{ reason: Reason.CHANNEL_CLOSED }]));
    expect([outcomes()[0]?.detail, radio.sent()]).toEqual(['the radio has no channel 1', []]);
  });
});
