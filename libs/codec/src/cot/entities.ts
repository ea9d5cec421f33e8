/** The entities of XML without a document type: five names, and numbers. */

/** Undefined for one that only the parser may judge. */
export const decodeEntities = (raw: string): string | undefined => {
  let text = '';
  let from = 0;
  for (let at = raw.indexOf('&'); at >= 0; at = raw.indexOf('&', from)) {
    const end = raw.indexOf(';', at);
    const character = end < 0 ? undefined : characterOf(raw.slice(at + 1, end));
    if (character === undefined) return undefined;
    text += raw.slice(from, at) + character;
    from = end + 1;
  }
  return text + raw.slice(from);
};

const namedCharacters: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
const NUMBERED = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/;

const characterOf = (name: string): string | undefined => {
  const named = namedCharacters.get(name);
  if (named !== undefined) return named;
  const [, hex, decimal] = NUMBERED.exec(name) ?? [];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return isCharacter(code) ? String.fromCodePoint(code) : undefined;
};

/** Of XML 1.0. */
const isCharacter = (code: number): boolean =>
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff) ||
  code === 0x09 ||
  code === 0x0a ||
  code === 0x0d;
