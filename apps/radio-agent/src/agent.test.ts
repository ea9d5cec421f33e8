import { create, toBinary } from '@bufbuild/protobuf';
import { createMessage, LinkState, meshtastic, Reason } from '@cotbus/contracts';
import type { MessageOf, TopicName } from '@cotbus/contracts';
import { startService, systemClock } from '@cotbus/service';
import type { Bus } from '@cotbus/service';
import { createMemoryBroker, silentLog, memoryJournals } from '@cotbus/service/testing';
import { broadcastPacket, createMesh, defaultKeyChannel, startSimulatedRadio } from '@cotbus/simulator';
import type { MeshChannel } from '@cotbus/simulator';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { radioAgent } from './agent.ts';
import { radioOptions } from './options.ts';

const { PortNum } = meshtastic;
const until = (check: () => void) => vi.waitFor(check, { interval: 5, timeout: 4000 });
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

const startAgent = async ({ channel, egress = true }: { channel?: MeshChannel; egress?: boolean } = {}) => {
  const mesh = createMesh({ clock: systemClock, seed: 3, ...(channel && { channels: [channel] }) });
  const radio = await startSimulatedRadio({ mesh, node: { num: 0x77, longName: 'Base', shortName: 'BASE' } });
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
    options: radioOptions.parse({ name: 'hill', mesh: 'valley', tcp: `127.0.0.1:${radio.port}` }),
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
  return { ...seen, radio, bus, hear, outcomes };
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
});
