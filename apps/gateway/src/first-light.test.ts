import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { DEFAULT_ROOT, meshtastic, Reason } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { cotFaults, readXml } from '@cotbus/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '@cotbus/service';
import { askPastOutcomes } from './commands/past-outcomes.ts';
import { startScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

const { PortNum, TAKPacketV2Schema } = meshtastic;

const raw = (packet: Parameters<typeof create<typeof TAKPacketV2Schema>>[1]): Uint8Array =>
  Uint8Array.of(0xff, ...toBinary(TAKPacketV2Schema, create(TAKPacketV2Schema, packet)));

const pli = (uid: string, latitudeI = 470000000) =>
  raw({
    cotTypeId: meshtastic.CotType.CotType_a_f_G_U_C,
    how: meshtastic.CotHow.CotHow_m_g,
    uid,
    callsign: `call ${uid}`,
    latitudeI,
    longitudeI: 110000000,
    team: meshtastic.Team.Blue,
    role: meshtastic.MemberRole.Medic,
    battery: 77,
    staleSeconds: 300,
  });

const chatXml = (id: string, text: string): string =>
  `<event version="2.0" uid="GeoChat.PHONE-1.All Chat Rooms.${id}" type="b-t-f" how="h-g-i-g-o" ` +
  `time="${iso(0)}" start="${iso(0)}" stale="${iso(86_400_000)}"><point lat="47.1" lon="11.2" hae="9999999.0" ce="9999999.0" le="9999999.0"/>` +
  `<detail><__chat id="All Chat Rooms" chatroom="All Chat Rooms" senderCallsign="PHONE" messageId="${id}" parent="RootContactGroup" groupOwner="false">` +
  `<chatgrp uid0="PHONE-1" uid1="All Chat Rooms" id="All Chat Rooms"/></__chat><link uid="PHONE-1" type="a-f-G-U-C" relation="p-p"/>` +
  `<remarks source="BAO.F.ATAK.PHONE-1" to="All Chat Rooms">${text}</remarks></detail></event>`;

const iso = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString();

describe('a gateway with one radio', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(async () => {
    await scene.stop();
  });
  const hear = (
    payload: Uint8Array,
    portnum: meshtastic.PortNum = PortNum.ATAK_PLUGIN_V2,
    from = 0x2001,
    id = scene.mesh.nextPacketId(),
  ) => scene.mesh.transmit(broadcastPacket({ from, id, portnum, payload }));

  it('brings a position report from the radio to a TAK client, as every receiver accepts it', async () => {
    const client = await scene.client();
    hear(pli('UNIT-1'));
    const event = await client.waitFor('UNIT-1', (xml) => xml.includes('uid="UNIT-1"'));
    expect(cotFaults(event)).toEqual([]);
    const outcome = await scene.outcome('delivery', ({ uid }) => uid === 'UNIT-1');
    expect(outcome).toMatchObject({ reason: Reason.DELIVERED, destination: 'tak', node: 0x2001, port: 78 });
  });

  it('sends a chat of a TAK client as one V2 packet with a hop limit', async () => {
    const client = await scene.client();
    client.send(chatXml('m-1', 'Grüße &amp; out'));
    await scene.outcome(
      'delivery',
      ({ reason, destination }) => reason === Reason.DELIVERED && destination === 'valley',
    );
    const sent = scene.radios[0]?.sent() ?? [];
    expect(sent).toHaveLength(1);
    expect(sent[0]?.hopLimit).toBeGreaterThan(0);
    const data = sent[0]?.payloadVariant.case === 'decoded' ? sent[0].payloadVariant.value : undefined;
    expect(data?.portnum).toBe(PortNum.ATAK_PLUGIN_V2);
    const packet = fromBinary(TAKPacketV2Schema, data?.payload.subarray(1) ?? new Uint8Array());
    expect(packet.payloadVariant).toMatchObject({
      case: 'chat',
      value: { message: 'Grüße & out', toCallsign: 'PHONE' },
    });
    expect(packet.uid).toBe('GeoChat.PHONE-1.All Chat Rooms.m-1');
  });

  it('brings a chat from the mesh with sender, room and message id', async () => {
    const client = await scene.client();
    const message = create(meshtastic.GeoChatSchema, { message: 'all well', toCallsign: 'ALPHA' });
    hear(
      raw({
        cotTypeId: meshtastic.CotType.CotType_b_t_f,
        uid: 'GeoChat.UNIT-1.All Chat Rooms.abc-123',
        payloadVariant: { case: 'chat', value: message },
      }),
    );
    const event = await client.waitFor('chat', (xml) => xml.includes('type="b-t-f"'));
    expect(cotFaults(event)).toEqual([]);
    const detail = readXml(event).children.find(({ name }) => name === 'detail');
    const chat = detail?.children.find(({ name }) => name === '__chat');
    expect(chat?.attributes).toMatchObject({
      senderCallsign: 'ALPHA',
      id: 'All Chat Rooms',
      chatroom: 'All Chat Rooms',
      messageId: 'abc-123',
    });
  });

  it('shows what is known at once to a client that joins later', async () => {
    hear(pli('EARLY-1'));
    await scene.outcome('no client', ({ uid, reason }) => uid === 'EARLY-1' && reason === Reason.NO_CLIENT);
    const client = await scene.client();
    expect(cotFaults(await client.waitFor('EARLY-1', (xml) => xml.includes('uid="EARLY-1"')))).toEqual([]);
  });

  it('does not send to the mesh what the mesh said', async () => {
    const client = await scene.client();
    hear(pli('UNIT-2'));
    const event = await client.waitFor('UNIT-2', (xml) => xml.includes('uid="UNIT-2"'));
    const stripped = event.replace(/<_flow-tags_[^>]*\/>/, '');
    client.send(stripped);
    const ended = await scene.outcome('loop', ({ reason, uid }) => reason === Reason.LOOP && uid === 'UNIT-2');
    expect(ended.item?.origin).toBe('tak');
    expect(scene.radios[0]?.sent()).toEqual([]);
  });

  it('gives each frame that is no event an outcome with a reason', async () => {
    const cases: [meshtastic.PortNum, Uint8Array, Reason][] = [
      [PortNum.ATAK_PLUGIN_V2, Uint8Array.of(0xff, 0xff, 0xff), Reason.GARBLED],
      [PortNum.ATAK_PLUGIN_V2, Uint8Array.of(), Reason.GARBLED],
      [PortNum.ATAK_PLUGIN_V2, Uint8Array.of(0, 0x28, 0xb5, 0x2f, 0xfd, 1, 2), Reason.DICTIONARY_MISSING],
      [PortNum.ATAK_PLUGIN_V2, pli('NOWHERE', 2_000_000_000), Reason.IMPOSSIBLE],
      [PortNum.POSITION_APP, Uint8Array.of(0xff), Reason.GARBLED],
      [PortNum.TRACEROUTE_APP, Uint8Array.of(1), Reason.NOT_FOR_TAK],
      [PortNum.ATAK_PLUGIN, Uint8Array.of(8, 1), Reason.IMPOSSIBLE],
    ];
    for (const [index, [port, payload]] of cases.entries()) hear(payload, port, 0x3000 + index);
    for (const [index, [, , reason]] of cases.entries()) {
      const about = await scene.outcome(
        `outcome of case ${index}`,
        ({ node, port }) => node === 0x3000 + index && port === cases[index]?.[0],
      );
      expect([index, about.reason]).toEqual([index, reason]);
    }
  });

  it('tells later what became of something', async () => {
    hear(pli('ASKED-1'));
    hear(pli('OTHER-1'), PortNum.ATAK_PLUGIN_V2, 0x2002);
    await scene.outcome('both', () => scene.outcomes.filter(({ uid }) => uid.endsWith('-1')).length >= 2);
    const past = await askPastOutcomes(scene.bus, systemClock, { uid: 'ASKED-1' });
    expect(past.map(({ owner, outcome }) => [owner, outcome.uid, outcome.reason])).toEqual([
      ['tak', 'ASKED-1', Reason.NO_CLIENT],
    ]);
  });

  it('survives bad input at every door and loses nothing else', async () => {
    const client = await scene.client();
    const other = await scene.client();
    other.send('<event uid="x"><!DOCTYPE a []><<<</event>');
    other.send(Uint8Array.of(0x3c, 0xff, 0xfe, 0x00, 0x94, 0xc3));
    scene.radios[0]?.write(Uint8Array.of(0x94, 0xc3, 0xff, 0xff, 0x94, 0x94, 0xc3, 0x00));
    scene.radios[0]?.printLog();
    for (const topic of [
      'mesh/radio-0/rx/78',
      'cot/mesh/pli',
      'cot/tak/chat',
      'mesh/radio-0/tx',
      'service/a/b',
      'outcome/tak',
    ]) {
      scene.publishRaw(`${DEFAULT_ROOT}/${topic}`, Uint8Array.of(0xff, 0x00, 0x94));
    }
    hear(pli('AFTER-1'));
    expect(await client.waitFor('AFTER-1', (xml) => xml.includes('uid="AFTER-1"'))).toContain('call AFTER-1');
  });
});

