import { create } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Kind, meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeAt, readXml } from '@cotbus/testkit';
import { buildChatLine, buildChatUid, buildRecipient } from '../../cot/geo-chat.ts';
import { buildElements, dropIllegal } from '../../cot/element.ts';
import { sampleEvent } from '../../testing/samples.ts';
import { buildEvent, parsePacket } from '../packet.ts';

type ChatInit = MessageInitShape<typeof meshtastic.GeoChatSchema>;
type PacketInit = MessageInitShape<typeof meshtastic.TAKPacketV2Schema>;

const build = (uid: string, value: ChatInit, fields: PacketInit = {}) =>
  buildEvent(
    create(meshtastic.TAKPacketV2Schema, {
      uid,
      cotTypeId: meshtastic.CotType.CotType_b_t_f,
      payloadVariant: { case: 'chat', value: create(meshtastic.GeoChatSchema, value) },
      ...fields,
    }),
  );

const detailOf = (result: ReturnType<typeof build>) => {
  expect(result).toMatchObject({ ok: true, event: { kind: Kind.CHAT } });
  return readXml(`<detail>${result.ok ? result.event.detail : ''}</detail>`);
};

const parse = (detail: string, type = 'b-t-f', uid = 'GeoChat.S.R.1') => {
  const result = parsePacket(sampleEvent({ uid, type, detail }));
  expect(result).toMatchObject({ ok: true, packet: { remarks: '', payloadVariant: { case: 'chat' } } });
  return result.ok ? result.packet.payloadVariant.value : undefined;
};
const geoChat = (fields: ChatInit) => create(meshtastic.GeoChatSchema, fields);

