/**
 * Who and what was heard of, and what became of it at each link: what `explain` tells. Bounded; nothing depends on it, and a
 * restart forgets it.
 */
import { isStateKind, itemKey, Kind, Reason } from '@cotbus/contracts';
import type { CotEvent, RxResult } from '@cotbus/contracts';
import { createTtlMap } from '@cotbus/service';
import type { Clock, ItemName } from '@cotbus/service';
import type { Deliveries, End } from '../deliveries.ts';
import type { Source } from '../source.ts';
import { followDeliveries } from './follow-deliveries.ts';
import type { FateKind, TellFate } from './follow-deliveries.ts';
import { answersTo } from './names.ts';

const REMEMBERED_MS = 24 * 60 * 60_000;
const MAX_SUBJECTS = 5_000;
/** Handed out and not ended; the sink takes no more either. */
const MAX_ITEMS = 50_000;

/** Under which name the clients of all listeners are known. */
export const CLIENTS = 'clients';

/** What became of the newest event of a subject at a link, to CLIENTS, at one listener or on a mesh. */
export interface Fate {
  readonly kind: FateKind;
  readonly detail: string;
  /** Monotonic milliseconds, as all times here. */
  readonly atMs: number;
  /** Of this or an earlier one. */
  readonly writtenMs: number | undefined;
}

interface Ending extends End {
  readonly atMs: number;
}

export interface KnownSubject {
  /** Empty for a node of which nothing could be read. */
  readonly uid: string;
  callsign: string;
  kind: Kind;
  /** 0 when it came from TAK. */
  node: number;
  mesh: string;
  agent: string;
  /** Over which it came from TAK. */
  link: string;
  heardMs: number;
  staleMs: number;
  /** Degrees WGS84; undefined when it is nowhere. */
  position: { readonly lat: number; readonly lon: number } | undefined;
  /** How the last one that tells something ended here. */
  end: Ending | undefined;
  readonly fates: Map<string, Fate>;
}

interface SubjectQuery {
  readonly node?: number | undefined;
  /** A uid, callsign or a part of it, whatever the case. */
  readonly name?: string | undefined;
}

export interface Subjects {
  /** An item of a mesh is here, heard at `heardMs`. */
  heard(result: RxResult, item: ItemName, heardMs: number): void;
  /** It has ended here. */
  ended(result: RxResult, item: ItemName, end: End): void;
  /** An event came from TAK. @param end when it goes nowhere else */
  reported(event: CotEvent, source: Pick<Source, 'name'>, end?: End): void;
  /** It does not go to that mesh, or does when `end` is left out. */
  toMesh(event: CotEvent, mesh: string, end?: End): void;
  /** The same deliveries; what they are told is noted. */
  follow(deliveries: Deliveries): Deliveries;
  /** Last heard first. */
  find(query: SubjectQuery): readonly KnownSubject[];
}

/** The same packet, or a newer one, ended another way: these tell nothing of the subject. */
const elsewhere: ReadonlySet<Reason> = new Set([Reason.DUPLICATE, Reason.SUPERSEDED]);
const copies: ReadonlySet<Reason> = new Set([...elsewhere, Reason.LOOP]);
/** A packet that is no report does not hide its sender. */
const byTheWay: ReadonlySet<Reason> = new Set([Reason.NOT_FOR_TAK, Reason.TAK_IDENTITY]);

/** Messages are on nobody's map. */
const isOnMaps = ({ kind, uid }: CotEvent): boolean =>
  uid !== '' && kind !== Kind.DELETE && (isStateKind(kind) || kind === Kind.EMERGENCY || kind === Kind.CASEVAC);

