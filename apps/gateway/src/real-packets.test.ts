import { meshtastic } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { cotFaults, nodeAt, readXml, sdkFixtures } from '@cotbus/testkit';
import type { SdkFixture } from '@cotbus/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

const fixtures = [...sdkFixtures('pli'), ...sdkFixtures('chat')].filter(({ name }) => /^(pli|geochat)_/.test(name));

/** What a TAK client reads, beside what the sender encoded; empty and absent are one. */
const shown = (event: string) => {
  const xml = readXml(event);
  const at = (path: string, name: string): string => nodeAt(xml, path)?.attributes[name] ?? '';
  return {
    uid: xml.attributes['uid'],
    latitudeI: Math.round(Number(at('point', 'lat')) * 1e7),
    longitudeI: Math.round(Number(at('point', 'lon')) * 1e7),
    callsign: at('detail/contact', 'callsign') || at('detail/__chat', 'senderCallsign'),
    team: at('detail/__group', 'name'),
    role: at('detail/__group', 'role').replaceAll(' ', ''),
    battery: Number(at('detail/status', 'battery')),
    speedCmS: Math.round(Number(at('detail/track', 'speed')) * 100),
    courseE2: Math.round(Number(at('detail/track', 'course')) * 100),
    room: at('detail/__chat', 'id'),
    text: nodeAt(xml, 'detail/__chat') === undefined ? '' : (nodeAt(xml, 'detail/remarks')?.text ?? ''),
  };
};

const encoded = ({ decoded }: SdkFixture) => {
  const chat = decoded['chat'] as { message?: string; to?: string; to_callsign?: string } | undefined;
  const text = (name: string): string => (decoded[name] as string | undefined) ?? '';
  const number = (name: string): number => Number(decoded[name] ?? 0);
  return {
    uid: text('uid'),
    latitudeI: number('latitude_i'),
    longitudeI: number('longitude_i'),
    callsign: text('callsign') || (chat?.to_callsign ?? ''),
    team: text('team').replace('_', ' '),
    role: text('role'),
    battery: number('battery'),
    speedCmS: number('speed'),
    courseE2: number('course'),
    room: chat === undefined ? '' : (chat.to ?? 'All Chat Rooms'),
    text: chat?.message ?? '',
  };
};

describe.skipIf(fixtures.length === 0)('packets of the published SDK through radio, bus and TAK socket', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(async () => {
    await scene.stop();
  });

  it.each(fixtures)('$name', async (fixture) => {
    const client = await scene.client();
    scene.mesh.transmit(
      broadcastPacket({
        from: 0x4001,
        id: scene.mesh.nextPacketId(),
        portnum: meshtastic.PortNum.ATAK_PLUGIN_V2,
        payload: Uint8Array.of(0xff, ...fixture.packet),
      }),
    );
    const wanted = encoded(fixture);
    const event = await client.waitFor(fixture.name, (xml) => xml.includes(`uid="${wanted.uid}"`));
    expect(cotFaults(event)).toEqual([]);
    expect(shown(event)).toEqual(wanted);
    client.close();
  });
});
