import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broadcastPacket, dataOf } from './mesh-packet.ts';
import { userPayload } from './own-node.ts';
import { createManualClock } from './testing/manual-clock.ts';
import { PEER_NUM, RADIO_NUM, queueResults, radioOnMesh, routingResults } from './testing/radio-on-mesh.ts';
import { createTxQueue } from './tx-queue.ts';

const { PortNum, Routing_Error: RoutingError, Config_LoRaConfig_RegionCode: Region } = meshtastic;
const FORWARDER = PortNum.ATAK_FORWARDER;

describe('a packet of the client', () => {
  it('is transmitted with the own number as sender and heard by the mesh', async () => {
    const { client, clock, peer, radio } = await radioOnMesh();
    const heard = peer(2);
    const api = await client();
    api.send({ from: 12345, id: 7 }, { payload: Uint8Array.of(0xff, 0xc3, 0x94) });
    await api.until(() => queueResults(api).length === 1);
    expect(radio.sent()).toMatchObject([{ from: RADIO_NUM, id: 7, hopLimit: 3, hopStart: 3 }]);
    expect(heard).toEqual([]);
    clock.advance(3000);
    expect(heard).toMatchObject([{ from: RADIO_NUM, id: 7, hopStart: 3, hopLimit: 1 }]);
    expect(heard.map((packet) => dataOf(packet)?.payload)).toEqual([Uint8Array.of(0xff, 0xc3, 0x94)]);
    expect(api.all('queueStatus')[0]).toMatchObject({ res: 0, maxlen: 16, free: 16, meshPacketId: 7 });
  });

  it('gets an id when it has none', async () => {
    const { client, radio } = await radioOnMesh();
    const api = await client();
    api.send({ id: 0 });
    await api.until(() => queueResults(api).length === 1);
    expect(radio.sent()[0]?.id).toBe(queueResults(api)[0]?.id);
    expect(radio.sent()[0]?.id).not.toBe(0);
  });

  it('is dropped without a word when its id is among the last 20', async () => {
    const { client } = await radioOnMesh();
    const api = await client();
    for (let id = 1; id <= 21; id += 1) api.send({ id });
    api.send({ id: 2 });
    api.send({ id: 1 });
    await api.settle();
    const ids = queueResults(api).map(({ id }) => id);
    expect(ids.filter((id) => id === 2)).toHaveLength(1);
    expect(ids.filter((id) => id === 1)).toHaveLength(2);
  });

  it.each([
    ['literally', { hopLimit: 0, wantAck: false }, 0],
    ['as the configured one with want_ack', { hopLimit: 0, wantAck: true }, 3],
    ['as 3 above 7', { hopLimit: 9 }, 3],
    ['as it is up to 7', { hopLimit: 7 }, 7],
  ])('has its hop limit taken %s', async (_how, packet, hopLimit) => {
    const { client, radio } = await radioOnMesh();
    const api = await client();
    api.send({ id: 1, ...packet });
    await api.settle();
    expect(radio.sent()).toMatchObject([{ hopLimit, hopStart: hopLimit }]);
  });

  it.each([
    [PortNum.ATAK_PLUGIN_V2, 232, {}],
    [FORWARDER, 231, {}],
    [PortNum.ATAK_PLUGIN_V2, 230, { wantResponse: true }],
    [PortNum.ATAK_PLUGIN_V2, 227, { replyId: 1 }],
  ])('on port %i may have %i bytes, and one more is too large', async (portnum, bytes, data) => {
    const { client, radio } = await radioOnMesh();
    const api = await client();
    api.send({ id: 1 }, { ...data, portnum, payload: new Uint8Array(bytes) });
    api.send({ id: 2 }, { ...data, portnum, payload: new Uint8Array(bytes + 1) });
    await api.settle();
    expect(queueResults(api)).toEqual([
      { id: 1, res: 0 },
      { id: 2, res: RoutingError.TOO_LARGE },
    ]);
    expect(routingResults(api)).toEqual([{ from: RADIO_NUM, id: 2, error: RoutingError.TOO_LARGE }]);
    expect(radio.sent().map(({ id }) => id)).toEqual([1]);
  });

  it('is not understood at all with more than 233 bytes', async () => {
    const { client } = await radioOnMesh();
    const api = await client();
    api.send({ id: 1 }, { payload: new Uint8Array(234) });
    await api.settle();
    expect(queueResults(api)).toEqual([]);
  });

  it('is refused on a channel that the radio does not have', async () => {
    const { client } = await radioOnMesh();
    const api = await client();
    api.send({ id: 1, channel: 1 });
    await api.settle();
    expect(queueResults(api)).toEqual([{ id: 1, res: RoutingError.NO_CHANNEL }]);
  });
});