export const createSubjects = (clock: Clock): Subjects => {
  const memory = { ttlMs: REMEMBERED_MS, maxEntries: MAX_SUBJECTS, clock };
  const subjects = createTtlMap<string, KnownSubject>(memory);
  /** What is out, by item: whose it is. */
  const items = createTtlMap<string, KnownSubject>({ ...memory, maxEntries: MAX_ITEMS });

  const know = (key: string, uid: string, heardMs: number): KnownSubject => {
    const known = subjects.get(key) ?? newSubject(uid);
    subjects.set(key, known);
    known.heardMs = Math.max(known.heardMs, heardMs);
    return known;
  };
  const knowEvent = (event: CotEvent, heardMs: number): KnownSubject => {
    const subject = know(event.uid, event.uid, heardMs);
    if (heardMs < subject.heardMs) return subject;
    const { callsign, kind, lat, lon } = event;
    const staleMs = event.timeMs === 0 ? heardMs + event.staleAfterMs : clock.monotonic() + event.staleMs - clock.now();
    const position = lat === 0 && lon === 0 ? undefined : { lat, lon };
    return Object.assign(subject, { callsign: callsign || subject.callsign, kind, staleMs, position });
  };
  const setFate = (subject: KnownSubject | undefined, place: string, kind: FateKind, detail: string): void => {
    const atMs = clock.monotonic();
    const writtenMs = kind === 'written' ? atMs : subject?.fates.get(place)?.writtenMs;
    subject?.fates.set(place, { kind, detail, atMs, writtenMs });
  };
  const setFateOf: TellFate = (item, to, kind, detail = '') =>
    setFate(item === undefined ? undefined : items.get(item), to === 'client' ? CLIENTS : to.link, kind, detail);

  return {
    heard: (result, id, heardMs) => {
      const { mesh, node } = result;
      const event = result.result.case === 'event' ? result.result.value : undefined;
      const isShown = event !== undefined && isOnMaps(event);
      if (event !== undefined && !isShown) return;
      const subject = isShown ? knowEvent(event, heardMs) : know(nodeKey(mesh, node), '', heardMs);
      if (subject.heardMs === heardMs) Object.assign(subject, { node, mesh, agent: id.origin, link: '' });
      items.set(itemKey(id), subject);
    },
    ended: (_, id, { reason, detail }) => {
      const subject = items.get(itemKey(id));
      items.delete(itemKey(id));
      if (subject === undefined || elsewhere.has(reason)) return;
      if (byTheWay.has(reason) && subject.end !== undefined) return;
      subject.end = { reason, detail, atMs: clock.monotonic() };
    },
    reported: (event, { name }, end) => {
      if (!isOnMaps(event)) return;
      // What a mesh says of it counts as long as it holds: TAK may only be sending that back.
      const known = subjects.get(event.uid);
      if (known !== undefined && known.node !== 0 && known.staleMs > clock.monotonic()) return;
      // Nor is a copy that came another way, or came back, what became of the first one.
      if (known !== undefined && end !== undefined && copies.has(end.reason)) return;
      const subject = knowEvent(event, clock.monotonic());
      Object.assign(subject, { node: 0, mesh: '', agent: '', link: name });
      subject.end = end && { ...end, atMs: clock.monotonic() };
    },
    toMesh: (event, mesh, end) => {
      if (isOnMaps(event)) setFate(subjects.get(event.uid), mesh, end ? 'refused' : 'written', end?.detail ?? '');
    },
    follow: (deliveries) => followDeliveries(deliveries, setFateOf),
    find: ({ node, name }) =>
      subjects
        .keys()
        .flatMap((key) => subjects.get(key) ?? [])
        .filter((one) => (node !== undefined && one.node === node) || (name !== undefined && answersTo(one, name)))
        .toSorted((a, b) => b.heardMs - a.heardMs),
  };
};

const nodeKey = (mesh: string, node: number): string => `node ${node} of ${mesh}`;

const newSubject = (uid: string): KnownSubject => ({
  uid,
  callsign: '',
  kind: Kind.UNSPECIFIED,
  node: 0,
  mesh: '',
  agent: '',
  link: '',
  heardMs: Number.NEGATIVE_INFINITY,
  staleMs: 0,
  position: undefined,
  end: undefined,
  fates: new Map(),
});
