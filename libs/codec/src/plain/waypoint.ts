/** Port 8 ⇄ markers: `Waypoint` of Meshtastic's mesh.proto. */
import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { CotEventSchema, FrameSchema, Kind, meshtastic, nodeText } from '@cotbus/contracts';
import type { CotEvent, Frame, NodeState } from '@cotbus/contracts';
import { allNamed, attribute, buildElements, element } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { UNKNOWN_M } from '../cot/number.ts';
import { parseDetail } from '../cot/parse-xml.ts';
import { DELETE_STALE_MS, MAX_STALE_AFTER_MS, MAX_WAYPOINT_NAME_BYTES, WAYPOINT_STALE_MS } from '../limits.ts';
import { MAX_LATITUDE_I, MAX_LONGITUDE_I, degreesOf, latitudeI, longitudeI } from '../packet/geo.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { printable } from './callsign.ts';
import { cutText } from './cut-text.ts';
import type { PlainDecoder } from './decoded.ts';
import { PLAIN_DEFAULTS } from './options.ts';
import type { PlainOptions } from './options.ts';
import { readMessage } from './read-message.ts';
import { addresseeOf, buildRecipientOnly, recipientOf } from './recipient.ts';
import { senderOf } from './sender.ts';
import { iconPath } from './waypoint-icon.ts';
import { waypointId, waypointUid } from './waypoint-id.ts';
import { buildMarking, buildRemarks, parseDescription, parseIcon, parseLock } from './waypoint-notes.ts';

type Waypoint = meshtastic.Waypoint;

const TYPE = 'a-u-G';
const UNKNOWN = { hae: UNKNOWN_M, ce: UNKNOWN_M, le: UNKNOWN_M };
const DEFAULT_NAME = 'Dropped Pin';
/** What the apps send as `expire` to delete. */
const DELETED = 1;
/** Epoch seconds: no mesh is older, so before it a time is none. */
const EARLIEST_S = Date.UTC(2020, 0, 1) / 1000;
const MAX_EPOCH_S = 0xffffffff;

/**
 * A marker, or `t-x-d-d` when the waypoint is deleted or past its end. The end is reckoned by the agent's clock. Refused:
 * `garbled`, `impossible` (no id, no position, or locked to another node than its sender).
 */
export const decodeWaypoint: PlainDecoder = (heard, sender, options = PLAIN_DEFAULTS) => {
  const waypoint = readMessage(meshtastic.WaypointSchema, heard.payload);
  if (waypoint === undefined) return refuse('garbled', 'no Waypoint');
  const { id, lockedTo } = waypoint;
  if (id === 0) return refuse('impossible', 'waypoint without an id');
  if (lockedTo !== 0 && lockedTo !== heard.from) {
    return refuse('impossible', `waypoint locked to ${nodeText(lockedTo)}, sent by ${nodeText(heard.from)}`);
  }
  const recipient = buildRecipientOnly(recipientOf(heard, options));
  const staleAfterMs = remainingMs(waypoint, sender);
  if (staleAfterMs <= 0) return { ok: true, event: deletion(id, recipient) };
  const place = placeOf(waypoint);
  if (place === undefined) {
    return refuse('impossible', `waypoint at ${waypoint.latitudeI ?? 0}, ${waypoint.longitudeI ?? 0} (1e-7 degrees)`);
  }
  const callsign = cutText(printable(waypoint.name) || DEFAULT_NAME, MAX_WAYPOINT_NAME_BYTES).text;
  const by = senderOf(heard, sender, options);
  const event = create(CotEventSchema, {
    ...place,
    ...UNKNOWN,
    uid: waypointUid(id),
    type: TYPE,
    how: 'h-g-i-g-o',
    kind: Kind.MARKER,
    staleAfterMs,
    detail: buildElements([
      element('contact', { callsign }),
      element('link', { uid: by.uid, type: 'a-f-G-U-C', relation: 'p-p', parent_callsign: by.callsign }),
      element('usericon', { iconsetpath: iconPath(waypoint.icon) }),
      buildMarking(waypoint, heard.from),
      buildRemarks(waypoint, by.callsign, heard.from),
      ...recipient,
    ]),
    callsign,
  });
  return { ok: true, event };
};

/** Milliseconds until the waypoint ends; 0 or less when it has. An end that no clock can place counts as none. */
const remainingMs = ({ expire }: Waypoint, { atMs }: NodeState): number => {
  if (expire === 0) return WAYPOINT_STALE_MS;
  if (expire < EARLIEST_S) return 0;
  if (!(atMs >= EARLIEST_S * 1000)) return WAYPOINT_STALE_MS;
  return Math.min(expire * 1000 - Math.floor(atMs), MAX_STALE_AFTER_MS);
};

