/**
 * Mesh → mesh: what one mesh says is sent on another, and on one mesh in the other dialect, where the operator wants it. What
 * is said again is an item of the egress like one from TAK: journaled, translated for the mesh, paid from the airtime of its
 * radio, and with an outcome there. It carries the number of the node that said it first, and makes one hop: never what a
 * gateway said, nor what its mesh has heard.
 */
import { toBinary } from '@bufbuild/protobuf';
import { createMessage, Dialect, EventHeardSchema, Kind, kindText, meshtastic, nodeText } from '@cotbus/contracts';
import type { CotEvent, RxResult } from '@cotbus/contracts';
import type { AgentWatch, CustodyOrigin, ServiceContext } from '@cotbus/service';
import { eventLifeMs, isInsistent } from './event-life.ts';
import type { LoopGuard } from './loop-guard.ts';
import { watchMeshGateways } from './mesh-gateways.ts';
import type { TakEgressOptions } from './options.ts';
import { createSaidMemory, createSaidOnMesh, otherTongue, tongueOf } from './said-on-mesh.ts';
import type { Tongue } from './said-on-mesh.ts';

/** What a plain node says of itself makes contacts every few seconds: no airtime is worth that. */
const { POSITION_APP, NODEINFO_APP, TELEMETRY_APP } = meshtastic.PortNum;
const contactPorts: ReadonlySet<number> = new Set([POSITION_APP, NODEINFO_APP, TELEMETRY_APP]);

const dialectOf: Readonly<Record<Tongue, Dialect>> = { v1: Dialect.V1, v2: Dialect.V2 };

export interface Relay {
  /** What a mesh says, news or not. */
  heard(result: RxResult, event: CotEvent): void;
  /** Why it is no news: a gateway, ours or another one, says what was heard before. To be asked before `heard`. */
  echo(result: RxResult, event: CotEvent): string | undefined;
  /** An event that is news. @param event with the times of its hearing. */
  pass(result: RxResult, event: CotEvent, content: string): void;
}

interface Refused {
  readonly reason: 'loop' | 'no_destination';
  readonly detail: string;
}

export interface RelayParts {
  readonly context: Pick<ServiceContext, 'bus' | 'clock' | 'status'>;
  readonly rules: Pick<TakEgressOptions, 'relay' | 'translate'>;
  readonly agents: Pick<AgentWatch, 'meshes'>;
  readonly origin: Pick<CustodyOrigin, 'accept'>;
  readonly guard: LoopGuard;
}

const loop = (detail: string): Refused => ({ reason: 'loop', detail });

const counters = {
  relayed: ['events_relayed_total', 'events_not_relayed_total'],
  translated: ['events_other_dialect_total', 'events_not_other_dialect_total'],
} as const;

export const openRelay = async ({ context, rules, agents, origin, guard }: RelayParts): Promise<Relay> => {
  const { clock, status } = context;
  const gateways = await watchMeshGateways(context);
  const said = createSaidOnMesh(clock);
  /** Whose words were said again, by the mesh on which. */
  const sentOn = createSaidMemory<number>(clock);

  const isAgain = (result: RxResult): boolean => result.saidBy !== 0 || gateways.has(result);
  const sayAgain = (to: string, result: RxResult, event: CotEvent, how: How): void => {
    const { refused } = how;
    if (refused === undefined) sentOn.set(event, to, result.node);
    const [did, didNot] = counters[how.what];
    status.count(refused === undefined ? did : didNot);
    const about = { kind: event.kind, link: how.link, event, saidBy: result.node, translateTo: how.translateTo };
    origin.accept({
      payload: toBinary(EventHeardSchema, createMessage('eventHeard', about)),
      destinations: refused === undefined ? [to] : [],
      refused: refused === undefined ? [] : [{ destination: to, ...refused }],
      lifeMs: eventLifeMs(event.kind),
      insists: isInsistent(event.kind),
    });
  };
  /** Why it is not said again on this mesh. */
  const whyNot = (to: string, result: RxResult, event: CotEvent): Refused | undefined => {
    if (!agents.meshes().includes(to)) return { reason: 'no_destination', detail: 'no radio agent of it is known' };
    if (isAgain(result)) return loop('it came from the node of a gateway');
    const first = sentOn.get(event, to);
    if (first !== undefined && first !== result.node) return loop(`was sent there as said by ${nodeText(first)}`);
    const other = said.saidBy(event, to);
    return other !== undefined && gateways.isBeforeUs({ mesh: to, node: other })
      ? loop(`the gateway ${nodeText(other)} says it there`)
      : undefined;
  };
  const relay = (to: string, result: RxResult, event: CotEvent, content: string): void => {
    const back = guard.loopToMesh(to, event, content);
    const refused = whyNot(to, result, event) ?? (back === undefined ? undefined : loop(back));
    const link = `relay from ${result.mesh}`;
    sayAgain(to, result, event, { what: 'relayed', link, translateTo: Dialect.UNSPECIFIED, refused });
  };
  /** A line comes once; of a report the next one follows, and of two gateways one goes on. */
  const whyKnown = (result: RxResult, event: CotEvent, tongue: Tongue): Refused | undefined => {
    const { mesh } = result;
    const by = said.saidBy(event, mesh, tongue);
    const isDone = by !== undefined && (event.kind === Kind.CHAT || !gateways.has({ mesh, node: by }));
    return isDone || said.speaksBoth(result) ? loop(`was heard there in ${tongueNames[tongue]}`) : undefined;
  };
  /** Nothing where everybody has understood it. */
  const translate = (result: RxResult, event: CotEvent, tongue: Tongue): void => {
    const { mesh } = result;
    const other = otherTongue(tongue);
    if (gateways.speakOnly(mesh, other) === 0) return;
    const refused = whyNot(mesh, result, event) ?? whyKnown(result, event, other);
    const link = `translation on ${mesh}`;
    sayAgain(mesh, result, event, { what: 'translated', link, translateTo: dialectOf[other], refused });
  };
  return {
    heard: (result, event) => {
      if (result.saidBy !== 0) gateways.learn(result);
      said.note(event, result, tongueOf(result.port), isAgain(result));
    },
    echo: (result, event) => {
      const first = sentOn.get(event, result.mesh);
      // Somebody who moved to this mesh is no echo: his own radio says it. Another radio is that of a gateway, marked or not.
      if (first !== undefined && (first !== result.node || gateways.has(result))) {
        return 'was sent on this mesh by a gateway';
      }
      return isAgain(result) && said.isFirstHand(event) ? 'was heard of its sender before' : undefined;
    },
    pass: (result, event, content) => {
      const { mesh, port } = result;
      if (contactPorts.has(port)) return;
      const takes = ({ kinds }: { readonly kinds: readonly string[] }): boolean => kinds.includes(kindText(event.kind));
      for (const rule of rules.relay) if (rule.from === mesh && takes(rule)) relay(rule.to, result, event, content);
      const tongue = tongueOf(port);
      if (tongue === undefined || !rules.translate.some((rule) => rule.mesh === mesh && takes(rule))) return;
      translate(result, event, tongue);
    },
  };
};

const tongueNames: Readonly<Record<Tongue, string>> = { v1: 'V1', v2: 'V2' };

interface How {
  /** In names of counters. */
  readonly what: 'relayed' | 'translated';
  readonly link: string;
  readonly translateTo: Dialect;
  readonly refused: Refused | undefined;
}
