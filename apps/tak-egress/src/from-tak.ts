/**
 * TAK → mesh, the origin: takes events from clients, answers what belongs to the connection, passes the rest on to the
 * other clients at once and names it as an item for each mesh. The radio agents record how it ended there; what ends here
 * is recorded here.
 */
import { addFlowTag, buildCotXml, contentHash, parseCotXml } from '@cotbus/codec';
import { createMessage, isStateKind, itemKey, Kind, Reason, reasonOf } from '@cotbus/contracts';
import type { CotEvent, Item, Outcome } from '@cotbus/contracts';
import type { AgentWatch, Bus, Clock, Logger, Origin, OutcomeLog, ServiceReport } from '@cotbus/service';
import type { StreamOutput } from './event-stream.ts';
import type { LoopGuard } from './loop-guard.ts';
import type { Picture } from './picture.ts';
import { answerTo, staysOnConnection } from './ping.ts';
import { MAX_SENT_EVENT_BYTES } from './sent-size.ts';
import type { StateOrder } from './state-order.ts';
import type { TakClient } from './tak-client.ts';
import type { TakLinks } from './tak-links.ts';
import { targetUid } from './target-uid.ts';

/** How long an event is worth sending: what somebody waits for, and what the next report replaces. */
const MESSAGE_LIFE_MS = 300_000;
const STATE_LIFE_MS = 60_000;

export interface FromTakParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly status: ServiceReport;
  readonly outcomes: OutcomeLog;
  readonly origin: Origin;
  readonly agents: AgentWatch;
  readonly guard: LoopGuard;
  readonly order: StateOrder;
  readonly picture: Picture;
  readonly links: TakLinks;
}

/** What handles each event or refusal of a client's stream; it never throws. */
export const createFromTak = (parts: FromTakParts): ((client: TakClient, output: StreamOutput) => void) => {
  const { clock, status, guard, outcomes, origin } = parts;
  const identified = new WeakSet<TakClient>();

  const refused = (client: TakClient, reason: Reason, detail: string, event?: CotEvent): void => {
    const { id } = origin.accept([]);
    status.count('events_refused_total');
    parts.log.warn({ link: parts.links.nameOf(client), item: id && itemKey(id), detail }, 'event.refused');
    outcomes.record({ ...(id && { item: id }), ...about(event), reason, detail });
  };

  return (client, output) => {
    if (output.kind === 'refused') return refused(client, reasonOf(output.reason), output.detail);
    const parsed = parseCotXml(output.xml);
    if (!parsed.ok) return refused(client, reasonOf(parsed.reason), parsed.detail);
    const { event } = parsed;
    if (staysOnConnection(event)) {
      status.count('control_events_total');
      const answer = answerTo(event, clock.now());
      if (answer !== undefined) client.write(buildCotXml(answer));
      return;
    }
    if (event.kind === Kind.PLI && event.callsign !== '' && !identified.has(client)) {
      identified.add(client);
      parts.links.identify(client, event.callsign, event.uid);
    }
    const loop = guard.loopFromTak(event);
    if (loop !== undefined) {
      const { id } = origin.accept([]);
      outcomes.record({ ...(id && { item: id }), ...about(event), reason: Reason.LOOP, detail: loop });
      return;
    }
    const xml = buildCotXml(addFlowTag(event, guard.tag, clock.now()));
    const bytes = Buffer.byteLength(xml);
    if (bytes > MAX_SENT_EVENT_BYTES) {
      return refused(client, Reason.TOO_LARGE, `${bytes} of ${MAX_SENT_EVENT_BYTES} bytes`, event);
    }
    takeOn(parts, client, event, xml);
  };
};

const about = (event: CotEvent | undefined): Pick<Outcome, 'kind' | 'uid' | 'callsign'> => ({
  kind: event?.kind ?? Kind.UNSPECIFIED,
  uid: event?.uid ?? '',
  callsign: event?.callsign ?? '',
});

/** Where an event goes from here: to an agent, or nowhere for a reason. */
type Way = { readonly mesh: string } & (
  { readonly agent: string } | { readonly reason: Reason; readonly detail: string }
);

const takeOn = (parts: FromTakParts, client: TakClient, event: CotEvent, xml: string): void => {
  const { clock, status, guard, order, picture, links, agents, origin, outcomes } = parts;
  const content = contentHash(event);
  const ways = agents.meshes().map((mesh) => wayTo(parts, mesh, event, content));
  const assigned = ways.flatMap((way) => ('agent' in way ? [way] : []));
  const item = origin.accept(assigned.map(({ mesh }) => mesh));
  guard.noteFromTak(event, content);
  if (item.id !== undefined && isStateKind(event.kind)) order.isNewest(targetUid(event), item.id, clock.monotonic());
  picture.update(event, xml);
  status.count('events_taken_total');
  status.count('events_passed_on_total', links.toClients(xml, client));

  const ended = (destination: string, reason: Reason, detail: string): void =>
    outcomes.record({
      ...(item.id && { item: item.id }),
      ...about(event),
      destination,
      mesh: destination,
      reason,
      detail,
    });
  for (const way of ways) if ('reason' in way) ended(way.mesh, way.reason, way.detail);
  if (ways.length === 0) ended('', Reason.NO_DESTINATION, 'no radio is online');
  if (assigned.length > 0 && !publish(parts, client, event, item, assigned)) {
    for (const { mesh } of assigned) ended(mesh, Reason.NO_DESTINATION, 'the bus is away');
  }
};

const wayTo = ({ clock, guard, agents }: FromTakParts, mesh: string, event: CotEvent, content: string): Way => {
  const loop = guard.loopToMesh(mesh, event, content);
  if (loop !== undefined) return { mesh, reason: Reason.LOOP, detail: loop };
  // What is stale takes something off the maps of the other clients; on a mesh it would come too late to say so.
  if (event.staleMs <= clock.now()) return { mesh, reason: Reason.EXPIRED, detail: 'it was stale when it came' };
  const agent = agents.elect(mesh);
  if (agent === undefined) return { mesh, reason: Reason.RADIO_AWAY, detail: 'no radio of this mesh is connected' };
  return { mesh, agent: agent.agent };
};

const publish = (
  { bus, links }: FromTakParts,
  client: TakClient,
  event: CotEvent,
  item: Item,
  assigned: readonly { readonly mesh: string; readonly agent: string }[],
): boolean => {
  const isMessage = event.kind === Kind.CHAT || event.kind === Kind.EMERGENCY;
  const lifeMs = isMessage ? MESSAGE_LIFE_MS : STATE_LIFE_MS;
  const assignments = assigned.map(({ mesh, agent }) => ({ mesh, agent, attempt: 1, lifeMs }));
  const link = links.nameOf(client);
  return bus.publish('eventHeard', createMessage('eventHeard', { item, kind: event.kind, link, event, assignments }));
};
