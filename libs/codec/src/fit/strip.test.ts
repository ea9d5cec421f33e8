import { getTextEncoding } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packetOfTree, treeOfPacket } from '../packet/packet.ts';
import { PROFILE_A, PROFILE_B } from '../packet/profile.ts';
import { anyPacket } from '../testing/any-packet.ts';
import { packetOf, payloadOf, samplePacket } from '../testing/packets.ts';
import { STRIP_PARTS, stripPacket } from './strip.ts';

const TAKV = '<takv version="5" platform="P" device="D" os="1"/>';
const SOURCES = '<precisionlocation geopointsrc="GPS" altsrc="USER"/>';
const CONTACT = '<contact callsign="A" phone="1"/>';
const ROUTE = (uid: string): string => `<link uid="${uid}" type="b-m-p-w" callsign="N" point="1,2"/>`;

describe('stripPacket', () => {
  it.each([
    ['the app of the sender', 'a-f-G-U-C', CONTACT + TAKV, CONTACT, ['takv']],
    ['the sources of the position', 'a-f-G-U-C', CONTACT + SOURCES, CONTACT, ['sources']],
    [
      'an unknown phone',
      'a-f-G-U-C',
      '<contact callsign="A" phone="???"/>',
      '<contact callsign="A"/>',
      ['placeholders'],
    ],
    ['an unknown callsign', 'a-f-G-U-C', '<contact callsign="???"/>', '<contact callsign=""/>', ['placeholders']],
    ['an unknown device', 'a-f-G-U-C', '<uid Droid="???"/>', '<uid Droid=""/>', ['placeholders']],
    ['uids of way points, not their names', 'b-m-r', ROUTE('W1'), ROUTE(''), ['wayPointUids']],
    ['all of it', 'a-f-G-U-C', CONTACT + TAKV + SOURCES, CONTACT, ['takv', 'sources']],
    ['nothing of what is lean', 'a-f-G-U-C', CONTACT, CONTACT, []],
    ['not the uid of an anchor', 'u-rb-a', '<link uid="X" point="1,2"/>', '<link uid="X" point="1,2"/>', []],
  ])('leaves out %s', (_, type, detail, left, stripped) => {
    expect(stripPacket(packetOf(type, detail))).toEqual({ packet: packetOf(type, left), stripped });
    expect(stripPacket(packetOf(type, detail, PROFILE_A))).toEqual({
      packet: packetOf(type, left, PROFILE_A),
      stripped,
    });
  });

  it.each([
    ['app', TAKV, '', ['takv']],
    ['sources', `${SOURCES}<precisionLocation altsrc="???"/>`, '', ['sources']],
    ['placeholders at any depth', '<a b="???" c="1"><d e="???"/></a>', '<a c="1"><d/></a>', ['placeholders']],
    ['empty callsign and phone', '<contact callsign="" phone=""/>', '<contact/>', ['placeholders']],
    ['notes of the editor', '<archive/><tog enabled="0"/><__shapeExtras/><creator uid="1"/><x/>', '<x/>', ['editing']],
    ['nothing else', '<a b="" c="1"/>', '<a b="" c="1"/>', []],
  ])('leaves the same out of a raw detail: %s', (_, detail, left, stripped) => {
    const lean = stripPacket(packetOf('x-y-z', `<keep/>${detail}`));
    expect(getTextEncoding().decodeUtf8(payloadOf(lean.packet, 'rawDetail'))).toBe(`<keep/>${left}`);
    expect(lean.stripped).toEqual(stripped);
  });

  it('leaves a raw detail that is no XML as it is', () => {
    const packet = samplePacket({ payloadVariant: { case: 'rawDetail', value: Uint8Array.of(0x3c, 0xff) } });
    expect(stripPacket(packet)).toEqual({ packet, stripped: [] });
  });

  it('leaves out what it is told, and no more', () => {
    const packet = packetOf('a-f-G-U-C', CONTACT + TAKV + SOURCES);
    expect(stripPacket(packet, ['takv']).packet).toEqual(packetOf('a-f-G-U-C', CONTACT + SOURCES));
    expect(stripPacket(packet, []).packet).toBe(packet);
  });

  it('gives back the packet itself when there is nothing to leave out', () => {
    const packet = packetOf('a-f-G-U-C', CONTACT);
    expect(stripPacket(packet).packet).toBe(packet);
  });

  it('changes nothing that is drawn, in any packet', () => {
    const undrawn = new Set(['takv', 'precisionlocation', 'precisionLocation', 'archive', 'tog', 'creator']);
    const drawn = (packet: Parameters<typeof stripPacket>[0]): unknown => {
      const built = treeOfPacket(packet);
      if (!built.ok) return built.reason;
      return packetOfTree(
        { ...built.tree, detail: built.tree.detail.filter(({ name }) => !undrawn.has(name)) },
        PROFILE_B,
      );
    };
    fc.assert(
      fc.property(anyPacket, (packet) => {
        // Receivers number way points as they like; who is a user is told by the app, too.
        if (packet.payloadVariant.case === 'route' || packet.takVersion !== '') return;
        expect(drawn(stripPacket(packet).packet)).toEqual(drawn(packet));
      }),
    );
  });

  it('does it once', () => {
    fc.assert(
      fc.property(anyPacket, fc.subarray([...STRIP_PARTS]), (packet, parts) => {
        const lean = stripPacket(packet, parts).packet;
        expect(stripPacket(lean, parts)).toEqual({ packet: lean, stripped: [] });
      }),
    );
  });
});
