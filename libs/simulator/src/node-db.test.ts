import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { broadcastPacket } from './mesh-packet.ts';
import { createNodeDb, NODE_DB_SIZE } from './node-db.ts';
import { telemetryPayload, userPayload } from './own-node.ts';

const { PortNum } = meshtastic;
const heard = (from: number, portnum: meshtastic.PortNum, payload: Uint8Array): meshtastic.MeshPacket =>
  create(meshtastic.MeshPacketSchema, {
    ...broadcastPacket({ from, id: 1, portnum, payload }),
    rxTime: 1_750_000_000,
    hopLimit: 1,
  });

describe('the nodes a radio knows', () => {
  it('are put together from what they send', () => {
    const nodes = createNodeDb();
    nodes.learn(heard(7, PortNum.NODEINFO_APP, userPayload({ num: 7, longName: 'Seven', shortName: '7' })));
    nodes.learn(heard(7, PortNum.TELEMETRY_APP, telemetryPayload({ batteryLevel: 55 }, 0)));
    nodes.learn(heard(7, PortNum.ATAK_PLUGIN_V2, Uint8Array.of(0xff)));
    expect(nodes.get(7)).toMatchObject({
      user: { longName: 'Seven' },
      deviceMetrics: { batteryLevel: 55 },
      lastHeard: 1_750_000_000,
      hopsAway: 2,
    });
  });

  it('survive packets that are not what their port says', () => {
    const nodes = createNodeDb();
    for (const portnum of [PortNum.NODEINFO_APP, PortNum.POSITION_APP, PortNum.TELEMETRY_APP]) {
      nodes.learn(heard(7, portnum, Uint8Array.of(0xff, 0xff)));
    }
    expect(nodes.list()).toMatchObject([{ num: 7, lastHeard: 1_750_000_000 }]);
    expect(nodes.get(7)?.user).toBeUndefined();
  });

  it('are limited: the one heard longest ago is forgotten', () => {
    const nodes = createNodeDb();
    for (let num = 1; num <= NODE_DB_SIZE; num += 1) nodes.put(create(meshtastic.NodeInfoSchema, { num }));
    nodes.learn(heard(1, PortNum.ATAK_PLUGIN_V2, Uint8Array.of(0xff)));
    nodes.learn(heard(999, PortNum.ATAK_PLUGIN_V2, Uint8Array.of(0xff)));
    expect(nodes.list()).toHaveLength(NODE_DB_SIZE);
    expect(nodes.get(1)?.num).toBe(1);
    expect(nodes.get(2)).toBeUndefined();
  });
});
