import { LinkState } from '@cotbus/contracts';
import type { AgentStatus } from '@cotbus/contracts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { createHeartbeats } from './heartbeats.ts';

export interface AgentWatch {
  /** Sorted names of the meshes that have had an agent within a day: events wait for one that is away. */
  meshes(): string[];
  /** Those that have one with a fresh heartbeat. */
  alive(): string[];
  /** Who can send on this mesh, sorted by name: an open link and a fresh heartbeat. */
  candidates(mesh: string): string[];
}

/**
 * Follows the radio agents.
 * @param before meshes that an earlier start knew.
 */
export const watchAgents = async (bus: Bus, clock: Clock, before: readonly string[] = []): Promise<AgentWatch> => {
  const heartbeats = createHeartbeats<AgentStatus>(clock);
  await bus.subscribe('agentStatus', {}, (status, { agent }) => heartbeats.hear(agent, status));
  return {
    meshes: () => [...new Set([...before, ...heartbeats.known().map(({ mesh }) => mesh)])].toSorted(),
    alive: () => [...new Set(heartbeats.fresh().map(({ mesh }) => mesh))].toSorted(),
    candidates: (mesh) =>
      heartbeats
        .fresh()
        .filter((status) => status.mesh === mesh && status.link === LinkState.OPEN)
        .map(({ agent }) => agent)
        // By code unit: the same order on every machine.
        .toSorted(),
  };
};
