import { create, toBinary } from '@bufbuild/protobuf';
import { encodeForwarder, parseEventXml } from '@cotbus/codec';
import { LinkState, meshtastic, Reason } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

const { PortNum, TAKPacketV2Schema } = meshtastic;

const pli = (uid: string): Uint8Array =>
  Uint8Array.of(
    0xff,
    ...toBinary(
      TAKPacketV2Schema,
      create(TAKPacketV2Schema, {
        cotTypeId: meshtastic.CotType.CotType_a_f_G_U_C,
        how: meshtastic.CotHow.CotHow_m_g,
        uid,
        callsign: uid,
        latitudeI: 470000000,
        longitudeI: 80000000,
        staleSeconds: 300,
      }),
    ),
  );
const iso = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString();
const chatXml = (id: string): string =>
  `<event version="2.0" uid="GeoChat.PHONE-1.All Chat Rooms.${id}" type="b-t-f" how="h-g-i-g-o" ` +
  `time="${iso(0)}" start="${iso(0)}" stale="${iso(86_400_000)}"><point lat="47.1" lon="11.2" hae="9999999.0" ce="9999999.0" le="9999999.0"/>` +
  `<detail><__chat id="All Chat Rooms" chatroom="All Chat Rooms" senderCallsign="PHONE" messageId="${id}" parent="RootContactGroup" groupOwner="false">` +
  `<chatgrp uid0="PHONE-1" uid1="All Chat Rooms" id="All Chat Rooms"/></__chat><link uid="PHONE-1" type="a-f-G-U-C" relation="p-p"/>` +
  `<remarks source="BAO.F.ATAK.PHONE-1" to="All Chat Rooms">hello</remarks></detail></event>`;

describe('three radios of one gateway, two on one mesh', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene({ radios: 3, meshNames: ['valley', 'valley', 'coast'], fast: true });
  });
  afterEach(async () => {
    await scene.stop();
  });
  const hear = (mesh: string, payload: Uint8Array, from: number) => {
    const id = scene.mesh.nextPacketId();
    scene.meshes.get(mesh)?.transmit(broadcastPacket({ from, id, portnum: PortNum.ATAK_PLUGIN_V2, payload }));
  };
  const sentOn = (at: number): number =>
    scene.radios[at]?.sent().filter(({ payloadVariant: { case: what } }) => what === 'decoded').length ?? 0;

  it('bring what each mesh says to TAK, once', async () => {
    const client = await scene.client();
    hear('valley', pli('UNIT-V'), 0x2001);
    hear('coast', pli('UNIT-C'), 0x3001);
    await client.waitFor('UNIT-C', (xml) => xml.includes('uid="UNIT-C"'));
    await scene.outcome('the second copy', ({ reason, uid }) => reason === Reason.DUPLICATE && uid === 'UNIT-V');
    const ended = (uid: string) =>
      scene.outcomes
        .filter((outcome) => outcome.uid === uid && outcome.destination === 'tak')
        .map(({ reason }) => reason);
    expect(ended('UNIT-V').toSorted((a, b) => a - b)).toEqual([Reason.DELIVERED, Reason.DUPLICATE]);
    await expect.poll(() => ended('UNIT-C')).toEqual([Reason.DELIVERED]);
    expect(client.events.filter((xml) => xml.includes('uid="UNIT-V"'))).toHaveLength(1);
  });

  it('say what TAK says once on each mesh', async () => {
    const client = await scene.client();
    client.send(chatXml('m-1'));
    for (const mesh of ['valley', 'coast']) {
      await scene.outcome(`delivery on ${mesh}`, (o) => o.destination === mesh && o.reason === Reason.DELIVERED);
    }
    expect(sentOn(0) + sentOn(1)).toBe(1);
    expect(sentOn(2)).toBe(1);
  });

  it('stand in for each other on their mesh', async () => {
    const client = await scene.client();
    let isAway = false;
    await scene.bus.subscribe('agentStatus', { agent: 'radio-0' }, (status) => {
      isAway = status?.link !== LinkState.OPEN;
    });
    await scene.radios[0]?.close();
    await expect.poll(() => isAway).toBe(true);
    client.send(chatXml('m-2'));
    await scene.outcome('delivery by the other', (o) => o.destination === 'valley' && o.reason === Reason.DELIVERED);
    expect(sentOn(1)).toBe(1);
  });

  it('complete a transfer of which each heard a half', async () => {
    const client = await scene.client();
    const links = Array.from(
      { length: 60 },
      (_, at) =>
        `<link uid="R-${(at * 7919).toString(36)}" type="b-m-p-w" callsign="CP ${at * 31}" point="47.${at * 92_821},8.${at * 68_917}" relation="c"/>`,
    ).join('');
    const parsed = parseEventXml(
      `<event version="2.0" uid="ROUTE-2" type="b-m-r" how="h-e" time="${iso(0)}" start="${iso(0)}" stale="${iso(900_000)}">` +
        `<point lat="47" lon="8" hae="9999999.0" ce="9999999.0" le="9999999.0"/><detail>${links}<contact callsign="Ridge"/></detail></event>`,
    );
    if (!parsed.ok) throw new Error(parsed.detail);
    const encoded = encodeForwarder(parsed.event, { audience: 'plugin', transferId: 0x654321 });
    if (!encoded.ok) throw new Error(encoded.detail);
    for (const [at, payload] of encoded.payloads.entries()) {
      const id = scene.mesh.nextPacketId();
      const packet = broadcastPacket({ from: 0x2001, id, portnum: PortNum.ATAK_FORWARDER, payload });
      scene.radios[at % 2]?.inject({ ...packet, rxRssi: -80, rxTime: Math.floor(Date.now() / 1000) });
    }
    const event = await client.waitFor('the route', (xml) => xml.includes('uid="ROUTE-2"'));
    expect(event.match(/<link /g)).toHaveLength(60);
    const heardBy = () =>
      new Set(
        scene.outcomes
          .filter(({ uid, reason }) => uid === 'ROUTE-2' && reason === Reason.DELIVERED)
          .map(({ item }) => item?.origin),
      );
    await expect.poll(heardBy).toEqual(new Set(['radio-0', 'radio-1']));
  });
});

