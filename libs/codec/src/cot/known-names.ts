/**
 * Names of elements and attributes as V8 keeps literals, one string for each: some two hundred make up all of CoT.
 * Comparing one with a literal is comparing two addresses then; a piece of the text is compared character by character.
 */

/** A power of two. Two names of one place push each other out: that costs time and nothing else. */
const PLACES = 4096;
/** Longer ones are pieces of the text. */
const MAX_KNOWN_CHARACTERS = 24;

interface KnownName {
  readonly name: string;
  /** Its characters, all ASCII. */
  readonly units: Uint8Array;
}

const NONE: KnownName = { name: '', units: new Uint8Array(0) };
const known: KnownName[] = Array.from({ length: PLACES }, () => NONE);

/** The name from `start` to `end`. @param units of `xml`, as `unitsOf` gives them; those of the name are ASCII */
export const nameAt = (xml: string, units: Uint8Array, start: number, end: number): string => {
  let hash = end - start;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (units[at] ?? 0), FNV_PRIME);
  const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
  const found = known[place] ?? NONE;
  if (found.units.length === end - start && isAt(units, start, found.units)) return found.name;
  const piece = xml.slice(start, end);
  if (piece.length > MAX_KNOWN_CHARACTERS) return piece;
  const name = asLiteral(piece);
  known[place] = { name, units: units.slice(start, end) };
  return name;
};

const FNV_PRIME = 0x01000193;

const isAt = (units: Uint8Array, start: number, name: Uint8Array): boolean => {
  for (let at = 0; at < name.length; at += 1) if (name[at] !== units[start + at]) return false;
  return true;
};

/** The same string, kept without the text that it is a piece of: V8 keeps one for all properties of a name. */
const asLiteral = (name: string): string => Object.keys({ [name]: 0 })[0] ?? name;