describe('a gateway with two radios of one mesh', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene({ radios: 2 });
  });
  afterEach(async () => {
    await scene.stop();
  });

  it('delivers a frame once that both heard, and one that came twice', async () => {
    const client = await scene.client();
    const packet = broadcastPacket({
      from: 0x2001,
      id: scene.mesh.nextPacketId(),
      portnum: PortNum.ATAK_PLUGIN_V2,
      payload: pli('UNIT-1'),
    });
    scene.mesh.transmit(packet);
    scene.mesh.transmit(packet);
    await scene.outcome(
      'third duplicate',
      () => scene.outcomes.filter(({ uid, port }) => uid === 'UNIT-1' && port === 78).length === 4,
    );
    const reasons = scene.outcomes
      .filter(({ uid, port }) => uid === 'UNIT-1' && port === 78)
      .map(({ reason }) => reason);
    expect(reasons.toSorted((a, b) => a - b)).toEqual([
      Reason.DELIVERED,
      Reason.DUPLICATE,
      Reason.DUPLICATE,
      Reason.DUPLICATE,
    ]);
    expect(client.events.filter((xml) => xml.includes('uid="UNIT-1"'))).toHaveLength(1);
  });

  it('sends a chat over one of them', async () => {
    const client = await scene.client();
    client.send(chatXml('m-2', 'once'));
    await scene.outcome(
      'delivery',
      ({ reason, destination }) => reason === Reason.DELIVERED && destination === 'valley',
    );
    expect(scene.radios.map((radio) => radio.sent().length).toSorted((a, b) => a - b)).toEqual([0, 1]);
  });
});
