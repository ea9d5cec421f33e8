/**
 * TAK → mesh, the origin: takes events from clients, answers what belongs to the connection, passes the rest on to the
 * other clients at once and names it as an item for each mesh. The radio agents record how it ended there; what ends here
 * is recorded here.
 */
import { addFlowTag, buildEventXml, contentHash, parseEventXml } from '@cotbus/codec';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { createMessage, EventHeardSchema, isStateKind, Kind, reasonOf } from '@cotbus/contracts';
import type { CotEvent, ReasonName } from '@cotbus/contracts';
import { createTtlMap, custodyParts, openCustodyOrigin } from '@cotbus/service';
import type {
  AgentWatch,
  CustodyOrigin,
  CustodyOutcome,
  OutcomeLog,
  ServiceContext,
  StateOrder,
} from '@cotbus/service';
import type { FilterCounts } from './filter-counts.ts';
import type { Subjects } from './explain/subjects.ts';
import { eventLifeMs, isInsistent } from './event-life.ts';
import type { StreamOutput } from './event-stream.ts';
import type { LoopGuard } from './loop-guard.ts';
import type { Identity } from './identity.ts';
import { createNamesakeWatch } from './namesake.ts';
import type { Outgoing } from './outgoing.ts';
import type { Picture } from './picture.ts';
import { answerTo, staysOnConnection } from './ping.ts';
import { MAX_SENT_EVENT_BYTES } from './sent-size.ts';
import type { Source } from './source.ts';
import type { TakLinks } from './tak-links.ts';
import type { TakPeer } from './tak-peer.ts';
import { targetUid } from './target-uid.ts';

export interface FromTakParts {
  readonly context: ServiceContext;
  readonly agents: AgentWatch;
  readonly origin: CustodyOrigin;
  readonly guard: LoopGuard;
  readonly order: StateOrder;
  readonly picture: Picture;
  readonly links: TakLinks;
  readonly identity: Identity;
  /** Of this egress. */
  readonly name: string;
  readonly maxStaleSeconds: number;
  readonly subjects: Pick<Subjects, 'reported' | 'toMesh'>;
  readonly filterCounts: FilterCounts;
}

/** Where an item ends here, and why: a mesh, or empty for the whole of it. */
interface Ended {
  readonly destination: string;
  readonly reason: ReasonName;
  readonly detail: string;
}

/** The same content over two links within this is one event; later it is news. */
const CONTENT_MEMORY_MS = 30_000;
const MAX_CONTENTS = 20_000;

/** What handles each event or refusal of a link or client; it never throws. */
export const createFromTak = (parts: FromTakParts): ((source: Source, output: StreamOutput) => void) => {
  const { links, origin, subjects, filterCounts } = parts;
  const { clock, log, status } = parts.context;
  /** The uid of a client's own reports. */
  const ownUids = new WeakMap<TakPeer, string>();
  const contents = createTtlMap<string, string>({ ttlMs: CONTENT_MEMORY_MS, maxEntries: MAX_CONTENTS, clock });

  const noticeNamesake = createNamesakeWatch(parts.context, parts.identity, parts.name);
  const endHere = (source: Source, reason: ReasonName, detail: string, event?: CotEvent): void => {
    const heard = createMessage('eventHeard', { link: source.name, ...(event && { event, kind: event.kind }) });
    const refused = [{ destination: '', reason, detail }];
    if (event !== undefined) subjects.reported(event, source, { reason: reasonOf(reason), detail });
    origin.accept({ payload: toBinary(EventHeardSchema, heard), destinations: [], refused });
  };
  const refused = (source: Source, reason: ReasonName, detail: string, event?: CotEvent): void => {
    status.count('events_refused_total');
    log.warn({ link: source.name, detail }, 'event.refused');
    endHere(source, reason, detail, event);
  };
  const answer = (source: Source, event: CotEvent): void => {
    status.count('control_events_total');
    const answered = answerTo(event, clock.now());
    if (answered !== undefined && source.client !== undefined) source.answer?.(buildEventXml(answered));
  };
  const getToKnow = (source: Source, { kind, callsign, uid }: CotEvent): void => {
    if (kind !== Kind.PLI || callsign === '') return;
    links.heardOf(uid, callsign, source);
    if (source.client === undefined || ownUids.has(source.client)) return;
    ownUids.set(source.client, uid);
    links.identify(source, callsign, uid);
  };

  return (source, output) => {
    if (output.kind === 'refused') return refused(source, output.reason, output.detail);
    const parsed = parseEventXml(output.xml);
    if (!parsed.ok) return refused(source, parsed.reason, parsed.detail);
    const { event } = parsed;
    if (staysOnConnection(event)) return answer(source, event);
    getToKnow(source, event);
    noticeNamesake(source, event);
    const loop = whyLoop(parts, event);
    if (loop !== undefined) return endHere(source, 'loop', loop, event);
    const verdict = links.refusesIn(source)(event, source.user);
    filterCounts.note(source.link, 'in', verdict);
    if (!verdict.passes) return endHere(source, 'not_allowed', `${source.link}: ${verdict.detail}`, event);
    const content = contentHash(event);
    const before = contents.get(content);
    // Who says it of himself may have said it over a connection before.
    const isOwn = source.client !== undefined && ownUids.get(source.client) === event.uid;
    if (before !== undefined && before !== source.name && !isOwn) {
      return endHere(source, 'duplicate', `came over ${before}`, event);
    }
    contents.set(content, source.name);
    const capped = { ...event, staleMs: Math.min(event.staleMs, clock.now() + parts.maxStaleSeconds * 1000) };
    const xml = buildEventXml(addFlowTag(capped, parts.guard.tag, clock.now()));
    const bytes = Buffer.byteLength(xml);
    if (bytes > MAX_SENT_EVENT_BYTES) {
      return refused(source, 'too_large', `${bytes} of ${MAX_SENT_EVENT_BYTES} bytes`, event);
    }
    takeOn(parts, source, content, capped, xml);
  };
};

