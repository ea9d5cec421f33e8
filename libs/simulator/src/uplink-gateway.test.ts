import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BROADCAST, meshtastic } from '@cotbus/contracts';
import { createUplink, encodeDownlink, openChannels } from '@cotbus/meshtastic';
import type { AesCtr } from '@cotbus/meshtastic';
import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cipher } from './channel-cipher.ts';
import { broadcastPacket } from './mesh-packet.ts';
import { createMesh } from './mesh.ts';
import { createManualClock } from './testing/manual-clock.ts';
import { createMemoryMeshBroker } from './testing/memory-mesh-broker.ts';
import { startUplinkGateway, type UplinkGatewayOptions } from './uplink-gateway.ts';

const aesCtr: AesCtr = (key, counter, bytes) =>
  new Uint8Array(createCipheriv(`aes-${key.length * 8}-ctr`, key, counter).update(bytes));

const TAK = { name: 'TAK', psk: Uint8Array.from({ length: 32 }, (_, at) => at) };
const SENDER = 0x2001;
const GATEWAY = 0x55667788;
const { ATAK_PLUGIN_V2 } = meshtastic.PortNum;

const scene = (options: Partial<UplinkGatewayOptions> = {}) => {
  const mesh = createMesh({ clock: createManualClock(), seed: 3, channels: [TAK] });
  const broker = createMemoryMeshBroker();
  const start = (num: number) =>
    startUplinkGateway({ mesh, broker: broker.client(), node: { num, longName: 'G', shortName: 'G' }, ...options });
  const gateway = start(GATEWAY);
  const onAir: meshtastic.MeshPacket[] = [];
  mesh.join({ num: 7, hopsAway: 0, hear: (packet) => void onAir.push(packet) });
  const say = (id: number): void => {
    mesh.transmit(broadcastPacket({ from: SENDER, id, portnum: ATAK_PLUGIN_V2, payload: Uint8Array.of(0xff, 8, 1) }));
  };
  return { mesh, broker, gateway, start, onAir, say };
};

const channels = openChannels([TAK]);
const host = (takesDecoded = false) => createUplink({ aesCtr, channels, node: 0x99, takesDecoded });

describe('the envelopes of a gateway', () => {
  it('are encrypted byte for byte as the protocol says', () => {
    // Of reference vectors: DEFAULT key, from 11223344, id deadbeef.
    const [longFast] = openChannels([{ name: 'LongFast', psk: Uint8Array.of(1) }]);
    const data = Buffer.from('0801120948656c6c6f2054414b4801', 'hex');
    const bytes = cipher(longFast ?? { key: new Uint8Array() }, { from: 0x11223344, id: 0xdeadbeef }, data);
    expect(Buffer.from(bytes).toString('hex')).toBe('ca38184116ee9338343f4b195a6e73');
  });

  it.each([
    [true, '2/e/TAK/!55667788'],
    [false, '2/e/TAK/!55667788'],
  ])('are read by a host that has the key (encrypted: %s)', (encrypted, topic) => {
    const { broker, say } = scene({ encrypted });
    say(5);
    expect(broker.published.map((message) => message.topic)).toEqual([`msh/EU_868/${topic}`]);
    const heard = broker.published.map((message) => host(!encrypted).message({ ...message, retained: false }, 0));
    expect(heard).toMatchObject([
      { kind: 'packet', packet: { from: SENDER, id: 5, payloadVariant: { value: { portnum: 78 } } } },
    ]);
  });

  it('are one from each gateway, with the signal it had', () => {
    const { broker, start, say } = scene();
    start(0x99aa);
    say(5);
    const packets = broker.published.map(({ payload }) => fromBinary(meshtastic.ServiceEnvelopeSchema, payload).packet);
    expect(packets).toHaveLength(2);
    expect(new Set(packets.map((packet) => packet?.rxRssi)).size).toBe(2);
  });

  it('hold nothing of what came over MQTT, and nothing of a channel that the gateway does not have', () => {
    const { mesh, broker } = scene();
    const content = { from: SENDER, id: 6, portnum: ATAK_PLUGIN_V2, payload: Uint8Array.of(1) };
    mesh.transmit(create(meshtastic.MeshPacketSchema, { ...broadcastPacket(content), viaMqtt: true }));
    mesh.transmit(create(meshtastic.MeshPacketSchema, { ...broadcastPacket(content), channel: 3 }));
    expect(broker.published).toEqual([]);
  });
});