describe('acknowledgement', () => {
  it('of a broadcast comes from the radio itself when somebody relays it', async () => {
    const { client, clock, peer } = await radioOnMesh();
    peer();
    const api = await client();
    api.send({ id: 1, wantAck: true });
    await api.settle();
    expect(routingResults(api)).toEqual([]);
    clock.advance(2000);
    await api.settle();
    expect(routingResults(api)).toEqual([{ from: RADIO_NUM, id: 1, error: RoutingError.NONE }]);
  });

  it('of a broadcast that nobody hears is a failure after three transmissions', async () => {
    const { client, clock, radio } = await radioOnMesh();
    const api = await client();
    api.send({ id: 1, wantAck: true });
    await api.settle();
    clock.advance(10_000);
    await api.settle();
    expect(routingResults(api)).toEqual([]);
    clock.advance(10_000);
    await api.settle();
    expect(routingResults(api)).toEqual([{ from: RADIO_NUM, id: 1, error: RoutingError.MAX_RETRANSMIT }]);
    expect(radio.sent()).toHaveLength(1);
  });

  it('of a packet to one node comes from that node', async () => {
    const { client, clock, mesh, peer } = await radioOnMesh();
    const heard = peer();
    const payload = userPayload({ num: PEER_NUM, longName: 'Peer', shortName: 'P' });
    mesh.transmit(broadcastPacket({ from: PEER_NUM, id: 1, portnum: PortNum.NODEINFO_APP, payload }));
    const api = await client();
    api.send({ id: 1, to: PEER_NUM, wantAck: true });
    await api.settle();
    clock.advance(3000);
    await api.settle();
    expect(routingResults(api)).toEqual([{ from: PEER_NUM, id: 1, error: RoutingError.NONE }]);
    expect(heard).toMatchObject([{ pkiEncrypted: true, wantAck: true }]);
  });

  it('of a packet to a node without a known key is a refusal', async () => {
    const { client } = await radioOnMesh();
    const api = await client();
    api.send({ id: 1, to: PEER_NUM });
    await api.settle();
    expect(routingResults(api)).toEqual([{ from: RADIO_NUM, id: 1, error: RoutingError.PKI_SEND_FAIL_PUBLIC_KEY }]);
  });

  it('does not come unless it is asked for', async () => {
    const { client, clock, peer } = await radioOnMesh();
    peer();
    const api = await client();
    api.send({ id: 1 });
    await api.settle();
    clock.advance(30_000);
    await api.settle();
    expect(routingResults(api)).toEqual([]);
  });
});

