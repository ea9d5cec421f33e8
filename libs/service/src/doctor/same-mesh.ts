/** Two radios of one mesh that cannot hear each other. */
import type { AgentStatus } from '@cotbus/contracts';
import { aliveAgents, warning } from './site.ts';
import type { Check, FindingFields } from './site.ts';

export const sameMeshCheck: Check = {
  codes: ['mesh_settings_differ'],
  look: (site) => {
    const agents = aliveAgents(site).filter(({ channels }) => channels.length > 0);
    return agents.flatMap((agent, index) => {
      const first = agents.slice(0, index).find(({ mesh }) => mesh === agent.mesh);
      return first === undefined ? [] : compare(first, agent);
    });
  },
};

const compare = (first: AgentStatus, second: AgentStatus): readonly FindingFields[] => {
  const differing = [
    ...unequal('region', first.region, second.region),
    ...unequal('modem preset', first.modemPreset, second.modemPreset),
    ...channelsDiffer(first, second),
  ];
  if (differing.length === 0) return [];
  return [
    warning('mesh_settings_differ', {
      about: `mesh ${second.mesh}`,
      cause: `${first.agent} and ${second.agent} are said to be on one mesh, but differ in ${differing.join(', ')}.`,
      remedy: 'Give both radios the same settings, or name two meshes in the configuration.',
    }),
  ];
};

/** What one of them does not say is no difference. */
const unequal = (what: string, a: string, b: string): readonly string[] =>
  a === '' || b === '' || a === b ? [] : [`${what} (${a}, ${b})`];

/** A hash stands for name and key; some channels of one may be missing at the other. */
const channelsDiffer = (first: AgentStatus, second: AgentStatus): readonly string[] => {
  const keys = first.channels.flatMap(({ name, hash }) => {
    const other = second.channels.find((channel) => channel.name === name);
    return other === undefined || hash === undefined || other.hash === undefined || other.hash === hash ? [] : [name];
  });
  if (keys.length > 0) return keys.map((name) => `the key of channel "${name}"`);
  const common = first.channels.some(({ name }) => second.channels.some((channel) => channel.name === name));
  return common ? [] : ['all channels'];
};
