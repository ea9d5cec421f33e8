/**
 * Where CoT events begin and end in a byte stream: a lexer of just enough XML, one byte at a time, so that any split of
 * the stream gives the same events. All that counts are ASCII bytes, which UTF-8 never uses inside a longer character.
 *
 * An event runs from `<event` to its `</event>`, or is one tag `<event …/>`. CoT never nests an event in an event and
 * XML has no `<` in a quoted value: both mean that the event before was cut off, and the next one is not lost with it.
 */

/** Elements inside elements; real events stay below ten. */
export const MAX_DEPTH = 64;

/** What a byte means for the event it belongs to. */
export type ScanSignal =
  | 'none'
  /** The byte follows `<event` and belongs to a new event. */
  | 'begun'
  /** As `begun`, but the event before it never ended. */
  | 'cut_off'
  /** The byte is the last one of the event. */
  | 'ended'
  /** The event cannot be XML of ours; what follows is skipped up to the next `<event`. */
  | 'doctype'
  | 'too_deep'
  | 'not_xml';

/** Where the scanner is. Plain data but for `mode`, the rule for the next byte. */
export interface Scan {
  mode: (scan: Scan, byte: number) => ScanSignal;
  /** Bytes after `<`, `</` or `<!`, as far as they tell one word from another. */
  word: string;
  /** The quote that ends a value. */
  quote: number;
  /** Elements open, the event included. */
  depth: number;
  /** The last two bytes, where an end consists of several. */
  previous: number;
  beforePrevious: number;
}

const [LT, GT, SLASH, BANG, QUESTION] = [0x3c, 0x3e, 0x2f, 0x21, 0x3f];
const [QUOTE, APOSTROPHE, DASH, BRACKET] = [0x22, 0x27, 0x2d, 0x5d];
/** Longest word that matters: `!DOCTYPE`; one byte more tells a longer one from it. */
const MAX_WORD = 8;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const endsName = (byte: number): boolean => isSpace(byte) || byte === GT || byte === SLASH;

const enter = (scan: Scan, mode: Scan['mode']): 'none' => {
  scan.mode = mode;
  scan.word = '';
  scan.previous = 0;
  scan.beforePrevious = 0;
  return 'none';
};

/** Leaves the event, if there is one. */
const leave = (scan: Scan, signal: ScanSignal): ScanSignal => {
  enter(scan, outside);
  return signal;
};

/** Gives the event up at a `<` that cannot be in it, but may begin the next one. */
const abandon = (scan: Scan): ScanSignal => {
  enter(scan, outsideTag);
  return 'not_xml';
};

const grow = (scan: Scan, byte: number): 'none' => {
  if (scan.word.length <= MAX_WORD) scan.word += String.fromCharCode(byte);
  return 'none';
};

const remember = (scan: Scan, byte: number): 'none' => {
  scan.beforePrevious = scan.previous;
  scan.previous = byte;
  return 'none';
};

const begin = (scan: Scan, byte: number, signal: 'begun' | 'cut_off'): ScanSignal => {
  scan.depth = 1;
  enter(scan, attributes);
  attributes(scan, byte);
  return signal;
};

const outside: Scan['mode'] = (scan, byte) => (byte === LT ? enter(scan, outsideTag) : 'none');

const outsideTag: Scan['mode'] = (scan, byte) => {
  if (byte === LT) return enter(scan, outsideTag);
  if (!endsName(byte)) return scan.word.length < MAX_WORD ? grow(scan, byte) : leave(scan, 'none');
  if (scan.word === 'event') return begin(scan, byte, 'begun');
  return leave(scan, scan.word === '!DOCTYPE' ? 'doctype' : 'none');
};

const text: Scan['mode'] = (scan, byte) => (byte === LT ? enter(scan, open) : 'none');

const open: Scan['mode'] = (scan, byte) => {
  if (byte === SLASH) return enter(scan, endName);
  if (byte === BANG) return enter(scan, bang);
  if (byte === QUESTION) return enter(scan, instruction);
  enter(scan, startName);
  return startName(scan, byte);
};

const startName: Scan['mode'] = (scan, byte) => {
  if (byte === LT) return abandon(scan);
  if (!endsName(byte)) return grow(scan, byte);
  if (scan.word === 'event') return begin(scan, byte, 'cut_off');
  scan.depth++;
  if (scan.depth > MAX_DEPTH) return leave(scan, 'too_deep');
  enter(scan, attributes);
  return attributes(scan, byte);
};

const attributes: Scan['mode'] = (scan, byte) => {
  if (byte === LT) return abandon(scan);
  if (byte === QUOTE || byte === APOSTROPHE) {
    scan.quote = byte;
    return enter(scan, quoted);
  }
  if (byte !== GT) return remember(scan, byte);
  if (scan.previous !== SLASH) return enter(scan, text);
  scan.depth--;
  return closed(scan);
};

const quoted: Scan['mode'] = (scan, byte) => {
  if (byte === LT) return abandon(scan);
  return byte === scan.quote ? enter(scan, attributes) : 'none';
};

const endName: Scan['mode'] = (scan, byte) => {
  if (byte === LT) return abandon(scan);
  if (!endsName(byte)) return grow(scan, byte);
  // The end tag of the event ends it even when an element in it is still open: whoever reads the XML will say so.
  scan.depth = scan.word === 'event' ? 0 : Math.max(1, scan.depth - 1);
  enter(scan, endRest);
  return endRest(scan, byte);
};

const endRest: Scan['mode'] = (scan, byte) => {
  if (byte === LT) return abandon(scan);
  return byte === GT ? closed(scan) : 'none';
};

const closed = (scan: Scan): ScanSignal => (scan.depth === 0 ? leave(scan, 'ended') : enter(scan, text));

const bang: Scan['mode'] = (scan, byte) => {
  if (byte === LT) return abandon(scan);
  grow(scan, byte);
  const { word } = scan;
  if (word === '--') return enter(scan, comment);
  if (word === '[CDATA[') return enter(scan, cdata);
  if (word === 'DOCTYPE') return leave(scan, 'doctype');
  return ['--', '[CDATA[', 'DOCTYPE'].some((known) => known.startsWith(word)) ? 'none' : leave(scan, 'not_xml');
};

const comment: Scan['mode'] = (scan, byte) =>
  byte === GT && scan.previous === DASH && scan.beforePrevious === DASH ? enter(scan, text) : remember(scan, byte);

const cdata: Scan['mode'] = (scan, byte) =>
  byte === GT && scan.previous === BRACKET && scan.beforePrevious === BRACKET
    ? enter(scan, text)
    : remember(scan, byte);

const instruction: Scan['mode'] = (scan, byte) =>
  byte === GT && scan.previous === QUESTION ? enter(scan, text) : remember(scan, byte);

export const createScan = (): Scan => ({
  mode: outside,
  word: '',
  quote: 0,
  depth: 0,
  previous: 0,
  beforePrevious: 0,
});

/** Gives the current event up; the next one begins at its `<event`. */
export const resetScan = (scan: Scan): void => {
  enter(scan, outside);
};
