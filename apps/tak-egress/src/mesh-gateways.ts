/** Which nodes are gateways, ours and those of others, and who on each mesh speaks one dialect alone: as agents say. */
import { createTtlMap } from '@cotbus/service';
import type { ServiceContext } from '@cotbus/service';
import type { Speaker, Tongue } from './said-on-mesh.ts';

/** Radios of an installation, with those they replaced. */
const MAX_NODES = 1024;
/** A gateway of somebody else that has said nothing again for so long may have become an ordinary node. */
const FOREIGN_MEMORY_MS = 24 * 60 * 60_000;
const MAX_AGENTS = 1024;

export interface MeshGateways {
  has(speaker: Speaker): boolean;
  /** A node of it was heard saying again what another one said first. */
  learn(speaker: Speaker): void;
  /** It is before all radios of ours on that mesh: of several gateways the one with the lowest number speaks. */
  isBeforeUs(speaker: Speaker): boolean;
  /** How many on the mesh speak this one alone, as the agent says that hears the most of them. */
  speakOnly(mesh: string, tongue: Tongue): number;
}

interface AgentNow {
  readonly mesh: string;
  readonly node: number;
  readonly v1: number;
  readonly v2: number;
}

export const watchMeshGateways = async ({
  bus,
  clock,
}: Pick<ServiceContext, 'bus' | 'clock'>): Promise<MeshGateways> => {
  /** By number alone: a radio of ours may be heard on any mesh. */
  const own = new Set<number>();
  const foreign = createTtlMap<string, true>({ ttlMs: FOREIGN_MEMORY_MS, maxEntries: MAX_NODES, clock });
  const agents = new Map<string, AgentNow>();
  await bus.subscribe('agentStatus', {}, (said, { agent }) => {
    if (said === undefined || !said.online) return;
    if (said.node !== 0 && own.size < MAX_NODES) own.add(said.node);
    if (agents.size >= MAX_AGENTS && !agents.has(agent)) return;
    agents.set(agent, { mesh: said.mesh, node: said.node, v1: said.onlyV1, v2: said.onlyV2 });
  });
  const agentsOf = (mesh: string): readonly AgentNow[] => [...agents.values()].filter((each) => each.mesh === mesh);
  return {
    has: ({ mesh, node }) => own.has(node) || foreign.has(`${mesh}\n${node}`),
    learn: ({ mesh, node }) => foreign.set(`${mesh}\n${node}`, true),
    isBeforeUs: ({ mesh, node }) => agentsOf(mesh).every((ours) => node < ours.node),
    speakOnly: (mesh, tongue) => Math.max(0, ...agentsOf(mesh).map((each) => each[tongue])),
  };
};
