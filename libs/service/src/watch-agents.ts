import { LinkState } from '@cotbus/contracts';
import type { AgentStatus } from '@cotbus/contracts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { createHeartbeats } from './heartbeats.ts';
import type { KnownDestination } from './known-destinations.ts';

export interface AgentWatch {
  /** Sorted names of the meshes that have had an agent within a day: events wait for one that is away. */
  meshes(): string[];
  /** Those that have one with a fresh heartbeat. */
  alive(): string[];
  /** The same, with the agents that carry them. */
  carried(): KnownDestination[];
  /** Who can send on this mesh: an open link and a fresh heartbeat. Those first that may send; then by name. */
  candidates(mesh: string): string[];
}

/**
 * Follows the radio agents.
 * @param before meshes that an earlier start knew.
 * @param carriers of such a mesh. Once all of them are heard of on other meshes it was renamed, and is gone.
 */
export const watchAgents = async (
  bus: Bus,
  clock: Clock,
  before: readonly string[] = [],
  carriers: ReadonlyMap<string, readonly string[]> = new Map(),
): Promise<AgentWatch> => {
  const heartbeats = createHeartbeats<AgentStatus>(clock);
  await bus.subscribe('agentStatus', {}, (status, { agent }) => heartbeats.hear(agent, status));
  const isRenamed = (mesh: string, known: readonly AgentStatus[]): boolean => {
    const agents = carriers.get(mesh) ?? [];
    return agents.length > 0 && agents.every((agent) => known.some((status) => status.agent === agent));
  };
  const alive = (): string[] => [...new Set(heartbeats.fresh().map(({ mesh }) => mesh))].toSorted();
  return {
    meshes: () => {
      const known = heartbeats.known();
      const earlier = before.filter((mesh) => !isRenamed(mesh, known));
      return [...new Set([...earlier, ...known.map(({ mesh }) => mesh)])].toSorted();
    },
    alive,
    carried: () =>
      alive().map((mesh) => {
        const agents = heartbeats.fresh().filter((status) => status.mesh === mesh);
        return { name: mesh, ports: [], agents: agents.map(({ agent }) => agent).toSorted() };
      }),
    candidates: (mesh) =>
      heartbeats
        .fresh()
        .filter((status) => status.mesh === mesh && status.link === LinkState.OPEN)
        // By code unit: the same order on every machine.
        .toSorted((a, b) => Number(a.txClosed !== '') - Number(b.txClosed !== '') || (a.agent < b.agent ? -1 : 1))
        .map(({ agent }) => agent),
  };
};