const whyLoop = ({ guard, identity }: FromTakParts, event: CotEvent): string | undefined =>
  event.uid === identity.uid && event.kind === Kind.PLI ? 'is the report of this gateway' : guard.loopFromTak(event);

const takeOn = (parts: FromTakParts, source: Source, content: string, event: CotEvent, xml: string): void => {
  const { guard, order, origin, picture, links, agents } = parts;
  const { clock, status } = parts.context;
  const meshes = agents.meshes();
  const ended = meshes.flatMap((mesh) => endingAt(parts, mesh, event, content));
  const destinations = meshes.filter((mesh) => !ended.some(({ destination }) => destination === mesh));
  guard.noteFromTak(event, content);
  if (isStateKind(event.kind)) order.note(targetUid(event), clock.monotonic());
  const staleMs = clock.monotonic() + event.staleMs - clock.now();
  const out: Outgoing = { event, xml, staleMs, from: source.link };
  picture.update(out);
  parts.subjects.reported(event, source);
  for (const { destination, reason, detail } of ended) {
    parts.subjects.toMesh(event, destination, { reason: reasonOf(reason), detail });
  }
  for (const mesh of destinations) parts.subjects.toMesh(event, mesh);
  status.count('events_taken_total');
  status.count('events_passed_on_total', links.relay(out, source));

  const nobody: Ended = { destination: '', reason: 'no_destination', detail: 'no radio agent is known' };
  const heard = createMessage('eventHeard', { kind: event.kind, link: source.name, event });
  origin.accept({
    payload: toBinary(EventHeardSchema, heard),
    destinations,
    refused: meshes.length === 0 ? [nobody] : ended,
    lifeMs: eventLifeMs(event.kind),
    insists: isInsistent(event.kind),
  });
};

const endingAt = ({ context, guard }: FromTakParts, mesh: string, event: CotEvent, content: string): Ended[] => {
  const loop = guard.loopToMesh(mesh, event, content);
  if (loop !== undefined) return [{ destination: mesh, reason: 'loop', detail: loop }];
  // What is stale takes something off the maps of the other clients; on a mesh it would come too late to say so.
  const isStale = event.staleMs <= context.clock.now();
  return isStale ? [{ destination: mesh, reason: 'expired', detail: 'it was stale when it came' }] : [];
};

interface TakOriginParts {
  readonly context: ServiceContext;
  readonly agents: AgentWatch;
  readonly outcomes: OutcomeLog;
}

/** Custody of what TAK clients gave us. @throws ServiceError `journal_unusable`. */
export const openTakOrigin = async ({ context, agents, outcomes }: TakOriginParts): Promise<CustodyOrigin> => {
  const { bus, onStop, random } = context;
  const origin = await openCustodyOrigin({
    ...custodyParts(context, outcomes),
    elects: true,
    random,
    alive: () => new Map(agents.meshes().map((mesh) => [mesh, agents.candidates(mesh)])),
    publish: (item, payload) => bus.publish('eventHeard', { ...fromBinary(EventHeardSchema, payload), item }),
    ended: (outcome, payload) => outcomes.record(outcomeOf(outcome, payload)),
    endedBefore: (outcome, payload) => outcomes.recordOnce(outcomeOf(outcome, payload)),
  });
  onStop('custody of events', () => origin.close());
  return origin;
};

const outcomeOf = ({ item, destination, reason, detail }: CustodyOutcome, payload: Uint8Array) => {
  const { kind, event } = fromBinary(EventHeardSchema, payload);
  const about = { kind, uid: event?.uid ?? '', callsign: event?.callsign ?? '', mesh: destination };
  return { item, destination, ...about, reason: reasonOf(reason as ReasonName), detail };
};
