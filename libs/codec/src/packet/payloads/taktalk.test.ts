import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { buildEvent } from '../packet.ts';
import { detailOf, eventXml, packetOf, packetOfXml, payloadOf, samplePacket } from '../../testing/packets.ts';

describe('a line of TAKTALK', () => {
  const LINE = '<callsign>ALPHA</callsign><lang>en</lang><text>007</text><chatroom-id>1</chatroom-id>';

  it('goes both ways, its numbers as text', () => {
    const packet = packetOf('m-t-t', `${LINE}<voice/><marti><dest callsign="BRAVO"/></marti>`);
    expect(packet).toMatchObject({ callsign: 'ALPHA', cotTypeId: meshtastic.CotType.CotType_m_t_t });
    expect(payloadOf(packet, 'taktalk')).toMatchObject({ text: '007', chatroomId: '1', lang: 'en', fromVoice: true });
    expect(detailOf(packet)).toBe(`${LINE}<voice/><marti><dest callsign="BRAVO"/></marti>`);
    expect(packetOf('m-t-t', detailOf(packet))).toEqual(packet);
  });

  it('says how it knows with its own word', () => {
    const packet = packetOfXml(eventXml('m-t-t', LINE).replace('how="m-g"', 'how="null"'));
    expect(packet.how).toBe(0);
    expect(buildEvent(packet)).toMatchObject({ ok: true, event: { how: 'null', staleAfterMs: 60_000 } });
  });

  it('has a text element even without a text, and the name of the contact without one of its own', () => {
    expect(detailOf(packetOf('m-t-t', '<contact callsign="A"/>'))).toBe('<callsign>A</callsign><text/>');
  });
});

describe('a room of TAKTALK', () => {
  const ROOM =
    '<sender-callsign>ALPHA</sender-callsign><chatroom-id>7e</chatroom-id><chatroom-name>Base</chatroom-name>' +
    '<chatroom-participants>A,B</chatroom-participants>';

  it('goes both ways', () => {
    const packet = packetOf('y-', ROOM);
    expect(packet.callsign).toBe('ALPHA');
    expect(payloadOf(packet, 'taktalkRoom')).toMatchObject({
      roomId: '7e',
      roomName: 'Base',
      participants: ['A', 'B'],
    });
    expect(detailOf(packet)).toBe(ROOM);
    expect(packetOf('y-', detailOf(packet))).toEqual(packet);
  });

  it('counts nobody who is blank', () => {
    const packet = packetOf('y-', '<chatroom-participants> A ,, B,</chatroom-participants>');
    expect(payloadOf(packet, 'taktalkRoom').participants).toEqual(['A', 'B']);
  });

  it('names its sender by the deprecated field as well', () => {
    const value = { senderCallsign: 'OLD', roomId: 'r' };
    const packet = samplePacket({
      cotTypeId: meshtastic.CotType.CotType_y,
      payloadVariant: { case: 'taktalkRoom', value },
    });
    expect(detailOf(packet)).toBe('<sender-callsign>OLD</sender-callsign><chatroom-id>r</chatroom-id>');
  });
});
