/** The dictionaries at hand, each digested when it is first used, and the words for those that are not. */
import { MAX_PACKET_BYTES } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { dictionaryId } from './dictionary.ts';
import type { Dictionary, DictionaryUse, Generation } from './dictionary.ts';
import type { FrameForm, Inflated, Zstd, ZstdDictionary } from './zstd.ts';

/**
 * Frames of A go without the id of their dictionary, which every decoder finds by the flags byte; frames of B as the phone
 * apps write them; those of our own set name it, because its numbers outlive its dictionaries.
 */
const forms: Readonly<Record<Generation, FrameForm>> = {
  a: { contentSize: true, dictionaryId: false },
  b: { contentSize: false, dictionaryId: false },
  c: { contentSize: true, dictionaryId: true },
};

const NO_DICTIONARY = new Uint8Array(0);

type Named = Omit<Dictionary, 'bytes'>;

export interface DictionaryShelf {
  /** Whether both dictionaries of a generation are there, and something that compresses with them. */
  has(generation: Generation): boolean;
  /** Why frames of a dictionary cannot be read; undefined when they can. */
  missing(named: Named): Refused | undefined;
  /** @param id what the frame says; 0 when it names none. The bytes are the caller's. */
  inflate(frame: Uint8Array, named: Named, id: number): { readonly ok: true; readonly bytes: Uint8Array } | Refused;
  /** The frame is valid until the next call. */
  deflate(
    generation: Generation,
    use: DictionaryUse,
    bytes: Uint8Array,
  ): { readonly ok: true; readonly number: number; readonly frame: Uint8Array } | Refused;
}

interface Slot extends Dictionary {
  readonly id: number;
  opened: ZstdDictionary | undefined;
}

/** Throws when a file is no zstd dictionary: whoever loads it checks it. */
export const createDictionaryShelf = (zstd: Zstd | undefined, dictionaries: readonly Dictionary[]): DictionaryShelf => {
  const slots = dictionaries.map(toSlot);
  let plain: ZstdDictionary | undefined;
  const open = (engine: Zstd, slot: Slot): ZstdDictionary =>
    (slot.opened ??= engine.open(slot.bytes, forms[slot.generation]));
  const find = (generation: Generation, use: DictionaryUse): Slot | undefined =>
    slots.findLast((slot) => slot.generation === generation && slot.use === use);

  /** @param id 0: any */
  const numbered = ({ generation, number }: Named, id: number): Slot | undefined => {
    for (const slot of slots) {
      if (slot.generation === generation && slot.number === number && (id === 0 || slot.id === id)) return slot;
    }
    return undefined;
  };
  const missing = (named: Named): Refused | undefined => {
    if (numbered(named, 0) === undefined) return refuseMissing(named, 'which is not installed');
    return zstd === undefined ? refuseMissing(named, 'and nothing here knows zstd') : undefined;
  };

  return {
    missing,
    has: (generation) =>
      zstd !== undefined && find(generation, 'general') !== undefined && find(generation, 'air') !== undefined,

    inflate: (frame, named, id) => {
      const slot = numbered(named, id);
      if (zstd !== undefined && slot !== undefined)
        return toContent(open(zstd, slot).decompress(frame, MAX_PACKET_BYTES), named);
      const lacking = missing(named);
      if (lacking === undefined) return refuseMissing(named, `but not with the one installed: its id is ${hex(id)}`);
      if (zstd === undefined || named.generation !== 'a' || id !== 0) return lacking;
      // Some senders of generation A compress without a dictionary; their frames name none.
      plain ??= zstd.open(NO_DICTIONARY, forms.a);
      const inflated = plain.decompress(frame, MAX_PACKET_BYTES);
      return inflated === 'damaged' ? lacking : toContent(inflated, named);
    },

    deflate: (generation, use, bytes) => {
      const slot = find(generation, use);
      if (zstd !== undefined && slot !== undefined) {
        return { ok: true, number: slot.number, frame: open(zstd, slot).compress(bytes) };
      }
      const named = { generation, use, number: slot?.number ?? defaultNumber(generation, use) };
      return missing(named) ?? refuseMissing(named, 'which is not installed');
    },
  };
};

const toSlot = (dictionary: Dictionary): Slot => {
  const id = dictionaryId(dictionary.bytes);
  if (id === undefined) throw new TypeError(`${nameOf(dictionary)} is no zstd dictionary`);
  return { ...dictionary, id, opened: undefined };
};

const toContent = (inflated: Inflated, named: Named): { readonly ok: true; readonly bytes: Uint8Array } | Refused => {
  if (inflated === 'too_large') return refuse('too_large', `more than ${MAX_PACKET_BYTES} bytes inflated`);
  if (inflated === 'damaged') return refuse('garbled', `${nameOf(named)} does not inflate it`);
  return inflated.length === 0 ? refuse('garbled', 'inflated to nothing') : { ok: true, bytes: inflated };
};

const defaultNumber = (generation: Generation, use: DictionaryUse): number => {
  if (generation === 'c') return use === 'air' ? 0x3e : 0x3d;
  return use === 'air' ? 1 : 0;
};

const nameOf = ({ number, use, generation }: Named): string =>
  `dictionary ${number} (${use}) of generation ${generation.toUpperCase()}`;

const refuseMissing = (named: Named, why: string): Refused =>
  refuse('dictionary_missing', `compressed with ${nameOf(named)}, ${why}`);

const hex = (id: number): string => `0x${id.toString(16).padStart(8, '0')}`;
