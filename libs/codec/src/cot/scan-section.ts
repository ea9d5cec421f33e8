/** What may stand between tags besides text: comments, and CDATA that is all of an element's text. */
import { BLANK, TEXT, skip } from './xml-units.ts';

/** Nothing that a client writes; it is refused wherever it stands, in a comment too. */
export const DECLARATION = /<!(?:DOCTYPE|ENTITY)/i;

/** What is read, and how far it is. */
interface Place {
  readonly xml: string;
  /** As `unitsOf` gives them. */
  readonly units: Uint8Array;
  at: number;
}

const COMMENT = '<!--';
const CDATA = '<![CDATA[';
const [SLASH, LESS, GREATER] = [0x2f, 0x3c, 0x3e] as const;

/**
 * Behind the comment that begins here. Between tags the blanks after it are layout as well: false when text follows
 * there, which the parser joins with what was before; false, too, when it is not plain.
 */
export const scanComment = (place: Place, isInText: boolean): boolean => {
  const { xml, units, at } = place;
  const end = xml.startsWith(COMMENT, at) ? xml.indexOf('--', at + COMMENT.length) : -1;
  if (end < 0 || units[end + 2] !== GREATER || !isText(units, at + COMMENT.length, end)) return false;
  place.at = isInText ? end + 3 : skip(units, end + 3, BLANK);
  return isInText || units[place.at] === LESS;
};

/** The text of the CDATA that begins here, its lines ended by line feeds; undefined when it is not plain, or not alone. */
export const scanCdata = (place: Place): string | undefined => {
  const { xml, units, at } = place;
  const start = at + CDATA.length;
  const end = xml.startsWith(CDATA, at) ? xml.indexOf(']]>', start) : -1;
  if (end < 0 || !isText(units, start, end)) return undefined;
  place.at = end + 3;
  return units[place.at] === LESS && units[place.at + 1] === SLASH
    ? xml.slice(start, end).replace(/\r\n?/g, '\n')
    : undefined;
};

/** Characters that may stand there, `<` among them. */
const isText = (units: Uint8Array, start: number, end: number): boolean => {
  let at = skip(units, start, TEXT);
  while (at < end && units[at] === LESS) at = skip(units, at + 1, TEXT);
  return at >= end;
};
