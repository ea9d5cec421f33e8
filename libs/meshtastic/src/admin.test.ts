import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { adminPacket, readAdminAnswer } from './admin.ts';

const { Cyan } = meshtastic.Team;
const { TeamMember } = meshtastic.MemberRole;
const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const to = { to: 0x77, id: 9, isRemote: false, hopLimit: 0 };
const payloadOf = (packet: meshtastic.MeshPacket): string => {
  const { case: what, value } = packet.payloadVariant;
  return what === 'decoded' ? Array.from(value.payload, (byte) => byte.toString(16).padStart(2, '0')).join('') : '';
};
const answer = (
  payload: Uint8Array,
  { portnum = 6, requestId = 9 }: { portnum?: meshtastic.PortNum; requestId?: number } = {},
) => create(meshtastic.DataSchema, { portnum, requestId, payload });

describe('an admin packet', () => {
  it('asks for the TAK identity with field 7, type 15', () => {
    expect(payloadOf(adminPacket({ kind: 'get' }, to))).toBe('380f');
  });

  it('sets it with field 35, module config 16, and the passkey in field 101', () => {
    const tak = { team: Cyan, role: TeamMember };
    expect(payloadOf(adminPacket({ kind: 'set', tak, passkey: new Uint8Array() }, to))).toBe('9a0207820104080a1001');
    expect(payloadOf(adminPacket({ kind: 'set', tak, passkey: hex('0102030405060708') }, to))).toBe(
      '9a0207820104080a1001aa06080102030405060708',
    );
  });

  it('says unset values by saying nothing', () => {
    const tak = { team: 0, role: 0 } as const;
    expect(payloadOf(adminPacket({ kind: 'set', tak, passkey: new Uint8Array() }, to))).toBe('9a0203820100');
  });

  it('goes to the radio itself in clear, with an answer wanted', () => {
    expect(adminPacket({ kind: 'get' }, to)).toMatchObject({
      to: 0x77,
      id: 9,
      from: 0,
      channel: 0,
      wantAck: true,
      pkiEncrypted: false,
      priority: meshtastic.MeshPacket_Priority.RELIABLE,
      payloadVariant: { value: { portnum: 6, wantResponse: true } },
    });
  });

  it('goes to another node with its key or not at all, as far as the radio sends', () => {
    const packet = adminPacket({ kind: 'get' }, { ...to, isRemote: true, hopLimit: 5 });
    expect(packet).toMatchObject({ pkiEncrypted: true, channel: 0, hopLimit: 5 });
  });
});

describe('an admin answer', () => {
  it.each([
    ['team and role', '4207820104080a1002aa06080102030405060708', { team: 10, role: 2 }],
    ['an identity that is not set', '4203820100aa06080102030405060708', { team: 0, role: 0 }],
    ['an empty module config, as firmware without the setting gives', '4200aa06080102030405060708', undefined],
    ['another module config', '42020a00aa06080102030405060708', undefined],
    ['nothing but a passkey', 'aa06080102030405060708', undefined],
  ])('%s', (_, payload, tak) => {
    expect(readAdminAnswer(answer(hex(payload)))).toEqual({ requestId: 9, tak, passkey: hex('0102030405060708') });
  });

  it.each([
    ['on another port', answer(hex('4200'), { portnum: meshtastic.PortNum.ROUTING_APP })],
    ['to nothing', answer(hex('4200'), { requestId: 0 })],
    ['that is garbled', answer(hex('42ff'))],
  ])('is none %s', (_, data) => {
    expect(readAdminAnswer(data)).toBeUndefined();
  });

  it('of a newer protocol keeps a team that this version does not know', () => {
    const message = create(meshtastic.AdminMessageSchema, {
      payloadVariant: {
        case: 'getModuleConfigResponse',
        value: { payloadVariant: { case: 'tak', value: { team: 77 as meshtastic.Team } } },
      },
    });
    expect(readAdminAnswer(answer(toBinary(meshtastic.AdminMessageSchema, message)))?.tak?.team).toBe(77);
  });
});
