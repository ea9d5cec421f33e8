import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../testing/samples.ts';
import { decodeV2Frame, encodeV2Frame } from './v2-frame.ts';

const packet = create(meshtastic.TAKPacketV2Schema, { uid: 'U1', cotTypeId: 1, latitudeI: -1 });
const bytes = bytesOf('ff080135ffffffff72025531');

const padded = (length: number) => {
  const remarks = (n: number) => create(meshtastic.TAKPacketV2Schema, { remarks: 'x'.repeat(n) });
  const extra = toBinary(meshtastic.TAKPacketV2Schema, remarks(200)).length - 200;
  return remarks(length - extra);
};

describe('a raw frame', () => {
  it('goes both ways', () => {
    expect(encodeV2Frame(packet)).toEqual({ ok: true, frame: bytes });
    expect(decodeV2Frame(bytes)).toEqual({ ok: true, packet });
  });

  it('is sent up to 225 bytes with its flags', () => {
    expect(encodeV2Frame(padded(224))).toMatchObject({ ok: true });
    expect(encodeV2Frame(padded(225))).toEqual({ ok: false, reason: 'too_large', detail: '226 of 225 bytes' });
  });

  it('is read up to 4096 bytes without its flags', () => {
    const frame = (length: number) => {
      const body = toBinary(meshtastic.TAKPacketV2Schema, padded(length));
      return decodeV2Frame(Uint8Array.of(0xff, ...body));
    };
    expect(frame(4096)).toMatchObject({ ok: true });
    expect(frame(4097)).toMatchObject({ ok: false, reason: 'too_large' });
  });
});

describe('decodeV2Frame', () => {
  const missing = (number: number, name: string, generation: string) => ({
    reason: 'dictionary_missing',
    detail: `compressed with dictionary ${number} (${name}) of generation ${generation}, which is not installed`,
  });

  it.each([
    ['nothing', '', { reason: 'garbled' }],
    ['one byte', 'ff', { reason: 'garbled' }],
    ['broken protobuf', 'ff0a', { reason: 'garbled' }],
    ['a string cut short', 'ff7205', { reason: 'garbled' }],
    ['text that is no UTF-8', 'ff7202c328', { reason: 'garbled' }],
    ['dictionary 5', '0528b52ffd00', { reason: 'garbled' }],
    ['dictionary 63 that is not raw', '3f0801', { reason: 'garbled' }],
    ['no zstd frame', '000c00', { reason: 'garbled' }],
    ['generation A', '0028b52ffd2300', missing(0, 'general', 'A')],
    ['generation A, air', '0128b52ffd2300', missing(1, 'air', 'A')],
    ['reserved flags', 'c028b52ffd2300', missing(0, 'general', 'A')],
    ['generation B', '00005801', missing(0, 'general', 'B')],
    ['generation B, air', '01005801', missing(1, 'air', 'B')],
    ['our own set', '3d28b52ffd2300', missing(0x3d, 'general', 'C')],
    ['our own set, air', '3e28b52ffd2300', missing(0x3e, 'air', 'C')],
  ])('refuses %s', (_, hex, refused) => {
    expect(decodeV2Frame(bytesOf(hex))).toMatchObject({ ok: false, ...refused });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (frame) => {
        const result = decodeV2Frame(frame);
        expect(result.ok || ['garbled', 'dictionary_missing'].includes(result.reason)).toBe(true);
      }),
    );
  });
});
