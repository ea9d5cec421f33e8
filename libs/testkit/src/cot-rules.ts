/** What makes a receiver drop an event or show it wrongly: ATAK's checks, TAK Server's and taky's needs. */
import { readXml, XmlError } from './cot-reader.ts';
import type { XmlNode } from './cot-reader.ts';

/** Bytes; ATAK throws larger events away in pieces. */
const MAX_EVENT_BYTES = 64 * 1024;
const EVENT_END = '</event>';
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const UNKNOWN_M = 9999999;
/** Drawn by no client, for they are orders, TAKTALK data or unknown in space. */
const NEVER_DRAWN = /^(?:t-(?!k-d$|x-d-d$|s-v-e$)|y|a-u-X|a-f-G-E-S-rad)/;
const TEAMS: ReadonlySet<string> = new Set(
  'White,Yellow,Orange,Magenta,Red,Maroon,Purple,Dark Blue,Blue,Cyan,Teal,Green,Dark Green,Brown'.split(','),
);

/** One sentence for each thing that some receiver does not accept; empty when all do. */
export const cotFaults = (xml: string): string[] => {
  const stream = streamFaults(xml);
  try {
    return [...stream, ...eventFaults(readXml(xml))];
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return [...stream, `It is not well-formed: ${error.message}`];
  }
};

/** What receivers that cut a stream at `</event>` need. */
const streamFaults = (xml: string): string[] => [
  ...when(
    !xml.startsWith('<event '),
    'It does not start with <event: a prolog or blank in front disturbs some clients.',
  ),
  ...when(!xml.endsWith(EVENT_END), 'It does not end with </event>: receivers would wait for ever.'),
  ...when(xml.indexOf(EVENT_END) !== xml.lastIndexOf(EVENT_END), 'It holds </event> more than once.'),
  ...when(/[\r\n]/.test(xml), 'It has a line break.'),
  ...when(/<!(?:DOCTYPE|ENTITY)/i.test(xml), 'It declares a document type or an entity.'),
  ...when(new TextEncoder().encode(xml).length > MAX_EVENT_BYTES, `It is larger than ${MAX_EVENT_BYTES} bytes.`),
];

const eventFaults = (event: XmlNode): string[] => {
  if (event.name !== 'event') return [`The root element is ${event.name}, not event.`];
  return [
    ...nameFaults(event),
    ...timeFaults(event),
    ...childFaults(event),
    ...pointFaults(event.children.find((c) => c.name === 'point')),
    ...detailFaults(event.children.find((c) => c.name === 'detail')),
  ];
};

const nameFaults = (event: XmlNode): string[] => {
  const type = event.attributes['type'] ?? '';
  return [
    ...when(event.attributes['version'] !== '2.0', 'The version is not 2.0.'),
    ...['uid', 'type', 'how'].flatMap((name) =>
      when((event.attributes[name] ?? '').trim() === '', `The ${name} is missing or blank.`),
    ),
    ...when(/\s/.test(type), `The type "${type}" holds a blank.`),
    ...when(NEVER_DRAWN.test(type), `Events of type ${type} are never drawn.`),
  ];
};

const timeFaults = (event: XmlNode): string[] => {
  const malformed = ['time', 'start', 'stale'].filter((name) => !isTime(event.attributes[name] ?? ''));
  if (malformed.length > 0) {
    return malformed.map((name) => `The ${name} "${event.attributes[name] ?? ''}" is not YYYY-MM-DDTHH:MM:SS.fffZ.`);
  }
  const [start = '', stale = ''] = [event.attributes['start'], event.attributes['stale']];
  // Texts of this one form compare as times do.
  return when(stale <= start, 'It is stale when it starts.');
};

const isTime = (text: string): boolean => {
  const ms = TIME.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
};

const childFaults = (event: XmlNode): string[] => [
  ...['point', 'detail'].flatMap((name) => {
    const count = event.children.filter((c) => c.name === name).length;
    return when(count !== 1, `It has ${count} ${name} elements.`);
  }),
  ...event.children
    .filter((c) => c.name !== 'point' && c.name !== 'detail')
    .map((c) => `The element ${c.name} stands outside of detail.`),
];

const pointFaults = (point: XmlNode | undefined): string[] => {
  if (point === undefined) return [];
  const names = ['lat', 'lon', 'hae', 'ce', 'le'];
  const bad = names.filter((name) => !DECIMAL.test(point.attributes[name] ?? ''));
  if (bad.length > 0) return bad.map((name) => `The ${name} "${point.attributes[name] ?? ''}" is no plain decimal.`);
  const value = (name: string): number => Number(point.attributes[name]);
  return [
    ...when(Math.abs(value('lat')) > 90, 'The latitude is off the globe.'),
    ...when(Math.abs(value('lon')) > 180, 'The longitude is off the globe.'),
    ...['ce', 'le'].flatMap((name) => when(value(name) < 0, `The ${name} is negative.`)),
    ...['hae', 'ce', 'le'].flatMap((name) =>
      when(
        Math.abs(value(name)) >= UNKNOWN_M && point.attributes[name] !== '9999999.0',
        `The ${name} says unknown otherwise than by 9999999.0.`,
      ),
    ),
  ];
};

const detailFaults = (detail: XmlNode | undefined): string[] => {
  if (detail === undefined) return [];
  return [
    ...when(detail.children.length === 0, 'The detail is empty.'),
    ...when(detail.text.trim() !== '', 'The detail has text of its own.'),
    ...detail.children.flatMap((child) => elementFaults[child.name]?.(child.attributes) ?? []),
  ];
};

const outside = (text: string | undefined, max: number): boolean =>
  text !== undefined && !(DECIMAL.test(text) && Number(text) >= 0 && Number(text) <= max);

const elementFaults: Readonly<Record<string, (attributes: XmlNode['attributes']) => string[]>> = {
  track: ({ course, speed }) => [
    ...when(outside(course, 360), `The course ${course} is not within 0 to 360.`),
    ...when(outside(speed, 999_999), `The speed ${speed} is not within 0 to 999999.`),
  ],
  status: ({ battery }) => when(outside(battery, 100), `The battery ${battery} is not within 0 to 100.`),
  contact: ({ callsign, endpoint }) => [
    ...when(callsign?.trim() === '', 'The callsign is blank.'),
    ...when(endpoint?.startsWith('0.0.0.0') === true, `The endpoint ${endpoint} is one that nobody can reach.`),
  ],
  __group: ({ name }) => when(name !== undefined && !TEAMS.has(name), `There is no team "${name}".`),
};

const when = (fault: boolean, sentence: string): string[] => (fault ? [sentence] : []);
