/** The origin's journal → what is open; and back. Leftovers of an earlier incarnation keep their identity. */
import type { OpenItems } from './open-items.ts';
import type { AcceptedRecord, Moment, OriginRecord } from './origin-records.ts';
import type { OpenItem, Part } from './part.ts';

/** When an item that was accepted, or assigned anew, at `fromMs` is given up. */
type DeadlineOf = (lifeMs: number | undefined, fromMs: number) => number;

/**
 * When something heard in an earlier life was heard by today's clock. The same boot has the same monotonic clock; else the
 * wall clocks must do, and a wrong one only makes leftovers look older or younger, never negative.
 */
const rebase = (atMs: number, then: Moment, now: Moment): number =>
  then.clockId === now.clockId ? atMs : now.nowMs - Math.max(0, now.wallMs - (then.wallMs + (atMs - then.nowMs)));

export const recoverItems = <P>(
  items: OpenItems<P>,
  records: Iterable<OriginRecord<P>>,
  now: Moment,
  deadlineMs: DeadlineOf,
): void => {
  const moments = new Map<number, Moment>();
  let lifeMoment = now;
  const accepted = (record: AcceptedRecord<P>): void => {
    // A record may stand both in a snapshot and behind it.
    if (items.find({ ...items.current, incarnation: record.incarnation }, record.seq) !== undefined) return;
    items.restore(record.incarnation);
    if (record.assigned.length === 0) return;
    const then = moments.get(record.incarnation) ?? now;
    const heardMs = rebase(record.heardMs, then, now);
    // Its age may be wrong by hours: it waits its full time again, unless somebody said how long it is worth sending.
    const fromMs = record.lifeMs === undefined && then.clockId !== now.clockId ? now.nowMs : heardMs;
    const item = items.open({ ...record, heardMs }, deadlineMs(record.lifeMs, fromMs));
    item.journaled = true;
    item.attempt = 1;
    for (const part of item.parts.values()) part.mayBeKnown = part.sink !== '';
  };
  const find = (incarnation: number, seq: number): OpenItem<P> | undefined =>
    items.find({ ...items.current, incarnation }, seq);
  const close = (part: Part<P> | undefined): void => {
    if (part !== undefined) items.close(part);
  };

  for (const record of records) {
    switch (record.kind) {
      case 'life':
        items.restore(record.incarnation);
        moments.set(record.incarnation, record.moment);
        lifeMoment = record.moment;
        break;
      case 'accepted':
        accepted(record);
        break;
      case 'assigned': {
        const part = find(record.incarnation, record.seq)?.parts.get(record.destination);
        if (part !== undefined)
          assign(part, record, deadlineMs(part.item.lifeMs, rebase(record.atMs, lifeMoment, now)));
        break;
      }
      case 'settled':
        for (const { first, last } of record.items) {
          for (const item of items.between({ ...items.current, incarnation: record.incarnation }, first, last)) {
            close(item.parts.get(record.destination));
          }
        }
        break;
      case 'ended': {
        const { item, destination } = record.outcome;
        close(items.find(item, item.seq)?.parts.get(destination));
        break;
      }
    }
  }
};

/** Rule 11: names another agent. */
export const assign = <P>(
  part: Part<P>,
  to: { readonly sink: string; readonly assignment: number; readonly repeat: boolean },
  deadlineMs: number,
): void => {
  if (part.sink !== '' && part.sink !== to.sink) {
    part.used.push(part.sink);
    if (to.repeat) part.unanswered.push(part.sink);
  }
  Object.assign(part, {
    sink: to.sink,
    assignment: to.assignment,
    repeat: to.repeat,
    deadlineMs,
    tries: 0,
    failed: 0,
    mayBeKnown: true,
    ending: undefined,
  });
};

export const snapshotItems = function* <P>(items: OpenItems<P>, moment: Moment): Generator<OriginRecord<P>> {
  const { nonce, incarnation: current } = items.current;
  let written: number | undefined;
  const begin = function* (incarnation: number): Generator<OriginRecord<P>> {
    if (incarnation === written) return;
    written = incarnation;
    yield { kind: 'life', incarnation, nonce, moment };
  };
  for (const item of items.all()) {
    if (!item.journaled) continue;
    yield* begin(item.of.life.incarnation);
    yield acceptedRecord(item);
    for (const part of item.parts.values()) yield* assignedRecords(part, moment);
  }
  yield* begin(current);
};

const acceptedRecord = <P>(item: OpenItem<P>): OriginRecord<P> => ({
  kind: 'accepted',
  incarnation: item.of.life.incarnation,
  seq: item.seq,
  heardMs: item.heardMs,
  ...(item.lifeMs !== undefined && { lifeMs: item.lifeMs }),
  insists: item.insists,
  ...(item.fragment !== undefined && { fragment: item.fragment }),
  assigned: [...item.parts.values()].map(({ destination, sink, used }) => ({ destination, sink: used[0] ?? sink })),
  refused: [],
  payload: item.payload,
});

/** One for each agent after the first. Any of them may have sent it when there was a repeat; asked again, they say so. */
const assignedRecords = function* <P>(part: Part<P>, { nowMs }: Moment): Generator<OriginRecord<P>> {
  const { item, destination, deadlineMs, repeat } = part;
  const { incarnation } = item.of.life;
  const atMs = Math.min(nowMs, deadlineMs - (item.lifeMs ?? 0));
  const sinks = [...part.used, part.sink];
  for (const [at, sink] of sinks.entries()) {
    if (at === 0) continue;
    yield { kind: 'assigned', incarnation, seq: item.seq, destination, sink, assignment: at + 1, atMs, repeat };
  }
};
