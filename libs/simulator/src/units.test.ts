import { fromBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { broadcastPacket, dataOf } from './mesh-packet.ts';
import { createMesh, type Mesh } from './mesh.ts';
import { parseChat } from './tak-packet.ts';
import { createManualClock, type ManualClock } from './testing/manual-clock.ts';
import { chatFromTak, takUser } from './testing/tak-user.ts';
import { FIRST_NODE_NUM } from './unit-plans.ts';
import { startUnits } from './units.ts';

const { PortNum } = meshtastic;
const GATEWAY = FIRST_NODE_NUM;

interface Scene {
  readonly clock: ManualClock;
  readonly mesh: Mesh;
  readonly heard: meshtastic.MeshPacket[];
  readonly stop: () => void;
  readonly say: (portnum: meshtastic.PortNum, payload: Uint8Array, from?: number) => void;
}

const scene = (intervalMs?: number): Scene => {
  const clock = createManualClock();
  const mesh = createMesh({ clock, seed: 3 });
  const heard: meshtastic.MeshPacket[] = [];
  mesh.join({ num: GATEWAY, hopsAway: 0, hear: (packet) => void heard.push(packet) });
  const units = startUnits({ mesh, ...(intervalMs && { intervalMs }) });
  const say: Scene['say'] = (portnum, payload, from = GATEWAY) =>
    void mesh.transmit(broadcastPacket({ from, id: mesh.nextPacketId(), portnum, payload }));
  return { clock, mesh, heard, stop: () => units.stop(), say };
};

const payloadOf = (packet: meshtastic.MeshPacket): Uint8Array => dataOf(packet)?.payload ?? new Uint8Array();
const onPort = (packets: readonly meshtastic.MeshPacket[], portnum: number): meshtastic.MeshPacket[] =>
  packets.filter((packet) => dataOf(packet)?.portnum === portnum);
const takPackets = (packets: readonly meshtastic.MeshPacket[]): meshtastic.TAKPacketV2[] =>
  onPort(packets, PortNum.ATAK_PLUGIN_V2).map((packet) => {
    const payload = payloadOf(packet);
    expect(payload[0]).toBe(0xff);
    return fromBinary(meshtastic.TAKPacketV2Schema, payload.subarray(1));
  });
const reports = (packets: readonly meshtastic.MeshPacket[]): meshtastic.TAKPacketV2[] =>
  takPackets(packets).filter(({ payloadVariant }) => payloadVariant.case === undefined);
const chats = (packets: readonly meshtastic.MeshPacket[]) =>
  onPort(packets, PortNum.ATAK_PLUGIN_V2).flatMap((packet) => parseChat(payloadOf(packet)) ?? []);

describe('the units of the demo', () => {
  it('have all reported within a second, but for the one without a fix', () => {
    const { clock, heard } = scene();
    clock.advance(1000);
    expect(onPort(heard, PortNum.NODEINFO_APP).map(({ from }) => from)).toHaveLength(6);
    expect(onPort(heard, PortNum.POSITION_APP).map(({ from }) => from)).toEqual([GATEWAY + 1, GATEWAY + 6]);
    expect(onPort(heard, PortNum.TELEMETRY_APP).map(({ from }) => from)).toEqual(
      [1, 2, 6].map((offset) => GATEWAY + offset),
    );
    expect(reports(heard).map(({ callsign }) => callsign)).toEqual(['SIM-ALPHA', 'SIM-BRAVO', 'SIM-CHARLIE']);
  });

  it('find the one without a fix one after a minute', () => {
    const { clock, heard } = scene();
    clock.advance(59_000);
    expect(onPort(heard, PortNum.POSITION_APP).some(({ from }) => from === GATEWAY + 2)).toBe(false);
    clock.advance(7000);
    expect(onPort(heard, PortNum.POSITION_APP).some(({ from }) => from === GATEWAY + 2)).toBe(true);
  });

  it('tell everything a position report of schema B tells', () => {
    const { clock, heard } = scene();
    clock.advance(1000);
    expect(reports(heard)[0]).toMatchObject({
      cotTypeId: meshtastic.CotType.CotType_a_f_G_U_C,
      how: meshtastic.CotHow.CotHow_m_g,
      uid: 'ANDROID-51a0000000000003',
      callsign: 'SIM-ALPHA',
      team: meshtastic.Team.Cyan,
      role: meshtastic.MemberRole.TeamLead,
      speed: 140,
      battery: 88,
      altitude: 848,
      staleSeconds: 75,
    });
  });

  it('walk on their circles at walking pace', () => {
    const { clock, heard } = scene(5000);
    clock.advance(30_000);
    const places = reports(heard).filter(({ callsign }) => callsign === 'SIM-BRAVO');
    expect(places.length).toBeGreaterThan(5);
    for (const [i, place] of places.entries()) {
      const before = places[i - 1];
      if (!before) continue;
      const north = (place.latitudeI - before.latitudeI) * 1e-7 * 111_320;
      const east = (place.longitudeI - before.longitudeI) * 1e-7 * 111_320 * Math.cos(47.59 * (Math.PI / 180));
      expect(Math.hypot(north, east)).toBeCloseTo(7, 0);
      const bearing = (Math.atan2(east, north) * 180) / Math.PI;
      expect(Math.abs(((((bearing - before.course / 100 + 540) % 360) + 360) % 360) - 180)).toBeLessThan(2);
    }
  });

  it('talk, on port 1 and as GeoChat to all chat rooms', () => {
    const { clock, heard } = scene();
    clock.advance(30_000);
    expect(
      onPort(heard, PortNum.TEXT_MESSAGE_APP).map((packet) => new TextDecoder().decode(payloadOf(packet))),
    ).toEqual(['wind picking up on the south shore']);
    const [chat] = takPackets(heard).filter(({ payloadVariant }) => payloadVariant.case === 'chat');
    expect(chat?.uid).toMatch(/^GeoChat\.ANDROID-51a0000000000003\.All Chat Rooms\.sim-[0-9a-f]+$/);
    expect(chat?.payloadVariant.value).toMatchObject({
      message: 'alpha at the north bay, moving clockwise',
      toCallsign: 'SIM-ALPHA',
    });
  });

  it('send what every radio can carry, and do the same in every run', () => {
    const run = (): meshtastic.MeshPacket[] => {
      const { clock, heard } = scene();
      clock.advance(120_000);
      return heard;
    };
    const packets = run();
    expect(packets.length).toBeGreaterThan(100);
    expect(Math.max(...packets.map((packet) => payloadOf(packet).length))).toBeLessThanOrEqual(225);
    expect(new Set(packets.map(({ id }) => id)).size).toBe(packets.length);
    expect(run()).toEqual(packets);
  });

  it('are quiet after the end', () => {
    const { clock, heard, say, stop } = scene();
    clock.advance(2000);
    stop();
    const before = heard.length;
    say(PortNum.ATAK_PLUGIN_V2, chatFromTak('anybody?'));
    clock.advance(60_000);
    expect(heard).toHaveLength(before);
  });
});

describe('an answer', () => {
  const answersTo = (portnum: meshtastic.PortNum, payload: Uint8Array, from?: number) => {
    const { clock, heard, say } = scene(100_000);
    clock.advance(1000);
    say(portnum, payload, from);
    const before = heard.length;
    clock.advance(2000);
    return heard.slice(before);
  };

  it('to a chat to everybody comes from SIM-ALPHA alone, within two seconds', () => {
    const answers = answersTo(PortNum.ATAK_PLUGIN_V2, chatFromTak('radio check'));
    expect(chats(answers)).toEqual([{ senderUid: 'ANDROID-51a0000000000003', to: undefined, text: 'copy' }]);
  });

  it('to a chat to one unit goes to its sender alone', () => {
    const answers = answersTo(PortNum.ATAK_PLUGIN_V2, chatFromTak('where are you?', 'ANDROID-51a0000000000005'));
    expect(chats(answers)).toEqual([{ senderUid: 'ANDROID-51a0000000000005', to: takUser.uid, text: 'copy' }]);
  });

  it('to a text comes from the node that talks', () => {
    const answers = answersTo(PortNum.TEXT_MESSAGE_APP, new TextEncoder().encode('hello'));
    expect(answers.map(({ from }) => from)).toEqual([GATEWAY + 6]);
  });

  it.each([
    ['to an answer', PortNum.ATAK_PLUGIN_V2, chatFromTak('Copy, thanks'), GATEWAY],
    ['to a text that is an answer', PortNum.TEXT_MESSAGE_APP, new TextEncoder().encode('copy'), GATEWAY],
    ['to another unit', PortNum.ATAK_PLUGIN_V2, chatFromTak('radio check'), GATEWAY + 4],
    ['to a room that nobody is in', PortNum.ATAK_PLUGIN_V2, chatFromTak('radio check', 'Rescue'), GATEWAY],
    ['to what is compressed', PortNum.ATAK_PLUGIN_V2, Uint8Array.of(0, 0x28, 0xb5), GATEWAY],
    ['to rubbish', PortNum.ATAK_PLUGIN_V2, Uint8Array.of(0xff, 0xff), GATEWAY],
  ] as const)('is not given %s', (_what, portnum, payload, from) => {
    expect(answersTo(portnum, payload, from)).toEqual([]);
  });

  it('covers all chats that come before it', () => {
    const { clock, heard, say } = scene(100_000);
    clock.advance(1000);
    const before = heard.length;
    for (let i = 0; i < 10; i += 1) say(PortNum.ATAK_PLUGIN_V2, chatFromTak(`message ${i}`));
    clock.advance(5000);
    expect(chats(heard.slice(before))).toHaveLength(1);
  });
});
