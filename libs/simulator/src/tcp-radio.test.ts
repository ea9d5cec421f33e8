import { create, fromBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CLIENT_BUFFER_SIZE } from './client-port.ts';
import { IDLE_MS } from './connection.ts';
import { broadcastPacket, dataOf } from './mesh-packet.ts';
import { createMesh } from './mesh.ts';
import { startSimulatedRadio } from './tcp-radio.ts';
import { connectApiClient } from './testing/api-client.ts';
import { createManualClock } from './testing/manual-clock.ts';
import { PEER_NUM, RADIO_NUM, radioOnMesh } from './testing/radio-on-mesh.ts';

const { PortNum } = meshtastic;
const pli = (id: number): meshtastic.MeshPacket =>
  broadcastPacket({ from: PEER_NUM, id, portnum: PortNum.ATAK_PLUGIN_V2, payload: Uint8Array.of(0xff, id) });
const heartbeat = (nonce: number) =>
  ({ case: 'heartbeat', value: create(meshtastic.HeartbeatSchema, { nonce }) }) as const;

describe('a client', () => {
  it('hears what the mesh sends', async () => {
    const { client, mesh } = await radioOnMesh();
    const api = await client();
    mesh.transmit(pli(1));
    await api.until(() => api.all('packet').length === 1);
    expect(api.all('packet')[0]).toMatchObject({ from: PEER_NUM, id: 1, rxTime: 1_750_000_000 });
  });

  it('gets the first packets that came while nobody was connected', async () => {
    const { client, mesh } = await radioOnMesh();
    for (let id = 1; id <= CLIENT_BUFFER_SIZE + 8; id += 1) mesh.transmit(pli(id));
    const text = { portnum: PortNum.TEXT_MESSAGE_APP, payload: Uint8Array.of(104) };
    mesh.transmit(broadcastPacket({ from: PEER_NUM, id: 500, ...text }));
    const api = await client();
    await api.until(() => api.all('packet').length === CLIENT_BUFFER_SIZE);
    expect(api.all('packet').map(({ id }) => id)).toEqual([...Array.from({ length: 31 }, (_, i) => i + 2), 500]);
  });

  it('gets an injected packet unchanged', async () => {
    const { client, radio } = await radioOnMesh();
    const api = await client();
    const packet = create(meshtastic.MeshPacketSchema, { ...pli(9), rxTime: 5, rxRssi: -7, viaMqtt: true });
    radio.inject(packet);
    await api.until(() => api.all('packet').length === 1);
    expect(api.all('packet')).toEqual([packet]);
  });

  it('loses its connection to the next client', async () => {
    const { client } = await radioOnMesh();
    const first = await client();
    const second = await client();
    await first.closed;
    await second.settle();
    expect(second.all('configCompleteId')).toHaveLength(1);
  });

  it('loses its connection after 15 minutes in which it said nothing', async () => {
    const { client, clock, radio } = await radioOnMesh();
    const api = await client();
    clock.advance(IDLE_MS - 1);
    await api.settle();
    clock.advance(IDLE_MS - 1);
    expect(radio.connected).toBe(true);
    clock.advance(1);
    await api.closed;
  });

  it('is let go when it says goodbye', async () => {
    const { client } = await radioOnMesh();
    const api = await client();
    api.say({ case: 'disconnect', value: true });
    await expect(api.closed).resolves.toBeUndefined();
  });

  it('can make the radio say who it is, once a minute', async () => {
    const { client, clock, peer } = await radioOnMesh();
    const heard = peer();
    const api = await client();
    api.say(heartbeat(1));
    api.say(heartbeat(1));
    await api.settle();
    clock.advance(3000);
    expect(heard.map((packet) => dataOf(packet)?.portnum)).toEqual([PortNum.NODEINFO_APP]);
    expect(api.all('packet')).toMatchObject([{ from: RADIO_NUM }]);
  });

  it('is told the utilisation of the channel every minute', async () => {
    const { client, clock, mesh } = await radioOnMesh();
    const api = await client();
    clock.advance(59_000);
    for (let id = 1; id <= 10; id += 1) mesh.transmit(pli(id));
    api.send({ id: 99 }, { payload: new Uint8Array(232) });
    await api.settle();
    clock.advance(1000);
    await api.settle();
    const own = api.all('packet').filter(({ from }) => from === RADIO_NUM);
    const payloads = own.map((packet) => dataOf(packet)?.payload ?? new Uint8Array());
    // Own: 2.2 seconds of the last hour. All: ten times 0.9 seconds more, of the last minute.
    const airUtilTx = expect.closeTo(0.06, 2) as number;
    const channelUtilization = expect.closeTo(19.1, 0) as number;
    const value = { batteryLevel: 101, uptimeSeconds: 60, airUtilTx, channelUtilization };
    expect(payloads.map((payload) => fromBinary(meshtastic.TelemetrySchema, payload))).toMatchObject([
      { variant: { case: 'deviceMetrics', value } },
    ]);
  });

  it('can send garbage and resets without harm to the radio', async () => {
    const { client, radio } = await radioOnMesh();
    const socket = connect(radio.port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    socket.write(Uint8Array.of(0x94, 0xc3, 0xff, 0xff, 1, 2, 3, 0x94, 0xc3, 0, 2, 0xff, 0xff));
    socket.resetAndDestroy();
    const api = await client();
    expect(api.all('configCompleteId')).toHaveLength(1);
  });
});

describe('a radio that misbehaves', () => {
  it('prints text between frames, which stay whole', async () => {
    const { client, mesh, radio } = await radioOnMesh();
    const api = await client();
    radio.printLog();
    mesh.transmit(pli(1));
    radio.printLog();
    mesh.transmit(pli(2));
    await api.until(() => api.all('packet').length === 2);
    expect(api.text()).toContain('\u{1f514}');
    expect(api.damagedBytes()).toBe(0);
  });

  it('writes garbage', async () => {
    const { client, mesh, radio } = await radioOnMesh();
    const api = await client();
    radio.write(Uint8Array.of(0x94, 0xc3, 0, 2, 0xff, 0xff));
    mesh.transmit(pli(1));
    await api.until(() => api.all('packet').length === 1);
    expect(api.damagedBytes()).toBeGreaterThan(0);
  });

  it('writes byte by byte', async () => {
    const { clock, radio, client } = await radioOnMesh();
    radio.setBytewise(true);
    const api = await client();
    expect(api.all('channel')).toHaveLength(8);
    radio.setBytewise(false);
    clock.advance(60_000);
    await api.until(() => api.all('packet').length === 1);
    expect(api.damagedBytes()).toBe(0);
  });

  it('keeps silent until it is told to speak', async () => {
    const { client, mesh, radio } = await radioOnMesh();
    const api = await client();
    const told = api.messages.length;
    radio.setSilent(true);
    mesh.transmit(pli(1));
    radio.setSilent(false);
    mesh.transmit(pli(2));
    await api.settle();
    expect(api.messages.slice(told).map((message) => message.case)).toEqual(['packet', 'queueStatus']);
    expect(api.all('packet')[0]?.id).toBe(2);
  });

  it('says that it rebooted, and logs', async () => {
    const { client, radio } = await radioOnMesh();
    const api = await client();
    radio.sayRebooted();
    radio.log('heard \u{1f514}');
    await api.settle();
    expect(api.all('rebooted')).toEqual([true]);
    expect(api.all('logRecord')).toMatchObject([{ message: 'heard \u{1f514}', source: 'Router' }]);
  });

  it('drops the connection', async () => {
    const { client, radio } = await radioOnMesh();
    const api = await client();
    radio.cut();
    await api.closed;
    expect((await client()).all('myInfo')[0]?.rebootCount).toBe(1);
  });

  it('reboots: the connection, the queue and packets kept are gone, nodes are not', async () => {
    const { client, clock, mesh, peer, radio } = await radioOnMesh();
    const heard = peer();
    const api = await client();
    mesh.transmit(pli(1));
    api.send({ id: 1, wantAck: true });
    await api.settle();
    radio.reboot(3000);
    await api.closed;
    const refused = await connectApiClient(radio.port);
    await refused.closed;
    clock.advance(3000);
    expect(heard).toEqual([]);
    const again = await client();
    await again.settle();
    expect(again.all('myInfo')[0]?.rebootCount).toBe(2);
    expect(again.all('nodeInfo').map(({ num }) => num)).toEqual([RADIO_NUM, PEER_NUM]);
    expect(again.all('packet')).toEqual([]);
  });

  it('does not start on a port that is taken', async () => {
    const { radio } = await radioOnMesh();
    const mesh = createMesh({ clock: createManualClock(), seed: 1 });
    const node = { num: 1, longName: '', shortName: '' };
    await expect(startSimulatedRadio({ mesh, node, port: radio.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(mesh.transmit(pli(1))).toEqual([]);
  });
});
