/**
 * Names of elements and attributes as V8 keeps literals, one string for each: some two hundred make up all of CoT.
 * Comparing one with a literal is comparing two addresses then; a piece of the text is compared character by character.
 */

/** A power of two. Each holds two names; a third pushes the older one out, which costs time and nothing else. */
const PLACES = 2048;
/** Longer ones are pieces of the text. */
const MAX_KNOWN_CHARACTERS = 24;

interface KnownName {
  readonly name: string;
  /** Its characters, all ASCII. */
  readonly units: Uint8Array;
}

const NONE: KnownName = { name: '', units: new Uint8Array(0) };
const known: KnownName[] = Array.from({ length: 2 * PLACES }, () => NONE);

/** The name from `start` to `end`. @param units of `xml`, as `unitsOf` gives them; those of the name are ASCII */
export const nameAt = (xml: string, units: Uint8Array, start: number, end: number): string => {
  let hash = end - start;
  for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (units[at] ?? 0)) | 0;
  const place = (Math.imul(hash, SPREAD) >>> SPREAD_SHIFT) * 2;
  const newer = known[place] ?? NONE;
  if (isAt(units, start, end, newer)) return newer.name;
  const older = known[place + 1] ?? NONE;
  if (isAt(units, start, end, older)) return older.name;
  const piece = xml.slice(start, end);
  if (piece.length > MAX_KNOWN_CHARACTERS) return piece;
  const name = asLiteral(piece);
  known[place + 1] = newer;
  known[place] = { name, units: units.slice(start, end) };
  return name;
};

/** 2³² over the golden ratio: the upper 11 bits of a product are spread best. */
const SPREAD = 0x9e3779b1;
const SPREAD_SHIFT = 21;

const isAt = (units: Uint8Array, start: number, end: number, { units: name }: KnownName): boolean => {
  if (name.length !== end - start) return false;
  for (let at = 0; at < name.length; at += 1) if (name[at] !== units[start + at]) return false;
  return true;
};

/** The same string, kept without the text that it is a piece of: V8 keeps one for all properties of a name. */
const asLiteral = (name: string): string => Object.keys({ [name]: 0 })[0] ?? name;