const placeOf = ({ latitudeI: lat = 0, longitudeI: lon = 0 }: Waypoint) =>
  (lat === 0 && lon === 0) || Math.abs(lat) > MAX_LATITUDE_I || Math.abs(lon) > MAX_LONGITUDE_I
    ? undefined
    : { lat: degreesOf(lat), lon: degreesOf(lon) };

/** The uid of every copy is the same: who deletes twice deletes once. */
const deletion = (id: number, recipient: readonly Element[]): CotEvent =>
  create(CotEventSchema, {
    ...UNKNOWN,
    uid: `${waypointUid(id)}-delete`,
    type: 't-x-d-d',
    how: 'h-g-i-g-o',
    kind: Kind.DELETE,
    staleAfterMs: DELETE_STALE_MS,
    detail: buildElements([
      element('link', { uid: waypointUid(id), type: TYPE, relation: 'p-p' }),
      element('__forcedelete'),
      ...recipient,
    ]),
  });

export interface EncodedWaypoint {
  readonly ok: true;
  readonly frame: Frame;
  /** What had to be shortened: `name`, `description`. */
  readonly stripped: readonly string[];
}

/**
 * A marker, or the deletion of one, → port 8 to everybody, or to the one node it is for. Its absolute stale time becomes the end; without one it has
 * none. Other fields that a marker has (colour, height, attachments) have no place in a waypoint. Refused: `unsupported`
 * for other kinds and for what is meant for others alone, `not_allowed` for a waypoint that its node has locked, `impossible` at 0, 0.
 */
export const encodeWaypoint = (event: CotEvent, options: PlainOptions = PLAIN_DEFAULTS): EncodedWaypoint | Refused => {
  const detail = parseDetail(event.detail);
  const to = addresseeOf(detail, options);
  if (to === undefined) return refuse('unsupported', 'it is for users who are no plain nodes');
  if (event.kind === Kind.DELETE) return encodeDeletion(detail, to);
  if (event.kind !== Kind.MARKER && !event.type.startsWith('b-m-p-')) {
    return refuse('unsupported', `${event.type} is no marker`);
  }
  const owner = parseLock(detail);
  if (owner !== '') return refuse('not_allowed', `the waypoint is locked to ${owner}`);
  const id = waypointId(event.uid);
  if (isEnded(event)) return waypointFrame(to, { id, expire: DELETED });
  const place = { latitudeI: latitudeI(event.lat), longitudeI: longitudeI(event.lon) };
  if (place.latitudeI === 0 && place.longitudeI === 0) return refuse('impossible', 'waypoint at 0, 0');
  const name = cutText(printable(event.callsign), MAX_WAYPOINT_NAME_BYTES);
  const description = parseDescription(detail);
  return waypointFrame(
    to,
    {
      id,
      ...place,
      expire: Math.min(Math.floor(event.staleMs / 1000), MAX_EPOCH_S),
      name: name.text,
      description: description.text,
      icon: parseIcon(detail),
    },
    [...(name.isCut ? ['name'] : []), ...(description.isCut ? ['description'] : [])],
  );
};

/** Of all links the one that names no user: a deletion of a contact deletes no waypoint. */
const encodeDeletion = (detail: readonly Element[], to: number): EncodedWaypoint | Refused => {
  const target = allNamed(detail, 'link').find(
    (link) => attribute(link, 'uid') !== '' && /^(?:$|b-m-p-|a-(?!f-G-U-C))/.test(attribute(link, 'type')),
  );
  return target === undefined
    ? refuse('unsupported', 'a delete of something else than a marker')
    : waypointFrame(to, { id: waypointId(attribute(target, 'uid')), expire: DELETED });
};

/** Clients take what is stale when it starts for deleted. */
const isEnded = ({ staleMs, startMs }: CotEvent): boolean => staleMs !== 0 && staleMs <= startMs;

const waypointFrame = (
  to: number,
  fields: MessageInitShape<typeof meshtastic.WaypointSchema>,
  stripped: readonly string[] = [],
): EncodedWaypoint => ({
  ok: true,
  frame: create(FrameSchema, {
    port: meshtastic.PortNum.WAYPOINT_APP,
    payload: toBinary(meshtastic.WaypointSchema, create(meshtastic.WaypointSchema, fields)),
    to,
  }),
  stripped,
});
