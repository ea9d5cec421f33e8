/** One mesh of old and new radios: what one dialect says is said again in the other, once, marked with who said it. */
import { Dialect, Kind, meshtastic, Reason } from '@cotbus/contracts';
import type { AgentStatus, CotEvent } from '@cotbus/contracts';
import type { Mesh } from '@cotbus/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventNow, overhear, pliNow, say } from './testing/mesh-talk.ts';
import { startScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

const { ATAK_PLUGIN, ATAK_PLUGIN_V2, ATAK_FORWARDER } = meshtastic.PortNum;
const kinds = ['pli', 'chat', 'marker', 'emergency'];
const marker = (uid: string): CotEvent =>
  eventNow(uid, 'b-m-p-s-m', `<contact callsign="${uid}"/><color argb="-65536"/>`);
const chat = (sender: string, id: string): CotEvent =>
  eventNow(
    `GeoChat.${sender}.All Chat Rooms.${id}`,
    'b-t-f',
    `<__chat id="All Chat Rooms" chatroom="All Chat Rooms" senderCallsign="${sender}" messageId="${id}" parent="RootContactGroup" groupOwner="false">` +
      `<chatgrp uid0="${sender}" uid1="All Chat Rooms" id="All Chat Rooms"/></__chat><link uid="${sender}" type="a-f-G-U-C" relation="p-p"/>` +
      `<remarks source="BAO.F.ATAK.${sender}" to="All Chat Rooms">${id} here</remarks>`,
  );

const POLL = { interval: 10, timeout: 20_000 };
const [OLD, NEW, BASE] = [0x4001, 0x5001, 0x1000];

const listen = (mesh: Mesh, to: number) => {
  const heard: { port: number; source: number; uid: string; kind: Kind }[] = [];
  overhear(
    mesh,
    (node) => node === to,
    ({ port, source, event: { uid, kind } }) => heard.push({ port, source, uid, kind }),
  );
  return heard;
};

describe('a mesh of old and new radios', () => {
  let scene: Scene;
  let heard: ReturnType<typeof listen>;
  let status: AgentStatus | undefined;
  beforeEach(async () => {
    scene = await startScene({ fast: true, toMesh: { kinds }, translate: [{ mesh: 'valley', kinds }] });
    heard = listen(scene.mesh, BASE);
    await scene.bus.subscribe('agentStatus', {}, (said) => {
      status = said;
    });
  });
  afterEach(() => scene.stop());

  const taken = (uid: string, node: number) =>
    scene.outcome(`${uid} at TAK`, (o) => o.uid === uid && o.node === node && o.destination === 'tak');
  const sent = (uid: string) =>
    scene.outcome(`${uid} on the mesh`, (o) => o.destination === 'valley' && o.uid.startsWith(uid));

  it('hears each in its own dialect', async () => {
    await scene.client();
    // Nobody has spoken V2 yet: nobody needs it.
    say(scene.mesh, OLD, pliNow('OLD-1'), Dialect.V1);
    await taken('OLD-1', OLD);
    await expect.poll(() => status?.onlyV1, POLL).toBe(1);

    say(scene.mesh, NEW, pliNow('NEW-1'), Dialect.V2);
    expect((await sent('NEW-1')).reason).toBe(Reason.DELIVERED);
    await expect.poll(() => status?.onlyV2, POLL).toBe(1);
    say(scene.mesh, NEW, marker('NEW-MARK'), Dialect.V2);
    await sent('NEW-MARK');
    say(scene.mesh, OLD, chat('OLD-1', 'm-1'), Dialect.V1);
    await sent('GeoChat.OLD-1');
    say(scene.mesh, OLD, marker('OLD-MARK'), Dialect.FORWARDER);
    await sent('OLD-MARK');
    expect(heard).toEqual([
      { port: ATAK_PLUGIN, source: NEW, uid: 'NEW-1', kind: Kind.PLI },
      { port: ATAK_FORWARDER, source: NEW, uid: 'NEW-MARK', kind: Kind.MARKER },
      {
        port: ATAK_PLUGIN_V2,
        source: OLD,
        uid: expect.stringMatching(/^GeoChat\.OLD-1\.All Chat Rooms\./),
        kind: Kind.CHAT,
      },
      { port: ATAK_PLUGIN_V2, source: OLD, uid: 'OLD-MARK', kind: Kind.MARKER },
    ]);
    // What was said again is one item more, with one outcome; at TAK nothing comes twice.
    const ends = scene.outcomes.filter(({ destination }) => destination === 'valley').map(({ uid }) => uid);
    expect(ends).toEqual(heard.map(({ uid }) => uid));
    const atTak = () =>
      scene.outcomes.filter(({ destination, node, port }) => destination === 'tak' && node !== 0 && port !== 4);
    await expect.poll(() => atTak().map(({ uid }) => uid), POLL).toEqual(['OLD-1', ...heard.map(({ uid }) => uid)]);
  });
});
