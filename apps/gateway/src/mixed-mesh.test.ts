/** One mesh of old and new radios: what one dialect says is said again in the other, once, marked with who said it. */
import { createEventEncoder, createV2Wire, parseEventXml } from '@cotbus/codec';
import { Dialect, Kind, meshtastic, Reason } from '@cotbus/contracts';
import type { AgentStatus, CotEvent } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import type { Mesh } from '@cotbus/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createListener } from './testing/heard-events.ts';
import { startScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

const { ATAK_PLUGIN, ATAK_PLUGIN_V2, ATAK_FORWARDER } = meshtastic.PortNum;
const kinds = ['pli', 'chat', 'marker', 'emergency'];
const encode = createEventEncoder({ wire: createV2Wire({ dictionaries: [] }), transferId: () => 1 });

const eventOf = (uid: string, type: string, detail: string): CotEvent => {
  const iso = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString();
  const parsed = parseEventXml(
    `<event version="2.0" uid="${uid}" type="${type}" how="m-g" time="${iso(0)}" start="${iso(0)}" stale="${iso(900_000)}">` +
      `<point lat="47.1" lon="11.2" hae="900" ce="9999999.0" le="9999999.0"/><detail>${detail}</detail></event>`,
  );
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.event;
};
const pli = (uid: string): CotEvent =>
  eventOf(uid, 'a-f-G-U-C', `<contact callsign="${uid}" endpoint="*:-1:stcp"/><__group name="Cyan" role="HQ"/>`);
const marker = (uid: string): CotEvent =>
  eventOf(uid, 'b-m-p-s-m', `<contact callsign="${uid}"/><color argb="-65536"/>`);
const chat = (sender: string, id: string): CotEvent =>
  eventOf(
    `GeoChat.${sender}.All Chat Rooms.${id}`,
    'b-t-f',
    `<__chat id="All Chat Rooms" chatroom="All Chat Rooms" senderCallsign="${sender}" messageId="${id}" parent="RootContactGroup" groupOwner="false">` +
      `<chatgrp uid0="${sender}" uid1="All Chat Rooms" id="All Chat Rooms"/></__chat><link uid="${sender}" type="a-f-G-U-C" relation="p-p"/>` +
      `<remarks source="BAO.F.ATAK.${sender}" to="All Chat Rooms">${id} here</remarks>`,
  );

const POLL = { interval: 10, timeout: 20_000 };
const [OLD, NEW, BASE] = [0x4001, 0x5001, 0x1000];

/** Somebody at the edge of the mesh, who writes down what one node says. */
const listen = (mesh: Mesh, to: number) => {
  const listener = createListener();
  const heard: { port: number; source: number; uid: string; kind: Kind }[] = [];
  mesh.join({
    num: 0x9999,
    hopsAway: 0,
    hear: (packet) => {
      if (packet.from !== to || packet.payloadVariant.case !== 'decoded') return;
      const { source } = packet.payloadVariant.value;
      if (![ATAK_PLUGIN, ATAK_PLUGIN_V2, ATAK_FORWARDER].includes(packet.payloadVariant.value.portnum)) return;
      for (const { port, event } of listener.hear([packet])) {
        heard.push({ port, source, uid: event.uid, kind: event.kind });
      }
    },
  });
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

  const say = (from: number, event: CotEvent, dialect: Dialect): void => {
    const encoded = encode(event, { dialect, form: 'raw' });
    if (!encoded.ok) throw new Error(encoded.detail);
    for (const { port: portnum, payload } of encoded.frames) {
      scene.mesh.transmit(broadcastPacket({ from, id: scene.mesh.nextPacketId(), portnum, payload }));
    }
  };
  const taken = (uid: string, node: number) =>
    scene.outcome(`${uid} at TAK`, (o) => o.uid === uid && o.node === node && o.destination === 'tak');
  const sent = (uid: string) =>
    scene.outcome(`${uid} on the mesh`, (o) => o.destination === 'valley' && o.uid.startsWith(uid));

  it('hears each in its own dialect', async () => {
    await scene.client();
    // Nobody has spoken V2 yet: nobody needs it.
    say(OLD, pli('OLD-1'), Dialect.V1);
    await taken('OLD-1', OLD);
    await expect.poll(() => status?.onlyV1, POLL).toBe(1);

    say(NEW, pli('NEW-1'), Dialect.V2);
    expect((await sent('NEW-1')).reason).toBe(Reason.DELIVERED);
    await expect.poll(() => status?.onlyV2, POLL).toBe(1);
    say(NEW, marker('NEW-MARK'), Dialect.V2);
    await sent('NEW-MARK');
    say(OLD, chat('OLD-1', 'm-1'), Dialect.V1);
    await sent('GeoChat.OLD-1');
    say(OLD, marker('OLD-MARK'), Dialect.FORWARDER);
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
