/**
 * Emergencies as alarms: raised by an emergency or a casualty, until a person has acknowledged them. Pure.
 *
 * A client repeats its emergency with every position report, so an acknowledged alarm stays so; it is raised anew when
 * it comes after it was cancelled, or after the last call had gone stale.
 */
import { attribute, lastNamed, parseDetail } from '@cotbus/codec';
import { Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { clip, MAX_ALARMS, setBounded } from './bounds.ts';
import { placeOf } from './event-place.ts';
import type { HeardEvent } from './heard-event.ts';
import type { Records } from './records.ts';
import type { AlarmView } from './view.ts';

/** Over and done with for so long, an alarm leaves the page. */
const FORGET_MS = 24 * 60 * 60_000;

type Acknowledged = NonNullable<AlarmView['acknowledged']>;

/** Two clocks that were compared may still differ by that. */
const CLOCK_TOLERANCE_MS = 2000;

export interface Alarms {
  take(heard: HeardEvent): void;
  /** @returns false when there is no such alarm, or somebody was faster. */
  acknowledge(key: string, by: string, nowMs: number): boolean;
  /** Somebody has seen it at another console, whose clock was corrected. `holdsUntilMs`: of the last call it is about. */
  acknowledgedElsewhere(key: string, acknowledged: Acknowledged, holdsUntilMs: number): void;
  prune(nowMs: number): void;
  /** How many were forgotten unacknowledged because there were too many. */
  readonly missed: number;
}

export const createAlarms = (records: Records<AlarmView>, before: readonly AlarmView[] = []): Alarms => {
  let missed = 0;
  /** Of alarms that this console may not know yet. */
  const elsewhere = new Map<string, { readonly acknowledged: Acknowledged; readonly holdsUntilMs: number }>();
  for (const alarm of before.slice(-MAX_ALARMS)) records.set(alarm.key, alarm);

  const makeRoom = (): void => {
    if (records.size < MAX_ALARMS) return;
    const all = [...records.values()];
    const victim = all.find(({ acknowledged }) => acknowledged !== null) ?? all[0];
    if (victim === undefined) return;
    if (victim.acknowledged === null) missed += 1;
    records.delete(victim.key);
  };

  return {
    take: (heard) => {
      const { event } = heard;
      if (event.kind !== Kind.EMERGENCY && event.kind !== Kind.CASEVAC) return;
      const key = clip(event.uid);
      const known = records.get(key);
      if (known !== undefined && known.lastMs > heard.heardMs) return;
      if (isCancel(event)) {
        elsewhere.delete(key);
        if (known?.cancelledMs === null) records.set(key, { ...known, cancelledMs: heard.heardMs });
        return;
      }
      if (known === undefined) makeRoom();
      const seen = known === undefined ? elsewhere.get(key) : undefined;
      const same = known !== undefined && known.cancelledMs === null && heard.heardMs <= known.staleMs;
      records.set(key, {
        ...readAlarm(heard, key),
        ...(seen !== undefined && heard.heardMs <= seen.holdsUntilMs && { acknowledged: seen.acknowledged }),
        ...(same && { firstMs: known.firstMs, times: known.times + 1, acknowledged: known.acknowledged }),
      });
    },
    acknowledge: (key, by, nowMs) => {
      const known = records.get(key);
      if (known === undefined || known.acknowledged !== null) return false;
      records.set(key, { ...known, acknowledged: { by, atMs: nowMs } });
      return true;
    },
    acknowledgedElsewhere: (key, acknowledged, holdsUntilMs) => {
      setBounded(elsewhere, key, { acknowledged, holdsUntilMs }, MAX_ALARMS);
      const known = records.get(key);
      if (known === undefined || known.acknowledged !== null) return;
      // One that was raised anew since then was not meant.
      if (known.firstMs > acknowledged.atMs + CLOCK_TOLERANCE_MS) return;
      records.set(key, { ...known, acknowledged });
    },
    prune: (nowMs) => {
      for (const { key, acknowledged, lastMs } of records.values()) {
        if (acknowledged !== null && lastMs < nowMs - FORGET_MS) records.delete(key);
      }
    },
    get missed() {
      return missed;
    },
  };
};

const readAlarm = ({ event, from, over, node, heardMs, holdsMs }: HeardEvent, key: string): AlarmView => {
  const [lat, lon] = placeOf(event) ?? [null, null];
  return {
    key,
    uid: clip(event.uid),
    callsign: clip(event.callsign || (emergencyOf(event)?.text.trim() ?? '')),
    what: clip(whatOf(event)),
    from,
    over,
    node,
    lat,
    lon,
    firstMs: heardMs,
    lastMs: heardMs,
    staleMs: heardMs + holdsMs,
    times: 1,
    cancelledMs: null,
    acknowledged: null,
  };
};

const emergencyOf = (event: CotEvent) => lastNamed(parseDetail(event.detail), 'emergency');

const isCancel = (event: CotEvent): boolean =>
  event.type === 'b-a-o-can' || attribute(emergencyOf(event), 'cancel') === 'true';

/** The words of ATAK's emergency tool. */
const words: readonly (readonly [type: string, what: string])[] = [
  ['b-a-o-tbl', '911 Alert'],
  ['b-a-o-pan', 'Ring The Bell'],
  ['b-a-o-opn', 'In Contact'],
  ['b-a-g', 'Geo-fence Breached'],
  ['b-r-f-h-c', 'CASEVAC'],
];

const whatOf = (event: CotEvent): string =>
  words.find(([type]) => event.type.startsWith(type))?.[1] ||
  attribute(emergencyOf(event), 'type') ||
  (event.kind === Kind.CASEVAC ? 'CASEVAC' : 'Emergency');
