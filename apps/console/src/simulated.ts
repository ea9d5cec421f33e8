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
  nodes: Iterable<NodeView>,
  units: Iterable<UnitView>,
): boolean => {
  if (agents.some(({ mesh }) => mesh === DEMO_MESH)) return true;
  let named = 0;
  for (const { callsign, from } of units) {
    if (callsign === '' || from === 'tak') continue;
    if (!callsign.startsWith(DEMO_PREFIX)) return false;
    named += 1;
  }
  for (const { own, longName, tak } of nodes) {
    const name = tak?.callsign ?? longName;
    if (own || name === '') continue;
    if (!name.startsWith(DEMO_PREFIX)) return false;
    named += 1;
  }
  return named > 0;
};
