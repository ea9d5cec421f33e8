/** Dictionaries of the V2 wire: which there are, and which of a set is for a packet. */
import { meshtastic } from '@cotbus/contracts';
import { cotTypeText } from '../packet/cot-type.ts';
import type { Packet } from '../packet/payload.ts';

/** Sets that two ends must have in common. `c` is our own. */
export type Generation = 'a' | 'b' | 'c';
export type DictionaryUse = 'general' | 'air';

export interface Dictionary {
  readonly generation: Generation;
  readonly use: DictionaryUse;
  /** What the flags byte names it: 0 to 62. */
  readonly number: number;
  /** The file as zstd trained it, with its magic. */
  readonly bytes: Uint8Array;
}

/** The dictionaries a receiver should have, by number: 0x3D and 0x3E are numbers that every other receiver refuses. */
const known: ReadonlyMap<number, DictionaryUse> = new Map([
  [0, 'general'],
  [1, 'air'],
  [0x3d, 'general'],
  [0x3e, 'air'],
]);
const SHARED_NUMBERS = 2;

/** Undefined for a number that does not exist. Numbers 0 and 1 are those of A and B: what tells them apart is the magic. */
export const generationOf = (number: number, hasMagic: boolean): Generation | undefined => {
  if (number < SHARED_NUMBERS) return hasMagic ? 'a' : 'b';
  return known.has(number) ? 'c' : undefined;
};

export const dictionaryUse = (number: number): DictionaryUse => known.get(number) ?? 'general';

const MAGIC = 0xec30a437;
const HEADER_BYTES = 8;

/** The id that zstd wrote into the file; undefined when it is no zstd dictionary. */
export const dictionaryId = (bytes: Uint8Array): number | undefined => {
  if (bytes.length <= HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  return view.getUint32(0, true) === MAGIC ? view.getUint32(4, true) : undefined;
};

const isAirType = (type: string): boolean => type.split('-', 3)[2] === 'A';

const airTypes: ReadonlySet<meshtastic.CotType> = new Set(
  meshtastic.CotTypeSchema.values
    .map((value) => value.number as meshtastic.CotType)
    .filter((id) => isAirType(cotTypeText(id))),
);

/** Of an aircraft: a type whose third part is `A`. */
export const useFor = ({ cotTypeId, cotTypeStr }: Packet): DictionaryUse =>
  (cotTypeId === 0 ? isAirType(cotTypeStr) : airTypes.has(cotTypeId)) ? 'air' : 'general';
