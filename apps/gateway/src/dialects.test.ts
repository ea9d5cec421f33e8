import { meshtastic, Reason } from '@cotbus/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { startScene } from './testing/scene.ts';
import type { Scene, SceneOptions } from './testing/scene.ts';

const { PortNum } = meshtastic;
const iso = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString();

const xml = (uid: string, type: string, detail: string): string =>
  `<event version="2.0" uid="${uid}" type="${type}" how="h-e" time="${iso(0)}" start="${iso(0)}" stale="${iso(900_000)}">` +
  `<point lat="47.1" lon="11.2" hae="900" ce="9999999.0" le="9999999.0"/><detail>${detail}</detail></event>`;

const events: Readonly<Record<string, string>> = {
  pli: xml('PHONE-1', 'a-f-G-U-C', '<contact callsign="PHONE" endpoint="*:-1:stcp"/><__group name="Cyan" role="HQ"/>'),
  chat: xml(
    'GeoChat.PHONE-1.All Chat Rooms.m-1',
    'b-t-f',
    '<__chat id="All Chat Rooms" chatroom="All Chat Rooms" senderCallsign="PHONE" messageId="m-1"/><remarks>here</remarks>',
  ),
  marker: xml('marker-1', 'b-m-p-s-m', '<contact callsign="Camp"/><color argb="-65536"/>'),
  shape: xml(
    'circle-1',
    'u-d-c-c',
    '<shape><ellipse major="200" minor="200" angle="360"/></shape><strokeColor value="-65536"/>',
  ),
  route: xml(
    'route-1',
    'b-m-r',
    '<link uid="a" type="b-m-p-w" callsign="CP1" point="47.1,11.2"/><link uid="b" type="b-m-p-w" callsign="CP2" point="47.2,11.3"/>',
  ),
  casevac: xml('medevac-1', 'b-r-f-h-c', '<_medevac_ title="MED 1" urgent="2" casevac="true" freq="38.9"/>'),
  emergency: xml('PHONE-1-9-1-1', 'b-a-o-tbl', '<emergency type="911 Alert">PHONE</emergency>'),
  delete: xml('del-1', 't-x-d-d', '<link uid="marker-1" type="b-m-p-s-m" relation="p-p"/><__forcedelete/>'),
};
const kinds = Object.keys(events);

describe('what TAK sends reaches the air in the dialect of the mesh', () => {
  let scene: Scene;
  afterEach(async () => {
    await scene.stop();
  });

  /** Ports by kind, as the radio sent them. */
  const send = async (options: SceneOptions): Promise<Record<string, number[]>> => {
    scene = await startScene({ fast: true, ...options, toMesh: { ...options.toMesh, kinds } });
    const client = await scene.client();
    const ports: Record<string, number[]> = {};
    for (const kind of kinds) {
      const before = scene.radios[0]?.sent().length ?? 0;
      const ended = scene.outcomes.length;
      client.send(events[kind] ?? '');
      await expect
        .poll(() => scene.outcomes.slice(ended).find(({ destination }) => destination === 'valley'))
        .toMatchObject({
          reason: Reason.DELIVERED,
        });
      await expect.poll(() => scene.radios[0]?.sent().length ?? 0).toBeGreaterThan(before);
      const packets = scene.radios[0]?.sent().slice(before) ?? [];
      ports[kind] = packets.flatMap(({ payloadVariant: { case: what, value } }) =>
        what === 'decoded' ? [value.portnum] : [],
      );
    }
    return ports;
  };
  const all = (port: number): Record<string, unknown> =>
    Object.fromEntries(kinds.map((kind) => [kind, expect.arrayContaining([port]) as unknown]));

  it('V2 with a radio of today', async () => {
    expect(await send({})).toEqual(all(PortNum.ATAK_PLUGIN_V2));
  });

  it('V1 with an older one, and the forwarder for what V1 cannot carry', async () => {
    const ports = await send({ firmware: '2.7.22' });
    expect(ports).toEqual({
      ...all(PortNum.ATAK_FORWARDER),
      pli: [PortNum.ATAK_PLUGIN],
      chat: [PortNum.ATAK_PLUGIN],
    });
  });

  it('both, where the operator says so', async () => {
    const ports = await send({ toMesh: { dialect: 'both' } });
    expect(ports['pli']).toEqual([PortNum.ATAK_PLUGIN_V2, PortNum.ATAK_PLUGIN]);
    expect(ports['marker']?.slice(0, 2)).toEqual([PortNum.ATAK_PLUGIN_V2, PortNum.ATAK_FORWARDER]);
  });
});
