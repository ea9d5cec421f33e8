import type { AgentView, NodeView, UnitView } from './view.ts';

/** The mesh of the demo, and how everything in it is called. */
const DEMO_MESH = 'demo';
const DEMO_PREFIX = 'SIM-';

/**
 * Whether the page shows a simulation: a demo mesh, or nothing but demo callsigns.
 * A single node that calls itself SIM-… on a real mesh must not make everybody else look simulated.
 */
export const isSimulated = (
  agents: readonly AgentView[],
  nodes: readonly NodeView[],
  units: readonly UnitView[],
): boolean => {
  if (agents.some(({ mesh }) => mesh === DEMO_MESH)) return true;
  const names = [
    ...units.map(({ callsign }) => callsign),
    ...nodes.filter(({ own }) => !own).map(({ longName, tak }) => tak?.callsign ?? longName),
  ].filter((name) => name !== '');
  return names.length > 0 && names.every((name) => name.startsWith(DEMO_PREFIX));
};
