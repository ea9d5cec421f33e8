import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic, Reason } from '@cotbus/contracts';
import { fakeClock, memoryJournals } from '@cotbus/service/testing';
import { broadcastPacket } from '@cotbus/simulator';
import { describe, expect, it } from 'vitest';
import { agentScene, OWN } from './testing/agent-scene.ts';

const NODE = 0x2001;
const { POSITION_APP, TEXT_MESSAGE_APP } = meshtastic.PortNum;
const text = (from: number, id: number) =>
  broadcastPacket({ from, id, portnum: TEXT_MESSAGE_APP, payload: Uint8Array.of(0x68) });

/** As firmware 2.8 replays what it remembers. */
const replayed = (from: number, id: number, rxTime: number) => {
  const position = create(meshtastic.PositionSchema, { latitudeI: 470_000_000, longitudeI: 80_000_000, time: rxTime });
  const payload = toBinary(meshtastic.PositionSchema, position);
  return create(meshtastic.MeshPacketSchema, {
    ...broadcastPacket({ from, id, portnum: POSITION_APP, payload }),
    rxTime,
    priority: meshtastic.MeshPacket_Priority.BACKGROUND,
    transportMechanism: meshtastic.MeshPacket_TransportMechanism.TRANSPORT_LORA,
  });
};

describe('an agent', () => {
  it('raises an alarm when nobody was heard for a quarter of an hour, and stays ready', async () => {
    const { mesh, services, statuses, until } = await agentScene({});
    mesh.transmit(text(NODE, 5));
    await until(() => expect(statuses.at(-1)?.heardAgeMs).toBeDefined());
    await until(() => expect(services.at(-1)?.faults).toEqual(['nobody heard for 15 min']), 30_000);
    expect(services.at(-1)?.ready).toBe(true);
    mesh.transmit(text(NODE, 6));
    await until(() => expect(services.at(-1)?.faults).toEqual([]), 5000);
  });

  it('shows its own radio as there as long as it answers, though it says nothing', async () => {
    const { frames, until, nodes } = await agentScene({});
    const own = () => frames.filter(({ from, refresh }) => from === OWN && refresh).length;
    await until(() => expect(own()).toBeGreaterThan(0));
    const before = own();
    await until(() => expect(own()).toBeGreaterThan(before + 2), 5000);
    expect(nodes.findLast(({ num }) => num === OWN)).toMatchObject({ own: true, longName: 'Base' });
    expect(nodes.findLast(({ num }) => num === OWN)?.heardAgeMs).toBeLessThan(65_000);
  });

  it('makes no fresh contact of what the radio remembers of long ago', async () => {
    const { radio, clock, frames, outcomes, nodes, until } = await agentScene({});
    const epoch = Math.floor(clock.now() / 1000);
    radio.inject(replayed(NODE, 7, epoch - 3 * 3600));
    radio.inject(replayed(NODE + 1, 8, epoch - 1800));
    await until(() => expect(outcomes()).toMatchObject([{ node: NODE, port: 3, reason: Reason.EXPIRED }]));
    await until(() => expect(frames.some(({ from }) => from === NODE + 1)).toBe(true));
    expect(frames.some(({ from }) => from === NODE)).toBe(false);
    expect(nodes.find(({ num }) => num === NODE)?.fix?.ageMs).toBeGreaterThan(3 * 3_600_000 - 5000);
  });

  it('tells by packets on the air that its clock is wrong, and what it could not read', async () => {
    const { radio, clock, statuses, until } = await agentScene({});
    const encrypted = { case: 'encrypted' as const, value: Uint8Array.of(1) };
    radio.inject(
      create(meshtastic.MeshPacketSchema, {
        from: NODE,
        id: 9,
        channel: 63,
        rxRssi: -80,
        rxTime: Math.floor(clock.now() / 1000) + 7200,
        payloadVariant: encrypted,
      }),
    );
    await until(() => expect(statuses.at(-1)?.unread).toMatchObject([{ hash: 63, packets: 1, lastFrom: NODE }]));
    expect(statuses.at(-1)?.clockCheck?.radioAheadMs).toBeGreaterThan(7_190_000);
  });

  it('says of its radio what breaks TAK', async () => {
    const { statuses } = await agentScene({ options: { toMesh: { kinds: [] } } });
    expect(statuses.at(-1)).toMatchObject({
      transport: 'tcp',
      txEnabled: true,
      rebroadcastMode: 'ALL',
      managed: false,
      locked: false,
      sends: false,
      channels: [{ name: 'SIM', hash: expect.any(Number) }],
    });
    expect(statuses.at(-1)?.publicKey).toHaveLength(32);
  });

  it('knows its nodes after a restart that the radio has forgotten, and that the radio has another number', async () => {
    const journals = memoryJournals();
    const clock = fakeClock();
    const first = await agentScene({ journals, clock });
    first.mesh.transmit(text(NODE, 10));
    await first.until(() => expect(first.nodes.some(({ num }) => num === NODE)).toBe(true));
    await first.stop();
    const node = { num: 0x78, longName: 'Base', shortName: 'BASE' };
    const second = await agentScene({ journals, clock, radio: { node } });
    await second.until(() => expect(second.nodes.some(({ num }) => num === NODE)).toBe(true));
    await second.until(() => expect(second.statuses.at(-1)).toMatchObject({ node: 0x78, formerNode: OWN }));
    await second.until(() => expect(second.nodes.findLast(({ num }) => num === OWN)).toMatchObject({ own: false }));
  });
});
