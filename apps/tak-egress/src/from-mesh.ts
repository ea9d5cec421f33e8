/**
 * Mesh → TAK, the sink: takes what workers made of frames, hands each event to all TAK links once and records exactly one
 * outcome for each item that is addressed to this egress, when the last link has it or has given it up.
 */
import { addFlowTag, buildEventXml, contentHash, createRouteJoiner, parseEventXml, stampEvent } from '@cotbus/codec';
import type { RouteJoiner } from '@cotbus/codec';
import { isStateKind, itemKey, Kind, Reason, reasonOf, reasonText, RxResultSchema } from '@cotbus/contracts';
import type { CotEvent, ReasonName, RxResult } from '@cotbus/contracts';
import { itemName, custodyParts, openCustodySink, createKnownMessages } from '@cotbus/service';
import type {
  Clock,
  CustodySink,
  HeardResult,
  ItemName,
  OutcomeLog,
  ServiceContext,
  TakenItem,
  StateOrder,
} from '@cotbus/service';
import type { End } from './deliveries.ts';
import type { Duplicates } from './duplicates.ts';
import type { LoopGuard } from './loop-guard.ts';
import type { TakEgressOptions } from './options.ts';
import type { Picture } from './picture.ts';
import { isMessage } from './outgoing.ts';
import { staysOnConnection } from './ping.ts';
import type { Relay } from './relay.ts';
import { sanitizeEvent } from './sanitize.ts';
import { MAX_SENT_EVENT_BYTES } from './sent-size.ts';
import type { TakLinks } from './tak-links.ts';
import type { Subjects } from './explain/subjects.ts';
import { targetUid } from './target-uid.ts';

export interface FromMeshParts {
  readonly context: ServiceContext;
  readonly options: Pick<TakEgressOptions, 'opex' | 'maxStaleSeconds'>;
  readonly outcomes: OutcomeLog;
  readonly guard: LoopGuard;
  readonly duplicates: Duplicates;
  readonly order: StateOrder;
  readonly picture: Picture;
  readonly links: TakLinks;
  readonly relay: Relay;
  readonly subjects: Pick<Subjects, 'heard' | 'ended'>;
}

const end = (reason: Reason, detail = ''): End => ({ reason, detail });

interface Parts extends FromMeshParts {
  /** Long routes come in several packets. */
  readonly routes: RouteJoiner;
}

