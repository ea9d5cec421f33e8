/** The last event per uid of what the meshes show in TAK. Pure. */
import type { CotEvent, RxResult } from '@cotbus/contracts';
import { Kind, kindText, nodeText } from '@cotbus/contracts';
import { clip, MAX_UNITS, setBounded } from './bounds.ts';
import type { UnitView } from './view.ts';

type KnownUnit = Omit<UnitView, 'heardAgeMs' | 'staleInMs'> & { readonly heardMs: number; readonly staleMs: number };

/** These pass by: they put nothing on a map. */
const passing: ReadonlySet<Kind> = new Set([Kind.UNSPECIFIED, Kind.CHAT, Kind.TASK, Kind.TAKTALK, Kind.REFUSED]);

/** Longer uids are no client's, and a cut one would be another uid. */
const MAX_UID = 200;

export interface Units {
  /** @returns whether anything changed. */
  take(result: RxResult, nowMs: number): boolean;
  view(nowMs: number): UnitView[];
}

export const createUnits = (): Units => {
  const units = new Map<string, KnownUnit>();
  return {
    take: (result, nowMs) => {
      if (result.result.case !== 'event') return false;
      const event = result.result.value;
      if (event.kind === Kind.DELETE) return units.delete(deletedUid(event) ?? event.uid);
      if (passing.has(event.kind) || event.uid === '' || event.uid.length > MAX_UID) return false;
      const unit = readUnit(result, event, nowMs - (result.item?.ageMs ?? 0));
      if ((units.get(unit.uid)?.heardMs ?? -Infinity) > unit.heardMs) return false;
      setBounded(units, unit.uid, unit, MAX_UNITS);
      return true;
    },
    view: (nowMs) =>
      [...units.values()]
        .toSorted((a, b) => b.heardMs - a.heardMs)
        .map(({ heardMs, staleMs, ...rest }) => ({
          ...rest,
          heardAgeMs: Math.max(0, nowMs - heardMs),
          staleInMs: staleMs - nowMs,
        })),
  };
};

const readUnit = (result: RxResult, event: CotEvent, heardMs: number): KnownUnit => {
  const { lat, lon } = event;
  // Negated so that NaN is no place either; 0, 0 is what stands where there is no position yet.
  const isPlace = !(!(Math.abs(lat) <= 90) || !(Math.abs(lon) <= 180) || (lat === 0 && lon === 0));
  return {
    uid: event.uid,
    callsign: clip(event.callsign),
    kind: kindText(event.kind),
    type: clip(event.type),
    team: clip(event.team),
    mesh: clip(result.mesh),
    node: nodeText(result.node),
    lat: isPlace ? lat : null,
    lon: isPlace ? lon : null,
    heardMs,
    staleMs: heardMs + event.staleAfterMs,
  };
};

/** `<link uid="…"/>` in the detail of a delete names its target; the event's own uid need not. */
const deletedUid = ({ detail }: CotEvent): string | undefined =>
  /<link\s(?:[^>]{0,400}\s)?uid=["']([^"'&]{1,200})["']/.exec(detail.slice(0, 2000))?.[1];
