/**
 * TAK → mesh, the origin: takes events from clients, answers what belongs to the connection, passes the rest on to the
 * other clients at once and names it as an item for each mesh. The radio agents record how it ended there; what ends here
 * is recorded here.
 */
import { addFlowTag, buildEventXml, contentHash, parseEventXml } from '@cotbus/codec';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { createMessage, EventHeardSchema, isStateKind, Kind, reasonOf } from '@cotbus/contracts';
import type { CotEvent, ReasonName } from '@cotbus/contracts';
import { custodyParts, openCustodyOrigin } from '@cotbus/service';
import type {
  AgentWatch,
  CustodyOrigin,
  CustodyOutcome,
  OutcomeLog,
  ServiceContext,
  StateOrder,
} from '@cotbus/service';
import { eventLifeMs, isInsistent } from './event-life.ts';
import type { StreamOutput } from './event-stream.ts';
import type { LoopGuard } from './loop-guard.ts';
import type { Picture } from './picture.ts';
import { answerTo, staysOnConnection } from './ping.ts';
import { MAX_SENT_EVENT_BYTES } from './sent-size.ts';
import type { TakClient } from './tak-client.ts';
import type { TakLinks } from './tak-links.ts';
import { targetUid } from './target-uid.ts';

export interface FromTakParts {
  readonly context: ServiceContext;
  readonly agents: AgentWatch;
  readonly origin: CustodyOrigin;
  readonly guard: LoopGuard;
  readonly order: StateOrder;
  readonly picture: Picture;
  readonly links: TakLinks;
}

/** Where an item ends here, and why: a mesh, or empty for the whole of it. */
interface Ended {
  readonly destination: string;
  readonly reason: ReasonName;
  readonly detail: string;
}

/** What handles each event or refusal of a client's stream; it never throws. */
export const createFromTak = (parts: FromTakParts): ((client: TakClient, output: StreamOutput) => void) => {
  const { guard, links, origin } = parts;
  const { clock, log, status } = parts.context;
  const identified = new WeakSet<TakClient>();

  const endHere = (client: TakClient, reason: ReasonName, detail: string, event?: CotEvent): void => {
    const heard = createMessage('eventHeard', {
      link: links.nameOf(client),
      ...(event && { event, kind: event.kind }),
    });
    const refused = [{ destination: '', reason, detail }];
    origin.accept({ payload: toBinary(EventHeardSchema, heard), destinations: [], refused });
  };
  const refused = (client: TakClient, reason: ReasonName, detail: string, event?: CotEvent): void => {
    status.count('events_refused_total');
    log.warn({ link: links.nameOf(client), detail }, 'event.refused');
    endHere(client, reason, detail, event);
  };

  return (client, output) => {
    if (output.kind === 'refused') return refused(client, output.reason, output.detail);
    const parsed = parseEventXml(output.xml);
    if (!parsed.ok) return refused(client, parsed.reason, parsed.detail);
    const { event } = parsed;
    if (staysOnConnection(event)) {
      status.count('control_events_total');
      const answer = answerTo(event, clock.now());
      if (answer !== undefined) client.write(buildEventXml(answer));
      return;
    }
    if (event.kind === Kind.PLI && event.callsign !== '' && !identified.has(client)) {
      identified.add(client);
      links.identify(client, event.callsign, event.uid);
    }
    const loop = guard.loopFromTak(event);
    if (loop !== undefined) return endHere(client, 'loop', loop, event);
    const xml = buildEventXml(addFlowTag(event, guard.tag, clock.now()));
    const bytes = Buffer.byteLength(xml);
    if (bytes > MAX_SENT_EVENT_BYTES) {
      return refused(client, 'too_large', `${bytes} of ${MAX_SENT_EVENT_BYTES} bytes`, event);
    }
    takeOn(parts, client, event, xml);
  };
};

const takeOn = (parts: FromTakParts, client: TakClient, event: CotEvent, xml: string): void => {
  const { guard, order, origin, picture, links, agents } = parts;
  const { clock, status } = parts.context;
  const content = contentHash(event);
  const meshes = agents.meshes();
  const ended = meshes.flatMap((mesh) => endingAt(parts, mesh, event, content));
  const destinations = meshes.filter((mesh) => !ended.some(({ destination }) => destination === mesh));
  guard.noteFromTak(event, content);
  if (isStateKind(event.kind)) order.note(targetUid(event), clock.monotonic());
  picture.update(event, xml, event.staleMs - clock.now());
  status.count('events_taken_total');
  status.count('events_passed_on_total', links.toClients(xml, { except: client, isMessage: !isStateKind(event.kind) }));

  const nobody: Ended = { destination: '', reason: 'no_destination', detail: 'no radio agent is known' };
  const heard = createMessage('eventHeard', { kind: event.kind, link: links.nameOf(client), event });
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