const sender = { aesCtr, root: 'msh/EU_868', node: 0x99aabb, okToMqtt: false };
type Fields = Partial<Pick<meshtastic.MeshPacket, 'hopLimit' | 'from' | 'id' | 'hopStart'>>;
const wanted = (fields: Fields = {}): meshtastic.MeshPacket =>
  create(meshtastic.MeshPacketSchema, {
    to: BROADCAST,
    id: 77,
    hopLimit: 3,
    payloadVariant: {
      case: 'decoded',
      value: create(meshtastic.DataSchema, { portnum: ATAK_PLUGIN_V2, payload: Uint8Array.of(0xff, 1) }),
    },
    ...fields,
  });

describe('what a host publishes for a gateway', () => {
  const publish = (made: ReturnType<typeof scene>, fields: Fields = {}): void => {
    const [channel] = channels;
    if (channel === undefined) throw new TypeError('no channel');
    const downlink = encodeDownlink(sender, channel, wanted(fields));
    if (!downlink.ok) throw new TypeError(downlink.detail);
    made.broker.client().publish(downlink.topic, downlink.payload);
  };

  it('goes on the air marked as coming over MQTT, once, and never back', () => {
    const made = scene();
    publish(made);
    publish(made);
    expect(made.onAir).toMatchObject([{ from: sender.node, id: 77, viaMqtt: true, hopStart: 2 }]);
    expect(made.gateway.taken()).toHaveLength(1);
    expect(made.broker.published).toHaveLength(2);
  });

  it('stays with the gateway when it has no hops', () => {
    const made = scene();
    publish(made, { hopLimit: 0 });
    expect([made.gateway.taken().length, made.onAir.length]).toEqual([1, 0]);
  });

  const envelope = (fields: Fields, { channelId = 'TAK', gatewayId = '!00000099' } = {}): Uint8Array =>
    toBinary(
      meshtastic.ServiceEnvelopeSchema,
      create(meshtastic.ServiceEnvelopeSchema, {
        packet: wanted({ from: 0x99, ...fields }),
        channelId,
        gatewayId,
      }),
    );

  it.each<[string, Uint8Array, string[]]>([
    ['on another channel', envelope({}, { channelId: 'other' }), ['no channel "other" with downlink']],
    ['from this gateway', envelope({}, { gatewayId: '!55667788' }), []],
    ['as its own packet', envelope({ from: GATEWAY }), ['sent by nobody else']],
    ['without an id', envelope({ id: 0 }), ['no packet id']],
    [
      'with more hops left than it started with',
      envelope({ hopLimit: 3, hopStart: 2 }),
      ['more hops left than it started with'],
    ],
    ['with neither hops nor bitfield', envelope({ hopLimit: 0, hopStart: 0 }), ['no hops and no bitfield']],
    ['that is none', Uint8Array.of(0xff, 0xff), ['no ServiceEnvelope']],
  ])('is not taken %s', (_what, payload, refused) => {
    const made = scene({ encrypted: false });
    made.broker.client().publish('msh/EU_868/2/e/TAK/!00000099', payload);
    expect([made.gateway.taken(), made.gateway.refused()]).toEqual([[], refused]);
  });

  it('is not taken in clear by a gateway that encrypts', () => {
    const made = scene();
    made.broker.client().publish('msh/EU_868/2/e/TAK/!00000099', envelope({ hopStart: 3 }));
    expect(made.gateway.refused()).toEqual(['not encrypted']);
  });
});
