/** The nodes of every mesh, each merged from what several agents know of it. Pure. */
import type { NodeState } from '@cotbus/contracts';
import { meshtastic, nodeLevel, nodeText } from '@cotbus/contracts';
import { clip, MAX_NODE_STATES, MAX_NODES, setBounded } from './bounds.ts';
import { dialectOfPort } from './dialects.ts';
import { ourTime } from './our-time.ts';
import type { Records } from './records.ts';
import type { DialectText, NodeView, VisibilityView } from './view.ts';

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
  readonly position: NodeView['position'];
  readonly tak: NodeView['tak'];
}

export interface Nodes {
  /** `behindMs`: how far the agent's clock is behind ours. */
  put(state: NodeState, behindMs: number, nowMs: number): void;
  /** `num` as it stands in the topic: eight hex digits. */
  remove(agent: string, num: string): void;
  /** A frame of it came on this port. */
  spoke(mesh: string, num: number, port: number): void;
  /** Whether it is to be seen may be another now. */
  decided(mesh: string, num: number): void;
}

export const createNodes = (
  records: Records<NodeView>,
  visibilityOf: (mesh: string, num: number) => VisibilityView,
): Nodes => {
  const states = new Map<string, KnownNode>();
  const byNode = new Map<string, Map<string, KnownNode>>();
  const dialects = new Map<string, ReadonlySet<DialectText>>();

  const show = (key: string): void => {
    const known = byNode.get(key);
    if (known === undefined || known.size === 0) {
      byNode.delete(key);
      records.delete(key);
      return;
    }
    const node = merge([...known.values()]);
    records.set(key, {
      ...viewOf(node, visibilityOf(node.mesh, node.num)),
      key,
      agents: known.size,
      dialects: [...(dialects.get(key) ?? [])],
    });
  };
  const forget = (node: KnownNode): void => {
    const key = nodeKey(node.mesh, node.num);
    byNode.get(key)?.delete(node.agent);
    show(key);
  };

  return {
    put: (state, behindMs, nowMs) => {
      const node = readNode(state, behindMs, nowMs);
      const stateKey = `${state.agent}/${nodeLevel(state.num)}`;
      const before = states.get(stateKey);
      if (before !== undefined && before.mesh !== node.mesh) forget(before);
      const pushedOut = setBounded(states, stateKey, node, MAX_NODE_STATES);
      if (pushedOut !== undefined) forget(pushedOut);
      const key = nodeKey(node.mesh, node.num);
      const known = byNode.get(key) ?? new Map<string, KnownNode>();
      known.set(node.agent, node);
      byNode.set(key, known);
      show(key);
    },
    remove: (agent, num) => {
      const node = states.get(`${agent}/${num}`);
      states.delete(`${agent}/${num}`);
      if (node !== undefined) forget(node);
    },
    spoke: (mesh, num, port) => {
      const key = nodeKey(mesh, num);
      const known = dialects.get(key) ?? new Set();
      const dialect = dialectOfPort(port);
      if (known.has(dialect)) return;
      setBounded(dialects, key, new Set([...known, dialect]), MAX_NODES);
      if (byNode.has(key)) show(key);
    },
    decided: (mesh, num) => {
      const key = nodeKey(mesh, num);
      if (byNode.has(key)) show(key);
    },
  };
};

/** Node numbers are unique on one mesh only. */
export const nodeKey = (mesh: string, num: number): string => `${clip(mesh)}/${nodeText(num)}`;

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
    heardMs: Math.max(0, atMs - state.heardAgeMs),
    battery: state.metrics?.battery ?? null,
    snrDb: finite(state.snrDb),
    rssiDbm: state.rssiDbm ?? null,
    hops: state.hops ?? null,
    position: readPosition(state, atMs),
    tak: readTak(state),
  };
};

/** JSON has no word for the others. */
const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

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
  return { lat, lon, altitudeM, precisionBits: fix.precisionBits, atMs: Math.max(0, atMs - fix.ageMs) };
};

const readTak = ({ tak }: NodeState): KnownNode['tak'] =>
  tak === undefined ? null : { uid: clip(tak.uid), callsign: clip(tak.callsign), team: clip(tak.team) };

/** The agent that heard it last is right; what it does not know comes from those before it. */
const merge = (states: readonly KnownNode[]): KnownNode => {
  const byHeard = states.toSorted((a, b) => b.heardMs - a.heardMs);
  const newest = byHeard[0] as KnownNode;
  const firstKnown = <K extends keyof KnownNode>(key: K, isKnown: (value: KnownNode[K]) => boolean): KnownNode[K] =>
    byHeard.find((state) => isKnown(state[key]))?.[key] ?? newest[key];
  return {
    ...newest,
    longName: firstKnown('longName', (name) => name !== ''),
    shortName: firstKnown('shortName', (name) => name !== ''),
    battery: firstKnown('battery', (battery) => battery !== null),
    position: firstKnown('position', (position) => position !== null),
    tak: firstKnown('tak', (tak) => tak !== null),
    own: states.some((state) => state.own),
    ignored: states.every((state) => state.ignored),
  };
};

const viewOf = (
  { num, ignored, ...rest }: KnownNode,
  visibility: VisibilityView,
): Omit<NodeView, 'key' | 'agents' | 'dialects'> => ({
  ...rest,
  node: nodeText(num),
  visibility: ignored ? ignoredByOwner : visibility,
});

const ignoredByOwner: VisibilityView = {
  state: 'not_visible',
  reason: 'ignored',
  detail: 'the owner of the radio has put this node on its ignore list',
  destination: '',
  atMs: null,
};
