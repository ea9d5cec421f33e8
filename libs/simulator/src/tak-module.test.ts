import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { broadcastPacket, dataOf } from './mesh-packet.ts';
import type { FirmwareVersion } from './firmware.ts';
import type { RadioChoices } from './radio-settings.ts';
import { PEER_NUM, RADIO_NUM, radioOnMesh } from './testing/radio-on-mesh.ts';
import { unreadablePacket } from './uplink-gateway.ts';

const { TAK, CLIENT } = meshtastic.Config_DeviceConfig_Role;
const { ATAK_PLUGIN, ATAK_PLUGIN_V2, ATAK_FORWARDER, POSITION_APP } = meshtastic.PortNum;
const { CORE_PORTNUMS_ONLY } = meshtastic.Config_DeviceConfig_RebroadcastMode;

/** Stands for Unishox2: every byte turned over, a NUL for `|`. */
const packer = {
  pack: (text: Uint8Array) => text.map((byte) => (byte === 0x7c ? 0 : byte ^ 0xff)),
  unpack: (packed: Uint8Array) => packed.map((byte) => byte ^ 0xff),
};
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

const plain = toBinary(
  meshtastic.TAKPacketSchema,
  create(meshtastic.TAKPacketSchema, {
    contact: { callsign: text('VIPER'), deviceCallsign: text('ANDROID-1|m-1') },
    payloadVariant: { case: 'chat', value: { message: text('hello'), to: text('All') } },
  }),
);
const withoutText = toBinary(
  meshtastic.TAKPacketSchema,
  create(meshtastic.TAKPacketSchema, { payloadVariant: { case: 'pli', value: { latitudeI: 1, longitudeI: 2 } } }),
);

const scene = async (
  firmware: FirmwareVersion,
  role: meshtastic.Config_DeviceConfig_Role,
  choices: Partial<RadioChoices> = {},
) => {
  const node = { num: RADIO_NUM, longName: 'Gateway', shortName: 'GW', role };
  const made = await radioOnMesh({ firmware, node, packer, ...choices });
  const client = await made.client();
  const aired = made.peer();
  return {
    ...made,
    hear: async (portnum: meshtastic.PortNum, payload: Uint8Array) => {
      made.mesh.transmit(broadcastPacket({ from: PEER_NUM, id: made.mesh.nextPacketId(), portnum, payload }));
      await client.settle();
      return client.all('packet').flatMap((packet) => {
        const data = dataOf(packet);
        return data?.portnum === portnum ? [data.payload] : [];
      });
    },
    send: async (payload: Uint8Array) => {
      client.send({ id: 9 }, { portnum: ATAK_PLUGIN, payload });
      await client.settle();
      made.clock.advance(60_000);
      return aired.map((packet) => dataOf(packet)?.payload ?? new Uint8Array())[0];
    },
    client,
  };
};

const shown = (payload: Uint8Array | undefined): string[] => {
  const { isCompressed, contact, payloadVariant } = fromBinary(meshtastic.TAKPacketSchema, payload ?? new Uint8Array());
  const message = payloadVariant.case === 'chat' ? payloadVariant.value.message : new Uint8Array();
  const unpacked = [contact?.callsign, contact?.deviceCallsign, message].map((bytes = new Uint8Array()) =>
    new TextDecoder().decode(isCompressed ? packer.unpack(bytes) : bytes),
  );
  return [String(isCompressed), ...unpacked];
};

describe('port 72 in a TAK role', () => {
  it('2.7.22 packs what its client sends, and cuts a text at a NUL', async () => {
    const { send } = await scene('2.7.22', TAK);
    expect(shown(await send(plain))).toEqual(['true', 'VIPER', 'ANDROID-1', 'hello']);
  });

  it('2.7.22 hands out what is packed twice: unpacked, then as it came', async () => {
    const packed = await (await scene('2.7.22', TAK)).send(plain);
    const { hear } = await scene('2.7.22', TAK);
    const got = await hear(ATAK_PLUGIN, packed ?? plain);
    expect(got.map(shown)).toEqual([
      ['false', 'VIPER', 'ANDROID-1', 'hello'],
      ['true', 'VIPER', 'ANDROID-1', 'hello'],
    ]);
  });

  it('2.7.22 hands out what is not packed once, and nothing that is no TAKPacket', async () => {
    const { hear } = await scene('2.7.22', TAK);
    expect(await hear(ATAK_PLUGIN, plain)).toEqual([plain]);
    expect(await hear(ATAK_PLUGIN, Uint8Array.of(0xff, 0xff))).toEqual([plain]);
  });

  it('2.7.26 sends nothing but an empty payload, unless there is no text', async () => {
    expect(await (await scene('2.7.26', TAK)).send(plain)).toEqual(new Uint8Array());
    const pli = await (await scene('2.7.26', TAK)).send(withoutText);
    expect(pli).toEqual(Uint8Array.of(0x08, 0x01, ...withoutText));
  });

  it('2.7.26 hands out nothing that is packed', async () => {
    const packed = await (await scene('2.7.22', TAK)).send(plain);
    const { hear } = await scene('2.7.26', TAK);
    expect(await hear(ATAK_PLUGIN, packed ?? plain)).toEqual([]);
    expect(await hear(ATAK_PLUGIN, plain)).toEqual([plain]);
  });

  it.each([
    ['2.8.0', TAK],
    ['2.7.22', CLIENT],
    ['2.7.26', CLIENT],
  ] as const)('%s in role %i leaves it alone', async (firmware, role) => {
    const { send, hear } = await scene(firmware, role);
    expect(await send(plain)).toEqual(plain);
    expect(await hear(ATAK_PLUGIN, plain)).toEqual([plain]);
  });
});

describe('a radio that relays core ports only', () => {
  it('says so, and hears no TAK', async () => {
    const { client, hear } = await scene('2.8.0', CLIENT, { rebroadcast: CORE_PORTNUMS_ONLY });
    const modes = client
      .all('config')
      .flatMap(({ payloadVariant: { case: what, value } }) => (what === 'device' ? [value.rebroadcastMode] : []));
    expect(modes).toEqual([CORE_PORTNUMS_ONLY]);
    for (const port of [ATAK_PLUGIN, ATAK_PLUGIN_V2, ATAK_FORWARDER]) expect(await hear(port, plain)).toEqual([]);
    expect(await hear(POSITION_APP, Uint8Array.of(1))).toHaveLength(1);
  });
});

describe('a packet on a channel that the radio does not have', () => {
  it.each([
    ['2.7.22', 1],
    ['2.7.26', 1],
    ['2.8.0', 0],
  ] as const)('%s shows %i', async (firmware, count) => {
    const { mesh, client } = await scene(firmware, CLIENT);
    mesh.transmit(unreadablePacket(PEER_NUM, 5, 0x5e));
    await client.settle();
    const encrypted = client.all('packet').filter(({ payloadVariant }) => payloadVariant.case === 'encrypted');
    expect(encrypted.map(({ channel }) => channel)).toEqual(Array.from({ length: count }, () => 0x5e));
  });
});
