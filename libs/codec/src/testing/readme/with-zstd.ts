import { TakCompressor } from '@cotbus/codec';
import type { Zstd } from '@cotbus/codec';

/** @param general of 16 KiB, @param air of 4 KiB: the dictionaries of generation A */
export const openCompressor = (zstd: Zstd, general: Uint8Array, air: Uint8Array): TakCompressor =>
  new TakCompressor({
    zstd,
    dictionaries: [
      { generation: 'a', number: 0, use: 'general', bytes: general },
      { generation: 'a', number: 1, use: 'air', bytes: air },
    ],
  });
