import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { packetOf, payloadOf, samplePacket } from '../testing/packets.ts';
import { leanPacket } from './lean.ts';

const DETAIL =
  '<takv version="5" platform="P" device="D" os="1"/><precisionlocation geopointsrc="GPS" altsrc="USER"/>' +
  '<precisionLocation altsrc="???"/><contact callsign="A"/>';
const ROUTE = '<link type="b-m-p-w" uid="w" callsign="A" point="1,2"/><link_attr stroke="3"/>';

describe('leanPacket', () => {
  it('leaves out the app and the sources of the position', () => {
    expect(leanPacket(packetOf('a-f-G-U-C', DETAIL))).toEqual(packetOf('a-f-G-U-C', '<contact callsign="A"/>'));
  });

  it('leaves out what it is told, and no more', () => {
    const packet = packetOf('a-f-G-U-C', DETAIL);
    expect(leanPacket(packet, ['takv'])).toMatchObject({
      takVersion: '',
      geoSrc: packet.geoSrc,
      altSrc: packet.altSrc,
    });
    expect(leanPacket(packet, ['sources'])).toMatchObject({ takVersion: '5', takOs: '1', geoSrc: 0, altSrc: 0 });
    expect(leanPacket(packet, [])).toEqual(packet);
  });

  it('leaves out the uids of way points, but not their names', () => {
    const links = payloadOf(leanPacket(packetOf('b-m-r', ROUTE)), 'route').links;
    expect(links).toMatchObject([{ uid: '', callsign: 'A' }]);
    expect(payloadOf(leanPacket(packetOf('b-m-r', ROUTE), ['takv']), 'route').links).toMatchObject([{ uid: 'w' }]);
  });

  it('leaves the same out of a raw detail', () => {
    const raw = packetOf('x-y-z', DETAIL);
    expect(getTextEncoding().decodeUtf8(payloadOf(leanPacket(raw), 'rawDetail'))).toBe('<contact callsign="A"/>');
    expect(leanPacket(raw, ['wayPointUids'])).toEqual(raw);
  });

  it('leaves a raw detail that is no XML as it is', () => {
    const value = Uint8Array.of(0x3c, 0xff);
    const packet = samplePacket({ payloadVariant: { case: 'rawDetail', value } });
    expect(payloadOf(leanPacket(packet), 'rawDetail')).toEqual(value);
  });

  it('changes a copy', () => {
    const packet = packetOf('b-m-r', ROUTE);
    leanPacket(packet);
    expect(packet).toEqual(packetOf('b-m-r', ROUTE));
  });
});