/** When an item was heard. */
interface Heard {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/**
 * @returns takes a result of the bus; it never throws.
 * @throws ServiceError `journal_unusable`.
 */
export const openFromMesh = async (given: FromMeshParts): Promise<(result: RxResult, bytes: Uint8Array) => void> => {
  const parts: Parts = { ...given, routes: createRouteJoiner() };
  const { log, onStop, status } = parts.context;
  const results = createKnownMessages(RxResultSchema);

  const hand = (taken: TakenItem<HeardResult>, repeat: boolean): void => {
    const { id, heardMs, result } = taken;
    if (repeat) status.count('events_repeated_total');
    const heard = { wallMs: result.heardWallMs, monotonicMs: heardMs };
    const settle = ({ reason, detail }: End): void => sink.settle(id, { reason: reasonText(reason), detail });
    const message = results.of(taken.result.message);
    parts.subjects.heard(message, id, heardMs);
    const ended = handOn(parts, message, { id, heard, settle });
    if (ended !== undefined) settle(ended);
  };
  const sink: CustodySink = await openCustodySink({
    ...custodyParts(parts.context, parts.outcomes),
    hand,
    ended: ({ item, destination, reason, detail }, taken) => {
      const message = results.of(taken.result.message);
      const end = { reason: reasonOf(reason as ReasonName), detail };
      parts.subjects.ended(message, item, end);
      parts.outcomes.record({ item, destination, ...aboutOf(message, item), ...end });
    },
    endedBefore: ({ item, destination, reason, detail }, taken) => {
      const about = taken === undefined ? {} : aboutOf(results.of(taken.result.message), item);
      if (taken !== undefined) remember(parts, results.of(taken.result.message), item, taken.heardMs);
      parts.outcomes.recordOnce({ item, destination, ...about, reason: reasonOf(reason as ReasonName), detail });
    },
  });
  onStop('custody of frames', () => sink.close());
  await sink.begin();
  parts.links.recovered();

  return (result, bytes) => {
    const { item } = result;
    if (item?.id === undefined || itemName(item.id) === undefined) {
      status.count('results_without_item_total');
      log.warn({ kind: result.kind }, 'result.refused');
      return;
    }
    results.know(bytes, result);
    sink.take(item, bytes, result);
  };
};

/** What an earlier life delivered: its copies are copies still, and what is older than it comes too late. */
const remember = (parts: Parts, result: RxResult, id: ItemName, heardMs: number): void => {
  if (result.result.case !== 'event') return;
  const { duplicates, guard, order, relay } = parts;
  const { event } = joinedEvent(parts, result, result.result.value);
  const content = contentHash(event);
  relay.heard(result, event);
  guard.noteFromMesh(result.mesh, event, content);
  duplicates.repeats(id, result.frameHash, content);
  if (isStateKind(event.kind)) order.isNewest(targetUid(event), id, heardMs);
};

/** The route that a part belongs to, as far as it has come; any other event is whole. */
const joinedEvent = ({ routes, context }: Parts, { mesh, node }: RxResult, event: CotEvent) => {
  const joined = routes.add({ event, mesh, sender: node, nowMs: context.clock.monotonic() });
  return { event: joined?.event ?? event, isWhole: joined === undefined || joined.came.length === joined.of };
};

/** @param item that ends; a fragment ends with the result of its whole, which has another packet's id. */
const aboutOf = ({ kind, mesh, node, port, packetId, result, item: whole }: RxResult, item: ItemName) => {
  const { uid = '', callsign = '' } = result.case === 'event' ? result.value : {};
  const isItself = whole?.id !== undefined && itemKey(whole.id) === itemKey(item);
  return { kind, uid, callsign, mesh, node, port, packetId: isItself ? packetId : 0 };
};

/** An item that was taken. */
interface Taken {
  readonly id: ItemName;
  readonly heard: Heard;
  /** Later, when `handOn` does not end it. */
  readonly settle: (end: End) => void;
}

/** @returns how it ends, unless that is told later. */
const handOn = (parts: Parts, result: RxResult, taken: Taken): End | undefined => {
  const { case: what, value } = result.result;
  switch (what) {
    case 'refusal':
      return value.reason === Reason.UNSPECIFIED
        ? end(Reason.UNREADABLE, value.detail)
        : end(value.reason, value.detail);
    case 'event':
      if (value.kind !== result.kind || value.uid === '') {
        return end(Reason.IMPOSSIBLE, 'the result of the worker disagrees with itself');
      }
      return handEvent(parts, result, value, taken);
    case undefined:
      return end(Reason.UNREADABLE, 'the result of the worker is empty');
  }
};

const handEvent = (parts: Parts, result: RxResult, heardEvent: CotEvent, taken: Taken): End | undefined => {
  const { event, isWhole } = joinedEvent(parts, result, heardEvent);
  const { links } = parts;
  const { clock } = parts.context;
  const { id, heard } = taken;
  const leftMs = timeLeftMs(event, heard, clock);
  if (links.isRestored(itemKey(id))) {
    // An earlier life has looked at it; it waits where it waited.
    remember(parts, result, id, heard.monotonicMs);
    links.resume(itemKey(id), taken.settle);
    return undefined;
  }
  if (staysOnConnection(event)) return end(Reason.NOT_FOR_TAK, 'it is about a connection of its sender');
  const content = contentHash(event);
  const known = whyNotNews(parts, result, event, content, taken);
  if (known !== undefined) return known;
  if (leftMs <= 0) return end(Reason.EXPIRED, 'it was stale before it came here');
  if (isStateKind(event.kind) && !parts.order.isNewest(targetUid(event), id, heard.monotonicMs)) {
    return end(Reason.SUPERSEDED, 'something newer of this uid is known');
  }
  if (event.kind === Kind.PLI) links.heardOf(event.uid, event.callsign, undefined);
  const stamped = stampEvent(event, heard.wallMs);
  // Another mesh splits it anew.
  if (isWhole) parts.relay.pass(result, stamped, content);
  return deliver(parts, stamped, leftMs, taken);
};

const whyNotNews = (
  parts: FromMeshParts,
  result: RxResult,
  event: CotEvent,
  content: string,
  { id }: Taken,
): End | undefined => {
  const { guard, duplicates, relay } = parts;
  // Before the note: what came from TAK and is heard again must not count as the mesh's own.
  const loop = guard.loopToTak(event, content);
  const echo = relay.echo(result, event);
  relay.heard(result, event);
  // The mesh has it from us: it must not count as its own either.
  if (echo !== undefined) return end(Reason.LOOP, echo);
  guard.noteFromMesh(result.mesh, event, content);
  if (loop !== undefined) return end(Reason.LOOP, loop);
  const repeated = duplicates.repeats(id, result.frameHash, content);
  return repeated === undefined ? undefined : end(Reason.DUPLICATE, `of ${repeated}`);
};

/** By the monotonic clock where the event has no times of its own: the wall clock may jump while it is in hand. */
const timeLeftMs = ({ timeMs, staleMs, staleAfterMs }: CotEvent, { monotonicMs }: Heard, clock: Clock): number =>
  timeMs === 0 ? staleAfterMs - (clock.monotonic() - monotonicMs) : staleMs - clock.now();

/** A repeat after a crash is the same to the byte: all its times come from when it was heard. */
const deliver = (parts: FromMeshParts, event: CotEvent, leftMs: number, taken: Taken): End | undefined => {
  const { options, guard, picture, links, context } = parts;
  const { id, heard, settle } = taken;
  const maxStaleMs = options.maxStaleSeconds * 1000;
  const tagged = addFlowTag(sanitizeEvent(event, maxStaleMs), guard.tag, heard.wallMs);
  if (options.opex !== undefined) tagged.opex = options.opex;
  const xml = buildEventXml(tagged);
  const bytes = Buffer.byteLength(xml);
  if (bytes > MAX_SENT_EVENT_BYTES) return end(Reason.TOO_LARGE, `${bytes} of ${MAX_SENT_EVENT_BYTES} bytes`);
  // The last gate: an event that cannot be read would count as delivered and break the stream of every client.
  const readBack = parseEventXml(xml);
  if (!readBack.ok) return end(reasonOf(readBack.reason), `the worker's event: ${readBack.detail}`);
  const staleMs = context.clock.monotonic() + Math.min(leftMs, maxStaleMs);
  const out = { event: tagged, xml, staleMs, item: itemKey(id) };
  const isKept = picture.update(out);
  links.deliver(out, settle, isKept || !isMessage(out));
  return undefined;
};
