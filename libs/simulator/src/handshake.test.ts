import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import type { FirmwareVersion } from './firmware.ts';
import { broadcastPacket, dataOf } from './mesh-packet.ts';
import { userPayload } from './own-node.ts';
import { positionPayload } from './unit-script.ts';
import { connectApiClient } from './testing/api-client.ts';
import { PEER_NUM, RADIO_NUM, radioOnMesh, type RadioOnMesh } from './testing/radio-on-mesh.ts';
import { defaultUnits } from './unit-plans.ts';

const { PortNum } = meshtastic;
const peer = { num: PEER_NUM, longName: 'Peer', shortName: 'P' };

/** Lets the radio hear who the peer is and where. */
const introducePeer = ({ mesh, clock }: RadioOnMesh): void => {
  const [unit] = defaultUnits;
  if (unit?.kind !== 'plain') throw new Error('the first unit has a position of its own');
  const at = { step: 0, elapsedMs: 0, nowMs: clock.now(), messageId: '' };
  const from = PEER_NUM;
  mesh.transmit(broadcastPacket({ from, id: 1, portnum: PortNum.NODEINFO_APP, payload: userPayload(peer) }));
  const payload = positionPayload(unit, at);
  mesh.transmit(broadcastPacket({ from, id: 2, portnum: PortNum.POSITION_APP, payload }));
};

const kindsInOrder = (kinds: readonly (string | undefined)[]): (string | undefined)[] =>
  kinds.filter((kind, i) => kind !== kinds[i - 1]);

describe('the handshake', () => {
  it('tells nothing before it is asked for', async () => {
    const { radio } = await radioOnMesh();
    const client = await connectApiClient(radio.port);
    client.say({ case: 'heartbeat', value: { $typeName: 'meshtastic.Heartbeat', nonce: 0 } });
    client.send({ id: 5 });
    await client.configure();
    expect(client.messages[0]?.case).toBe('myInfo');
    expect(client.all('queueStatus')).toEqual([]);
    client.close();
  });

  it.each([
    ['2.7.22', '2.7.22.96dd647', 13, 0, false],
    ['2.7.26', '2.7.26.54e0d8d', 16, 3, false],
    ['2.8.0', '2.8.0.7754068', 17, 0, true],
  ] as const)(
    'of %s comes in the order of the firmware',
    async (firmware: FirmwareVersion, text, moduleConfigs, emptyOnes, hasRegionPresets) => {
      const setup = await radioOnMesh({ firmware });
      introducePeer(setup);
      const client = await setup.client();
      const handshake = client.messages.slice(0, client.messages.findIndex((m) => m.case === 'configCompleteId') + 1);
      expect(kindsInOrder(handshake.map((message) => message.case))).toEqual([
        'myInfo',
        'deviceuiConfig',
        'nodeInfo',
        'metadata',
        ...(hasRegionPresets ? ['regionPresets'] : []),
        'channel',
        'config',
        'moduleConfig',
        'nodeInfo',
        'fileInfo',
        'configCompleteId',
      ]);
      expect(client.all('channel').map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(client.all('config')).toHaveLength(10);
      expect(client.all('moduleConfig')).toHaveLength(moduleConfigs);
      expect(client.all('moduleConfig').filter((m) => m.payloadVariant.case === undefined)).toHaveLength(emptyOnes);
      expect(client.all('metadata')[0]?.firmwareVersion).toBe(text);
      expect(client.all('myInfo')[0]).toMatchObject({ myNodeNum: RADIO_NUM, rebootCount: 1, nodedbCount: 2 });
      expect(client.all('nodeInfo')[0]).toMatchObject({ num: RADIO_NUM, isFavorite: true });
      expect(client.all('nodeInfo')[0]?.hopsAway).toBeUndefined();
      expect(client.all('configCompleteId')).toEqual([4711]);
    },
  );

  it('tells the private channel as primary and the other slots as disabled', async () => {
    const client = await (await radioOnMesh()).client();
    const [primary, ...others] = client.all('channel');
    expect(primary).toMatchObject({ role: meshtastic.Channel_Role.PRIMARY, settings: { name: 'SIM' } });
    expect(primary?.settings?.psk).toHaveLength(32);
    expect(others.every(({ role }) => role === meshtastic.Channel_Role.DISABLED)).toBe(true);
  });

  it('leaves out the other nodes with nonce 69420 and tells only nodes with 69421', async () => {
    const setup = await radioOnMesh({ firmware: '2.7.26' });
    introducePeer(setup);
    const client = await connectApiClient(setup.radio.port);
    await client.configure(69420);
    expect(client.all('nodeInfo').map(({ num }) => num)).toEqual([RADIO_NUM]);
    const told = client.messages.length;
    await client.configure(69421);
    const kinds = client.messages.slice(told).filter((message) => message.case !== 'packet');
    expect(kinds.map((message) => message.case)).toEqual(['nodeInfo', 'nodeInfo', 'configCompleteId']);
    client.close();
  });

  it('carries positions of others in node infos before 2.8', async () => {
    const setup = await radioOnMesh({ firmware: '2.7.26' });
    introducePeer(setup);
    const client = await setup.client();
    expect(client.all('nodeInfo')[1]).toMatchObject({ num: PEER_NUM, user: { longName: 'Peer' }, hopsAway: 0 });
    expect(client.all('nodeInfo')[1]?.position?.latitudeI).toBeGreaterThan(0);
  });

  it('of 2.8 carries no position in node infos and replays it as a packet of the same id each time', async () => {
    const setup = await radioOnMesh();
    introducePeer(setup);
    const client = await setup.client();
    expect(client.all('nodeInfo')[1]).toMatchObject({ num: PEER_NUM, user: { longName: 'Peer' } });
    expect(client.all('nodeInfo')[1]?.position).toBeUndefined();
    setup.clock.advance(5000);
    await client.configure();
    await client.settle();
    const replays = client.all('packet').filter(({ priority, rxRssi }) => priority === 10 && rxRssi === 0);
    expect(replays.map((packet) => [packet.from, dataOf(packet)?.portnum])).toEqual([
      [PEER_NUM, PortNum.POSITION_APP],
      [PEER_NUM, PortNum.POSITION_APP],
    ]);
    expect(replays[0]?.id).toBe(replays[1]?.id);
    expect(replays[0]?.rxTime).toBe(1_750_000_000);
  });

  it('is not followed by a replay with nonce 69420', async () => {
    const setup = await radioOnMesh();
    introducePeer(setup);
    const client = await connectApiClient(setup.radio.port);
    await client.configure(69420);
    await client.settle();
    expect(client.all('packet').filter(({ priority }) => priority === 10)).toEqual([]);
    client.close();
  });
});
