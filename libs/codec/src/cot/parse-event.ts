/** XML text → event, lenient about what real clients write, strict about what cannot be. */
import type { CotEvent } from '@cotbus/contracts';
import { MAX_EVENT_BYTES, MAX_TYPE_CHARACTERS, MAX_UID_CHARACTERS } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { allNamed, attribute, lastNamed } from './element.ts';
import type { Element } from './element.ts';
import { parseEventTime } from './event-time.ts';
import { eventOfTree } from './event-tree.ts';
import type { EventTree } from './event-tree.ts';
import { eventKind } from './kind.ts';
import { UNKNOWN_M, parseDecimal } from './number.ts';
import { parseXml } from './parse-xml.ts';
import { utf8Bytes } from './utf8.ts';

/**
 * Reads one event. Times become absolute, `kind` is set, `detail` is written anew on one line. Refused: `garbled` (not
 * well-formed, a declaration, no `event`), `too_large` (see limits; also what is too large for the bus), `impossible` (uid, type, a time or the position
 * missing or no such thing). `start` may be absent (then `time`), also `how`, `detail`, hae, ce and le (then unknown).
 */
export const parseEventXml = (xml: string): { readonly ok: true; readonly event: CotEvent } | Refused => {
  const parsed = parseEventTree(xml);
  if (!parsed.ok) return parsed;
  const event = eventOfTree(parsed.tree);
  // Shorter XML never becomes too large.
  const bytes = xml.length > MAX_EVENT_BYTES / MAX_GROWTH ? bytesOf(event) : 0;
  return bytes > MAX_EVENT_BYTES
    ? refuse('too_large', `${bytes} of ${MAX_EVENT_BYTES} bytes of texts`)
    : { ok: true, event };
};

/** `'` becomes the six bytes of `&apos;`, and names stand in an event twice. */
const MAX_GROWTH = 12;

const bytesOf = ({ how, access, qos, opex, detail, callsign, team, role }: CotEvent): number =>
  [how, access, qos, opex, detail, callsign, team, role].reduce((sum, text) => sum + utf8Bytes(text), 0);

/** As `parseEventXml`, without writing the detail: for those who go on to a packet. */
export const parseEventTree = (xml: string): { readonly ok: true; readonly tree: EventTree } | Refused => {
  const parsed = parseXml(xml);
  if (!parsed.ok) return parsed;
  const { root } = parsed;
  if (root.name !== 'event') return refuse('garbled', `root element ${root.name}, not event`);
  const names = readNames(root);
  if (!names.ok) return names;
  const times = readTimes(root);
  if (!times.ok) return times;
  const point = readPoint(root);
  if (!point.ok) return point;
  const detail = readDetail(root);
  return {
    ok: true,
    tree: {
      uid: names.fields.uid,
      type: names.fields.type,
      how: attribute(root, 'how').trim(),
      kind: eventKind(names.fields.type, detail),
      timeMs: times.fields.timeMs,
      startMs: times.fields.startMs,
      staleMs: times.fields.staleMs,
      olderMs: 0,
      staleAfterMs: 0,
      lat: point.fields.lat,
      lon: point.fields.lon,
      hae: point.fields.hae,
      ce: point.fields.ce,
      le: point.fields.le,
      access: attribute(root, 'access'),
      qos: attribute(root, 'qos'),
      opex: attribute(root, 'opex'),
      detail,
    },
  };
};

/** Of several details, which some servers write, each adds its own. */
const readDetail = ({ children }: Element): readonly Element[] => {
  const details = allNamed(children, 'detail');
  return details.length > 1 ? details.flatMap((detail) => detail.children) : (details[0]?.children ?? []);
};

type Fields<K extends keyof CotEvent> = { readonly ok: true; readonly fields: Pick<CotEvent, K> } | Refused;

const readNames = (root: Element): Fields<'uid' | 'type'> => {
  const uid = attribute(root, 'uid').trim();
  const type = attribute(root, 'type').trim();
  if (uid === '') return refuse('impossible', 'event without a uid');
  if (type === '') return refuse('impossible', 'event without a type');
  if (uid.length > MAX_UID_CHARACTERS) return refuse('too_large', `uid of ${uid.length} characters`);
  if (type.length > MAX_TYPE_CHARACTERS) return refuse('too_large', `type of ${type.length} characters`);
  return { ok: true, fields: { uid, type } };
};

const readTimes = (root: Element): Fields<'timeMs' | 'startMs' | 'staleMs'> => {
  const timeMs = parseEventTime(attribute(root, 'time'));
  if (timeMs === undefined) return refuse('impossible', `time "${attribute(root, 'time')}"`);
  const startText = attribute(root, 'start');
  const startMs = startText === '' || startText === attribute(root, 'time') ? timeMs : parseEventTime(startText);
  if (startMs === undefined) return refuse('impossible', `start "${startText}"`);
  const staleMs = parseEventTime(attribute(root, 'stale'));
  if (staleMs === undefined) return refuse('impossible', `stale "${attribute(root, 'stale')}"`);
  return { ok: true, fields: { timeMs, startMs, staleMs } };
};

const readPoint = (root: Element): Fields<'lat' | 'lon' | 'hae' | 'ce' | 'le'> => {
  const point = lastNamed(root.children, 'point');
  if (point === undefined) return refuse('impossible', 'event without a point');
  const lat = parseDecimal(attribute(point, 'lat'));
  const lon = parseDecimal(attribute(point, 'lon'));
  if (lat === undefined || Math.abs(lat) > 90) return refuse('impossible', `latitude "${attribute(point, 'lat')}"`);
  if (lon === undefined || Math.abs(lon) > 180) return refuse('impossible', `longitude "${attribute(point, 'lon')}"`);
  const hae = metres(attribute(point, 'hae'));
  const ce = metres(attribute(point, 'ce'));
  const le = metres(attribute(point, 'le'));
  return { ok: true, fields: { lat, lon, hae, ce: ce < 0 ? UNKNOWN_M : ce, le: le < 0 ? UNKNOWN_M : le } };
};

const metres = (text: string): number => {
  const value = parseDecimal(text);
  return value === undefined || Math.abs(value) > UNKNOWN_M ? UNKNOWN_M : value;
};
