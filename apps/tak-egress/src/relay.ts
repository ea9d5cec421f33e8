/**
 * Mesh → mesh: what one mesh says is sent on another, where the operator wants it. A relayed event is an item of the
 * egress like one from TAK: journaled, translated for the other mesh, paid from the airtime of its radio, and with an outcome
 * there. One hop: never what came from a gateway's node, nor what its own mesh heard as a relayed event.
 */
import { toBinary } from '@bufbuild/protobuf';
import { createMessage, EventHeardSchema, kindText, meshtastic } from '@cotbus/contracts';
import type { CotEvent, RxResult } from '@cotbus/contracts';
import { createTtlMap } from '@cotbus/service';
import type { AgentWatch, CustodyOrigin, ServiceContext } from '@cotbus/service';
import { eventLifeMs, isInsistent } from './event-life.ts';
import { loopKey } from './loop-guard.ts';
import type { LoopGuard } from './loop-guard.ts';
import type { TakEgressOptions } from './options.ts';

/** From one mesh to the other and back, with the longest queue of a radio between. */
const ECHO_MEMORY_MS = 10 * 60_000;
const MAX_ENTRIES = 50_000;
/** Radios of an installation, with those they replaced. */
const MAX_NODES = 1024;

/** What a plain node says of itself makes contacts every few seconds: no airtime is worth that. */
const { POSITION_APP, NODEINFO_APP, TELEMETRY_APP } = meshtastic.PortNum;
const contactPorts: ReadonlySet<number> = new Set([POSITION_APP, NODEINFO_APP, TELEMETRY_APP]);

export interface Relay {
  /** An event that is news. @param event with the times of its hearing. */
  pass(result: RxResult, event: CotEvent, content: string): void;
  /** Why what a mesh says is our own relaying, heard by another radio there; undefined when it is not. */
  echo(result: RxResult, event: CotEvent, content: string): string | undefined;
}

interface Refused {
  readonly reason: 'loop' | 'no_destination';
  readonly detail: string;
}

export interface RelayParts {
  readonly context: Pick<ServiceContext, 'bus' | 'clock' | 'status'>;
  readonly rules: TakEgressOptions['relay'];
  readonly agents: Pick<AgentWatch, 'meshes'>;
  readonly origin: Pick<CustodyOrigin, 'accept'>;
  readonly guard: LoopGuard;
}

export const openRelay = async ({ context, rules, agents, origin, guard }: RelayParts): Promise<Relay> => {
  const { bus, clock, status } = context;
  const relayed = createTtlMap<string, true>({ ttlMs: ECHO_MEMORY_MS, maxEntries: MAX_ENTRIES, clock });
  const gateways = new Set<number>();
  if (rules.length > 0) {
    await bus.subscribe('agentStatus', {}, (said) => {
      if (said !== undefined && said.node !== 0 && gateways.size < MAX_NODES) gateways.add(said.node);
    });
  }
  /** Why the other mesh does not get it; undefined when it does. */
  const whyNot = (to: string, node: number, event: CotEvent, content: string): Refused | undefined => {
    if (!agents.meshes().includes(to)) return { reason: 'no_destination', detail: 'no radio agent of it is known' };
    if (gateways.has(node)) return { reason: 'loop', detail: 'it came from the node of a gateway' };
    const loop = guard.loopToMesh(to, event, content);
    return loop === undefined ? undefined : { reason: 'loop', detail: loop };
  };
  const pass = (to: string, { mesh, node }: RxResult, event: CotEvent, content: string): void => {
    const refused = whyNot(to, node, event, content);
    const heard = createMessage('eventHeard', { kind: event.kind, link: `relay from ${mesh}`, event });
    if (refused === undefined) relayed.set(placeOf(to, event, content), true);
    status.count(refused === undefined ? 'events_relayed_total' : 'events_not_relayed_total');
    origin.accept({
      payload: toBinary(EventHeardSchema, heard),
      destinations: refused === undefined ? [to] : [],
      refused: refused === undefined ? [] : [{ destination: to, ...refused }],
      lifeMs: eventLifeMs(event.kind),
      insists: isInsistent(event.kind),
    });
  };
  return {
    pass: (result, event, content) => {
      if (contactPorts.has(result.port)) return;
      const kind = kindText(event.kind);
      for (const { from, to, kinds } of rules) {
        if (from !== result.mesh || !(kinds as readonly string[]).includes(kind)) continue;
        pass(to, result, event, content);
      }
    },
    // Somebody who moved to this mesh is no echo: its own radio says it, not that of a gateway.
    echo: ({ mesh, node }, event, content) =>
      gateways.has(node) && relayed.has(placeOf(mesh, event, content)) ? 'was relayed to this mesh' : undefined,
  };
};

const placeOf = (mesh: string, event: CotEvent, content: string): string => `${mesh}\n${loopKey(event, content)}`;