describe('a chat line', () => {
  it('is built in full from the parts of its uid', () => {
    const result = build('GeoChat.S1.All Chat Rooms.m1', { message: 'a < b', toCallsign: 'ETHEL' });
    expect(result).toMatchObject({
      ok: true,
      event: {
        type: 'b-t-f',
        callsign: 'ETHEL',
        detail:
          '<__chat parent="RootContactGroup" groupOwner="false" messageId="m1" chatroom="All Chat Rooms"' +
          ' id="All Chat Rooms" senderCallsign="ETHEL">' +
          '<chatgrp uid0="S1" uid1="All Chat Rooms" id="All Chat Rooms"/></__chat>' +
          '<link uid="S1" type="a-f-G-U-C" relation="p-p"/>' +
          '<__serverdestination destinations="*:-1:stcp:S1"/>' +
          '<remarks source="BAO.F.ATAK.S1" to="All Chat Rooms">a &lt; b</remarks>',
      },
    });
  });

  it.each([
    ['GeoChat.S1.All Chat Rooms.m1', undefined, 'S1', 'All Chat Rooms', 'm1'],
    ['GeoChat.S1.All Chat Rooms.m.1', undefined, 'S1', 'All Chat Rooms', 'm.1'],
    ['GeoChat.S.1.All Chat Rooms.m1', '', 'S.1', 'All Chat Rooms', 'm1'],
    ['GeoChat.S1.Alpha.Team.m1', 'Alpha.Team', 'S1', 'Alpha.Team', 'm1'],
    ['GeoChat.S.1.Alpha.Team.m.1', 'Alpha.Team', 'S.1', 'Alpha.Team', 'm.1'],
    ['GeoChat.S1.Alpha.Team.m1', 'other', 'S1', 'Alpha.Team', 'm1'],
    ['GeoChat.S1.Red.m1', undefined, 'S1', 'Red', 'm1'],
    ['GeoChat.S1.m1', 'Red', 'unknown', 'Red', 'GeoChat.S1.m1'],
    ['GeoChat.S1.Red.', undefined, 'unknown', 'All Chat Rooms', 'GeoChat.S1.Red.'],
    ['GeoChat..Red.m1', undefined, 'unknown', 'All Chat Rooms', 'GeoChat..Red.m1'],
    ['4711', undefined, 'unknown', 'All Chat Rooms', '4711'],
    ['4711', 'Red', 'unknown', 'Red', '4711'],
  ])('of uid %s to %s has its sender, room and message id', (uid, to, sender, room, messageId) => {
    const detail = detailOf(build(uid, { message: 'x', toCallsign: 'C', ...(to === undefined ? {} : { to }) }));
    expect(nodeAt(detail, '__chat')?.attributes).toMatchObject({ messageId, chatroom: room, id: room });
    expect(nodeAt(detail, '__chat/chatgrp')?.attributes).toEqual({ uid0: sender, uid1: room, id: room });
    expect(nodeAt(detail, 'link')?.attributes['uid']).toBe(sender);
    expect(nodeAt(detail, 'remarks')?.attributes).toEqual({ source: `BAO.F.ATAK.${sender}`, to: room });
  });

  it('names its sender as well as it can', () => {
    const sender = (value: ChatInit, fields: PacketInit) =>
      nodeAt(detailOf(build('4711', value, fields)), '__chat')?.attributes['senderCallsign'];
    expect(sender({ toCallsign: 'A' }, { callsign: 'B' })).toBe('A');
    expect(sender({}, { callsign: 'B' })).toBe('B');
    expect(sender({}, {})).toBe('UNKNOWN');
    expect(nodeAt(detailOf(build('4711', {}, { deviceCallsign: 'D' })), 'link')?.attributes['uid']).toBe('D');
  });

  it('to one user asks servers to give it to that user alone', () => {
    const to = (uid: string, fields: PacketInit = {}) =>
      nodeAt(detailOf(build(`GeoChat.S1.${uid}.m1`, { to: uid }, fields)), 'marti/dest')?.attributes;
    expect(to('ANDROID-2')).toEqual({ uid: 'ANDROID-2' });
    expect(to('23131970-4D02-4092-A30A-8A49EBD04AA0')).toEqual({ uid: '23131970-4D02-4092-A30A-8A49EBD04AA0' });
    expect(to('23131970-4d02-4092-a30a-8a49ebd04aa0')).toBeUndefined();
    expect(to('Cyan')).toBeUndefined();
    expect(to('ANDROID-2', { marti: { destCallsign: ['B'] } })).toEqual({ callsign: 'B' });
  });

  it('keeps what TAKTALK puts beside it', () => {
    const value = geoChat({ message: 'x', toCallsign: 'A', lang: 'en', roomId: 'r', voiceProfileId: '' });
    const result = build('GeoChat.S.All Chat Rooms.1', value);
    const detail = result.ok ? result.event.detail : '';
    expect(detail).toContain('<voice_profile_id/><callsign>A</callsign><Ea>en</Ea><roomId>r</roomId>');
    expect(parse(detail)).toEqual(value);
  });

  it.each<[string, string, ChatInit]>([
    ['without empty fields', '<__chat id="" senderCallsign=""/><remarks>x</remarks>', { message: 'x' }],
    ['without the room of all', '<__chat id="All Chat Rooms" senderCallsign="A"/>', { toCallsign: 'A' }],
    ['without a __chat element', '<remarks> hello </remarks>', { message: 'hello' }],
    ['of digits', '<__chat id="R"/><remarks>007</remarks>', { to: 'R', message: '007' }],
    ['beside other text', '<__chat id="R"/><remarks>x</remarks><y>z</y>', { to: 'R', message: 'x' }],
  ])('is parsed %s', (_, detail, fields) => {
    expect(parse(detail)).toEqual(geoChat(fields));
  });

  it('survives the way through a packet, whatever it says', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 }).map((s) => dropIllegal(s).trim());
    const name = fc.stringMatching(/^[A-Za-z0-9-]([A-Za-z0-9 -]{0,15}[A-Za-z0-9-])?$/);
    const room = fc.oneof(name, fc.constant('All Chat Rooms'), fc.constant('ANDROID-2'), fc.constant('Team.Alpha'));
    fc.assert(
      fc.property(name, name, room, name, text, (senderUid, senderCallsign, chatRoom, messageId, message) => {
        const line = { senderUid, senderCallsign, room: chatRoom, messageId, text: message };
        const event = sampleEvent({
          uid: buildChatUid(senderUid, chatRoom, messageId),
          type: 'b-t-f',
          how: 'h-g-i-g-o',
          kind: Kind.CHAT,
          timeMs: 0,
          startMs: 0,
          staleMs: 0,
          staleAfterMs: 86_400_000,
          detail: buildElements([...buildChatLine(line), ...buildRecipient(chatRoom)]),
          callsign: senderCallsign,
        });
        const parsed = parsePacket(event);
        expect(parsed.ok && buildEvent(parsed.packet)).toEqual({ ok: true, event });
      }),
    );
  });
});

describe('a receipt', () => {
  const link = '<link uid="GeoChat.S.R.1" relation="p-p" type="b-t-f"/>';

  it.each([
    ['b-t-f-d', meshtastic.GeoChat_ReceiptType.ReceiptType_Delivered, meshtastic.CotType.CotType_b_t_f_d],
    ['b-t-f-r', meshtastic.GeoChat_ReceiptType.ReceiptType_Read, meshtastic.CotType.CotType_b_t_f_r],
  ])('of type %s names its line, both ways', (type, receiptType, cotTypeId) => {
    const value = geoChat({ receiptForUid: 'GeoChat.S.R.1', receiptType });
    expect(parse(link, type, 'r1')).toEqual(value);
    expect(build('r1', value, { cotTypeId })).toMatchObject({
      ok: true,
      event: { type, detail: link, kind: Kind.CHAT },
    });
  });

  it('of ATAK names its line by the message id', () => {
    expect(parse('<__chatreceipt id="ANDROID-2" senderCallsign="A" messageId="m1"/>', 'b-t-f-d', 'm1')).toEqual(
      geoChat({ to: 'ANDROID-2', toCallsign: 'A', receiptForUid: 'm1', receiptType: 1 }),
    );
  });

  it('is none without a line, nor on another type', () => {
    expect(parse('<remarks/>', 'b-t-f-d')).toEqual(geoChat({}));
    expect(parse(link, 'b-t-f')).toEqual(geoChat({}));
  });
});
