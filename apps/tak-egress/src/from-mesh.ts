/**
 * Mesh → TAK, the sink: takes what workers made of frames, hands each event to all TAK links once and records exactly one
 * outcome for each item that is addressed to this egress.
 */
import { addFlowTag, buildCotXml, contentHash, parseCotXml, stampEvent } from '@cotbus/codec';
import { isStateKind, Reason, reasonOf } from '@cotbus/contracts';
import type { CotEvent, Item, ItemId, RxResult } from '@cotbus/contracts';
import type { Clock, Logger, OutcomeLog, SeenItems, ServiceReport } from '@cotbus/service';
import type { Duplicates } from './duplicates.ts';
import type { LoopGuard } from './loop-guard.ts';
import type { Picture } from './picture.ts';
import { staysOnConnection } from './ping.ts';
import { MAX_SENT_EVENT_BYTES } from './sent-size.ts';
import type { StateOrder } from './state-order.ts';
import type { TakLinks } from './tak-links.ts';
import { targetUid } from './target-uid.ts';

export interface FromMeshParts {
  /** Of the egress: what an item's destinations name. */
  readonly name: string;
  readonly opex: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly status: ServiceReport;
  readonly outcomes: OutcomeLog;
  readonly seen: SeenItems;
  readonly guard: LoopGuard;
  readonly duplicates: Duplicates;
  readonly order: StateOrder;
  readonly picture: Picture;
  readonly links: TakLinks;
}

interface End {
  readonly reason: Reason;
  readonly detail: string;
}
const end = (reason: Reason, detail = ''): End => ({ reason, detail });

/** What handles a result of the bus; it never throws. */
export const createFromMesh = (parts: FromMeshParts): ((result: RxResult) => void) => {
  const { name, log, status, outcomes, seen } = parts;

  return (result) => {
    const { item } = result;
    if (item?.id === undefined || item.id.origin === '' || item.id.seq === 0) {
      status.count('results_without_item_total');
      log.warn({ kind: result.kind }, 'result.refused');
      return;
    }
    if (!item.destinations.includes(name)) return;
    if (!seen.firstSight(item.id)) {
      status.count('results_repeated_total');
      return;
    }
    const { kind, mesh, node, port, packetId } = result;
    const { uid = '', callsign = '' } = result.result.case === 'event' ? result.result.value : {};
    const about = { kind, uid, callsign, mesh, node, port, packetId };
    outcomes.record({ item: item.id, destination: name, ...about, ...settle(parts, result, item, item.id) });
  };
};

const settle = (parts: FromMeshParts, result: RxResult, item: Item, id: ItemId): End => {
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
      return settleEvent(parts, result, value, item, id);
    case undefined:
      return end(Reason.UNREADABLE, 'the result of the worker is empty');
  }
};

const settleEvent = (parts: FromMeshParts, result: RxResult, event: CotEvent, item: Item, id: ItemId): End => {
  const { clock, guard, duplicates, order } = parts;
  if (staysOnConnection(event)) return end(Reason.NOT_FOR_TAK, 'it is about a connection of its sender');
  const content = contentHash(event);
  // Before the note: what came from TAK and is heard again must not count as the mesh's own.
  const loop = guard.loopToTak(event, content);
  guard.noteFromMesh(result.mesh, event, content);
  if (loop !== undefined) return end(Reason.LOOP, loop);
  const repeated = duplicates.repeats(id, result.frameHash, content);
  if (repeated !== undefined) return end(Reason.DUPLICATE, `of ${repeated}`);

  const stamped = stampEvent(event, clock.now() - item.ageMs);
  if (stamped.staleMs <= clock.now()) return end(Reason.EXPIRED, 'it was stale before it came here');
  if (isStateKind(event.kind) && !order.isNewest(targetUid(event), id, clock.monotonic() - item.ageMs)) {
    return end(Reason.SUPERSEDED, 'something newer of this uid is known');
  }
  return deliver(parts, stamped);
};

const deliver = ({ opex, clock, guard, picture, links }: FromMeshParts, event: CotEvent): End => {
  const tagged = addFlowTag(event, guard.tag, clock.now());
  if (opex !== undefined) tagged.opex = opex;
  const xml = buildCotXml(tagged);
  const bytes = Buffer.byteLength(xml);
  if (bytes > MAX_SENT_EVENT_BYTES) return end(Reason.TOO_LARGE, `${bytes} of ${MAX_SENT_EVENT_BYTES} bytes`);
  // The last gate: an event that cannot be read would count as delivered and break the stream of every client.
  const readBack = parseCotXml(xml);
  if (!readBack.ok) return end(reasonOf(readBack.reason), `the worker's event: ${readBack.detail}`);
  const kept = picture.update(tagged, xml);
  const clients = links.toClients(xml);
  const udp = links.toUdp(xml);
  if (clients + udp === 0) return end(Reason.NO_CLIENT, kept ? 'kept for clients that join' : '');
  return end(Reason.DELIVERED, `${clients} ${clients === 1 ? 'client' : 'clients'}${udp > 0 ? `, ${udp} udp` : ''}`);
};
