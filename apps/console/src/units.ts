/** The last event per uid of what is on the map of TAK, from the meshes and from TAK itself. Pure. */
import { attribute, isControl, lastNamed, parseDetail } from '@cotbus/codec';
import type { CotEvent } from '@cotbus/contracts';
import { Kind, kindText } from '@cotbus/contracts';
import { clip } from './bounds.ts';
import { outlineOf, placeOf } from './event-place.ts';
import type { HeardEvent } from './heard-event.ts';
import type { Records } from './records.ts';
import type { UnitView } from './view.ts';

/** These pass by: they put nothing on a map. */
const passing: ReadonlySet<Kind> = new Set([Kind.UNSPECIFIED, Kind.CHAT, Kind.TASK, Kind.TAKTALK, Kind.REFUSED]);

/** Longer uids are no client's, and a cut one would be another uid. */
const MAX_UID = 200;
/** What was stale for so long helps nobody to find anybody. */
const FORGET_STALE_MS = 24 * 60 * 60_000;

export interface Units {
  take(heard: HeardEvent): void;
  /** Forgets what has been stale for a day. */
  prune(nowMs: number): void;
}

export const createUnits = (records: Records<UnitView>): Units => ({
  take: (heard) => {
    const { event } = heard;
    if (event.kind === Kind.DELETE) {
      records.delete(deletedUid(event));
      return;
    }
    if (passing.has(event.kind) || isControl(event.type) || event.uid === '' || event.uid.length > MAX_UID) return;
    const known = records.get(event.uid);
    if (known !== undefined && known.heardMs > heard.heardMs) return;
    records.set(event.uid, readUnit(heard));
  },
  prune: (nowMs) => {
    for (const { key, staleMs } of records.values()) {
      if (staleMs < nowMs - FORGET_STALE_MS) records.delete(key);
    }
  },
});

const readUnit = ({ event, from, over, node, heardMs, holdsMs }: HeardEvent): UnitView => {
  const [lat, lon] = placeOf(event) ?? [null, null];
  return {
    key: event.uid,
    uid: event.uid,
    callsign: clip(event.callsign),
    kind: kindText(event.kind),
    type: clip(event.type),
    team: clip(event.team),
    role: clip(event.role),
    from,
    over,
    node,
    lat,
    lon,
    outline: outlineOf(event),
    heardMs,
    staleMs: heardMs + holdsMs,
  };
};

/** `<link uid="…"/>` in the detail of a delete names its target; the event's own uid need not. */
const deletedUid = (event: CotEvent): string =>
  attribute(lastNamed(parseDetail(event.detail), 'link'), 'uid') || event.uid;
