import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../testing/samples.ts';
import type { Ack } from './ack.ts';
import { buildAck, readAck } from './ack.ts';
import { hexOf } from './hex.ts';
import { VECTOR_HASH } from './testing/peer-transfer.ts';

const hash = bytesOf(VECTOR_HASH);
const vectors: readonly (readonly [string, Ack])[] = [
  ['46544e12345602000000003ce1721f1dc82929', { transferId: 0x123456, kind: 'complete', received: 0, needed: 0, hash }],
  ['46544e12345603000200013ce1721f1dc82929', { transferId: 0x123456, kind: 'need_more', received: 2, needed: 1, hash }],
];

describe('an acknowledgement', () => {
  it.each(vectors)('%s goes both ways', (hex, ack) => {
    expect(readAck(bytesOf(hex))).toEqual({ ok: true, ack });
    expect(hexOf(buildAck(ack))).toBe(hex);
  });

  it('goes both ways with any numbers', () => {
    const numbers = fc.tuple(fc.nat(0xffffff), fc.nat(0xffff), fc.nat(0xffff), fc.boolean());
    fc.assert(
      fc.property(
        numbers,
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        ([transferId, received, needed, whole], h) => {
          const ack: Ack = { transferId, kind: whole ? 'complete' : 'need_more', received, needed, hash: h };
          expect(readAck(buildAck(ack))).toEqual({ ok: true, ack });
        },
      ),
    );
  });

  it.each([
    ['nothing', ''],
    ['18 bytes', '46544e12345602000000003ce1721f1dc829'],
    ['20 bytes', '46544e12345602000000003ce1721f1dc8292900'],
    ['an unknown type', '46544e12345604000000003ce1721f1dc82929'],
    ['another magic', '46544f12345602000000003ce1721f1dc82929'],
  ])('is refused: %s', (_, hex) => {
    expect(readAck(bytesOf(hex))).toMatchObject({ ok: false, reason: 'garbled' });
  });
});