describe('a relay from one mesh to another', () => {
  it('says there what was said here, once, and not what TAK or the other mesh says', async () => {
    const scene = await startScene({
      radios: 3,
      meshNames: ['valley', 'coast', 'coast'],
      fast: true,
      toMesh: { kinds: ['chat', 'emergency', 'pli'] },
      relay: [{ from: 'valley', to: 'coast', kinds: ['pli'] }],
    });
    onTestFinished(() => scene.stop());
    const client = await scene.client();
    const hear = (mesh: string, uid: string, from: number) => {
      const id = scene.mesh.nextPacketId();
      const portnum = PortNum.ATAK_PLUGIN_V2;
      scene.meshes.get(mesh)?.transmit(broadcastPacket({ from, id, portnum, payload: pli(uid) }));
    };
    hear('coast', 'UNIT-C', 0x3001);
    hear('valley', 'UNIT-V', 0x2001);
    await scene.outcome(
      'the relay',
      (o) => o.uid === 'UNIT-V' && o.destination === 'coast' && o.reason === Reason.DELIVERED,
    );
    await client.waitFor('UNIT-V', (xml) => xml.includes('uid="UNIT-V"'));
    // The other radio of the coast hears it from the gateway's node: it is no news.
    await scene.outcome(
      'what the other radio heard',
      (o) => o.uid === 'UNIT-V' && o.mesh === 'coast' && o.destination === 'tak' && o.reason === Reason.LOOP,
    );
    const sent = scene.radios.map(
      (radio) => radio.sent().filter(({ payloadVariant: { case: what } }) => what === 'decoded').length,
    );
    expect(sent[0]).toBe(0);
    expect((sent[1] ?? 0) + (sent[2] ?? 0)).toBe(1);
    expect(client.events.filter((xml) => xml.includes('uid="UNIT-V"'))).toHaveLength(1);
  });
});