describe('rate limits', () => {
  it('refuse a text within 2 seconds of the last', async () => {
    const { client, clock, radio } = await radioOnMesh();
    const api = await client();
    const text = { portnum: PortNum.TEXT_MESSAGE_APP };
    api.send({ id: 1 }, text);
    api.send({ id: 2 }, text);
    await api.settle();
    clock.advance(2000);
    api.send({ id: 3 }, text);
    await api.settle();
    expect(queueResults(api).map(({ res }) => res)).toEqual([0, 0, 0]);
    expect(routingResults(api)).toEqual([{ from: RADIO_NUM, id: 2, error: RoutingError.RATE_LIMIT_EXCEEDED }]);
    expect(radio.sent().map(({ id }) => id)).toEqual([1, 3]);
  });

  it.each([PortNum.POSITION_APP, PortNum.WAYPOINT_APP, PortNum.ALERT_APP, PortNum.TELEMETRY_APP])(
    'drop a packet of port %i within 10 seconds of the last, with a queue status that looks like success',
    async (portnum) => {
      const { client, clock, radio } = await radioOnMesh();
      const api = await client();
      api.send({ id: 1 }, { portnum });
      await api.settle();
      clock.advance(9999);
      api.send({ id: 2 }, { portnum });
      await api.settle();
      clock.advance(1);
      api.send({ id: 3 }, { portnum });
      await api.settle();
      expect(queueResults(api).map(({ res }) => res)).toEqual([0, 0, 0]);
      expect(routingResults(api)).toEqual([]);
      expect(radio.sent().map(({ id }) => id)).toEqual([1, 3]);
    },
  );

  it('do not exist on the ports of TAK', async () => {
    const { client, clock, radio } = await radioOnMesh({ region: Region.US });
    const api = await client();
    const { ATAK_PLUGIN, ATAK_PLUGIN_V2 } = PortNum;
    const ports = [ATAK_PLUGIN, ATAK_PLUGIN, ATAK_PLUGIN_V2, ATAK_PLUGIN_V2, FORWARDER, FORWARDER];
    for (const [i, portnum] of ports.entries()) api.send({ id: i + 1 }, { portnum });
    await api.settle();
    clock.advance(30_000);
    expect(radio.sent()).toHaveLength(6);
  });

  it('of airtime refuse packets in a region with a duty cycle', async () => {
    const { client, clock } = await radioOnMesh();
    const api = await client();
    // 360 seconds of airtime are allowed per hour; each of these takes about 2.2.
    for (let id = 1; id <= 180; id += 1) {
      api.send({ id }, { payload: new Uint8Array(232) });
      await api.settle();
      clock.advance(3000);
    }
    const refused = queueResults(api).filter(({ res }) => res === RoutingError.DUTY_CYCLE_LIMIT);
    expect(refused[0]?.id).toBe(168);
    expect(refused).toHaveLength(13);
    expect(routingResults(api)[0]).toMatchObject({ id: 168, error: RoutingError.DUTY_CYCLE_LIMIT });
    expect(api.all('clientNotification')[0]?.replyId).toBe(168);
    clock.advance(3_600_000);
    const later = await client();
    later.send({ id: 999 });
    await later.settle();
    expect(queueResults(later)).toEqual([{ id: 999, res: 0 }]);
  });
});

describe('the transmit queue', () => {
  it('holds 16 packets besides the one on the air, and says when there is room again', async () => {
    const { client, clock, radio } = await radioOnMesh();
    const api = await client();
    for (let id = 1; id <= 18; id += 1) api.send({ id });
    await api.until(() => queueResults(api).length === 18);
    expect(api.all('queueStatus').map(({ free }) => free)).toEqual([
      16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0,
    ]);
    expect(queueResults(api).at(-1)).toEqual({ id: 18, res: 32 });
    expect(radio.sent()).toHaveLength(1);
    clock.advance(1000);
    await api.until(() => api.all('queueStatus').length === 19);
    expect(api.all('queueStatus').at(-1)).toMatchObject({ res: 0, free: 1, meshPacketId: 0 });
    clock.advance(60_000);
    expect(radio.sent().map(({ id }) => id)).toEqual(Array.from({ length: 17 }, (_, i) => i + 1));
  });

  it('sends by priority, and gives the place of a lower one to a higher one when full', async () => {
    const { client, clock, radio } = await radioOnMesh();
    const api = await client();
    for (let id = 1; id <= 17; id += 1) api.send({ id });
    api.send({ id: 18, priority: meshtastic.MeshPacket_Priority.ALERT });
    await api.settle();
    clock.advance(60_000);
    const ids = radio.sent().map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual([1, 18, 2]);
    expect(ids).not.toContain(17);
    expect(ids).toHaveLength(17);
  });

  it('never transmits two packets at once, whatever comes when', () => {
    const step = fc.record({ waitMs: fc.integer({ min: 0, max: 300 }), priority: fc.integer({ min: 1, max: 120 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = createManualClock();
        let onAir = 0;
        let ended = 0;
        let accepted = 0;
        const queue = createTxQueue({
          clock,
          onStart: () => {
            onAir += 1;
            expect(onAir).toBe(1);
          },
          onEnd: () => {
            onAir -= 1;
            ended += 1;
          },
          onRoom: () => expect(queue.free()).toBe(1),
        });
        for (const { waitMs, priority } of steps) {
          const packet = broadcastPacket({ from: 1, id: 1, portnum: FORWARDER, payload: new Uint8Array() });
          packet.priority = priority as meshtastic.MeshPacket_Priority;
          const full = queue.free() === 0;
          const taken = queue.push({ packet, airtimeMs: 100, attempt: 1, fromClient: true });
          if (taken && !full) accepted += 1;
          expect(queue.free()).toBeGreaterThanOrEqual(0);
          clock.advance(waitMs);
        }
        clock.advance(10_000);
        expect(ended).toBe(accepted);
        expect(queue.free()).toBe(16);
      }),
    );
  });
});
