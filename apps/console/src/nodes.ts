/** The nodes of every mesh, each merged from what several agents know of it. Pure. */
import type { NodeState } from '@cotbus/contracts';
import { meshtastic, nodeLevel, nodeText } from '@cotbus/contracts';
import { clip, MAX_NODES_SHOWN, MAX_NODE_STATES, setBounded } from './bounds.ts';
import { nodeKey } from './fates.ts';
import { ourTime } from './our-time.ts';
import type { NodeView, PositionView, VisibilityView } from './view.ts';

/** One agent's knowledge of a node, in texts that are bounded and times by the console's clock. */
interface KnownNode {
  readonly num: number;
  readonly agent: string;
  readonly mesh: string;
  readonly longName: string;
  readonly shortName: string;
  readonly role: string;
  readonly ignored: boolean;
  readonly own: boolean;
  readonly viaMqtt: boolean;
  readonly heardMs: number;
  readonly battery: number | null;
  readonly snrDb: number | null;
  readonly rssiDbm: number | null;
  readonly hops: number | null;
  readonly position: (Omit<PositionView, 'ageMs'> & { readonly atMs: number }) | null;
  readonly tak: NodeView['tak'];
}

export interface Nodes {
  /** `behindMs`: how far the agent's clock is behind ours. */
  put(state: NodeState, behindMs: number, nowMs: number): void;
  /** `num` as it stands in the topic: eight hex digits. */
  remove(agent: string, num: string): void;
  view(
    nowMs: number,
    visibilityOf: (mesh: string, num: number) => VisibilityView,
  ): { shown: NodeView[]; known: number };
}

export const createNodes = (): Nodes => {
  const states = new Map<string, KnownNode>();
  return {
    put: (state, behindMs, nowMs) =>
      setBounded(states, `${state.agent}/${nodeLevel(state.num)}`, readNode(state, behindMs, nowMs), MAX_NODE_STATES),
    remove: (agent, num) => void states.delete(`${agent}/${num}`),
    view: (nowMs, visibilityOf) => {
      const merged = groupByNode([...states.values()]).map(mergeStates);
      merged.sort((a, b) => b.node.heardMs - a.node.heardMs);
      const shown = merged
        .slice(0, MAX_NODES_SHOWN)
        .map(({ node, agents }) => viewNode(node, agents, nowMs, visibilityOf(node.mesh, node.num)));
      return { shown, known: merged.length };
    },
  };
};

const readNode = (state: NodeState, behindMs: number, nowMs: number): KnownNode => {
  const atMs = ourTime(state.atMs, behindMs, nowMs);
  return {
    num: state.num,
    agent: clip(state.agent),
    mesh: clip(state.mesh),
    longName: clip(state.longName),
    shortName: clip(state.shortName),
    role: roleTexts.get(state.role) ?? '',
    ignored: state.ignored,
    own: state.own,
    viaMqtt: state.viaMqtt,
    heardMs: atMs - state.heardAgeMs,
    battery: state.metrics?.battery ?? null,
    snrDb: state.snrDb ?? null,
    rssiDbm: state.rssiDbm ?? null,
    hops: state.hops ?? null,
    position: readPosition(state, atMs),
    tak: readTak(state),
  };
};

const roleTexts: ReadonlyMap<number, string> = new Map(
  meshtastic.Config_DeviceConfig_RoleSchema.values.map((v) => [v.number, v.localName.toLowerCase()]),
);

const readPosition = ({ fix }: NodeState, atMs: number): KnownNode['position'] => {
  if (fix === undefined) return null;
  const lat = fix.latitudeI / 1e7;
  const lon = fix.longitudeI / 1e7;
  // A radio without a fix sends 0, 0.
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180 || (lat === 0 && lon === 0)) return null;
  const altitudeM = fix.altitudeHaeM ?? fix.altitudeMslM ?? null;
  return { lat, lon, altitudeM, precisionBits: fix.precisionBits, atMs: atMs - fix.ageMs };
};

const readTak = ({ tak }: NodeState): KnownNode['tak'] =>
  tak === undefined ? null : { uid: clip(tak.uid), callsign: clip(tak.callsign), team: clip(tak.team) };

const groupByNode = (states: readonly KnownNode[]): KnownNode[][] => {
  const groups = new Map<string, KnownNode[]>();
  for (const state of states) {
    const key = nodeKey(state.mesh, state.num);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [state]);
    else group.push(state);
  }
  return [...groups.values()];
};

/** The agent that heard it last is right; what it does not know comes from those before it. */
const mergeStates = (states: readonly KnownNode[]): { node: KnownNode; agents: number } => {
  const byHeard = states.toSorted((a, b) => b.heardMs - a.heardMs);
  const newest = byHeard[0] as KnownNode;
  const firstKnown = <K extends keyof KnownNode>(key: K, isKnown: (value: KnownNode[K]) => boolean): KnownNode[K] =>
    byHeard.find((state) => isKnown(state[key]))?.[key] ?? newest[key];
  const node = {
    ...newest,
    longName: firstKnown('longName', (name) => name !== ''),
    shortName: firstKnown('shortName', (name) => name !== ''),
    battery: firstKnown('battery', (battery) => battery !== null),
    position: firstKnown('position', (position) => position !== null),
    tak: firstKnown('tak', (tak) => tak !== null),
    own: states.some((state) => state.own),
    ignored: states.every((state) => state.ignored),
  };
  return { node, agents: states.length };
};

const viewNode = (node: KnownNode, agents: number, nowMs: number, visibility: VisibilityView): NodeView => {
  const { num, heardMs, position, ignored, ...rest } = node;
  return {
    ...rest,
    node: nodeText(num),
    agents,
    heardAgeMs: Math.max(0, nowMs - heardMs),
    position: position === null ? null : viewPosition(position, nowMs),
    visibility: ignored ? ignoredByOwner : visibility,
  };
};

const viewPosition = (position: NonNullable<KnownNode['position']>, nowMs: number): PositionView => {
  const { atMs, ...rest } = position;
  return { ...rest, ageMs: Math.max(0, nowMs - atMs) };
};

const ignoredByOwner: VisibilityView = {
  state: 'not_visible',
  reason: 'ignored',
  detail: 'the owner of the radio has put this node on its ignore list',
  destination: '',
  ageMs: null,
};
