import { describe, expect, it } from 'vitest';
import { bytesOf } from '../testing/samples.ts';
import { readZstdFrame } from './zstd-frame.ts';

const read = (hex: string) => readZstdFrame(bytesOf(hex.replaceAll(' ', '')), 0);

describe('readZstdFrame', () => {
  // One raw, last block of 2 bytes.
  const block = '110000 6869';

  it.each([
    ['single segment, size in 1 byte', `20 02 ${block}`, 0],
    ['a size in 2 bytes, which counts from 256', `60 000f ${block}`, 0],
    ['a size in 4 bytes', `a0 02000000 ${block}`, 0],
    ['a size in 8 bytes', `e0 0200000000000000 ${block}`, 0],
    ['a window and no size', `00 58 ${block}`, 0],
    ['a window of 8 MiB', `00 68 ${block}`, 0],
    ['a dictionary id in 1 byte', `21 3d 02 ${block}`, 0x3d],
    ['a dictionary id in 2 bytes', `22 0102 02 ${block}`, 0x0201],
    ['a dictionary id in 4 bytes', `23 8f71d068 02 ${block}`, 0x68d0718f],
    ['a dictionary id above 31 bits', `23 000000ff 02 ${block}`, 0xff000000],
    ['a checksum', `24 02 ${block} 01020304`, 0],
    ['the unused bit', `30 02 ${block}`, 0],
    ['several blocks', '20 05 080000 61 0a0000 62 110000 6869', 0],
    ['an RLE block of 4096', '60 000f 038000 61', 0],
    ['no content', '20 00 010000', 0],
  ])('takes %s', (_, hex, dictionaryId) => {
    expect(read(hex)).toEqual({ ok: true, dictionaryId });
  });

  it.each([
    ['nothing', '', 'garbled'],
    ['the reserved bit', `28 02 ${block}`, 'garbled'],
    ['a header that ends early', '23 8f71', 'garbled'],
    ['no block', '20 02', 'garbled'],
    ['a block header that ends early', '20 02 1100', 'garbled'],
    ['a block that ends early', '20 02 110000 68', 'garbled'],
    ['a reserved block', '20 02 170000 6869', 'garbled'],
    ['no last block', '20 02 100000 6869', 'garbled'],
    ['a checksum that is not there', `24 02 ${block}`, 'garbled'],
    ['half a checksum', `24 02 ${block} 0102`, 'garbled'],
    ['a byte behind it', `20 02 ${block} 00`, 'garbled'],
    ['a second frame', `20 02 ${block} 28b52ffd 20 02 ${block}`, 'garbled'],
    ['a skippable frame behind it', `20 02 ${block} 502a4d18 00000000`, 'garbled'],
    ['a size of 4097 bytes', `60 010f ${block}`, 'too_large'],
    ['a size of 65 792 bytes', `60 ffff ${block}`, 'too_large'],
    ['a size of 2 GiB', `a0 00000080 ${block}`, 'too_large'],
    ['a size of 2^63', `e0 0000000000000080 ${block}`, 'too_large'],
    ['a size of 2^32 in 8 bytes', `e0 0000000001000000 ${block}`, 'too_large'],
    ['a window above 8 MiB', `00 69 ${block}`, 'too_large'],
    ['the largest window', `00 ff ${block}`, 'too_large'],
    ['an RLE block of 4097', '00 58 0b8000 61', 'too_large'],
    ['a bomb of RLE blocks', `00 58 ${'020010 61'.repeat(50)} 030010 61`, 'too_large'],
  ])('refuses %s', (_, hex, reason) => {
    expect(read(hex)).toMatchObject({ ok: false, reason });
  });
});
