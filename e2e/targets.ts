/** Who takes part, and what each kind of fault may hit. */
import type { Targets } from './faults.ts';
import type { Topology } from './topology.ts';

export interface Names {
  readonly agents: readonly string[];
  /** In the order of the agents. */
  readonly meshOfAgent: readonly string[];
  readonly workers: readonly string[];
  readonly egresses: readonly string[];
  readonly packager: string;
}

export const namesOf = ({ agents, meshes, workers, egresses }: Topology): Names => {
  const several = (count: number, name: string): string[] =>
    Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
  return {
    agents: several(agents, 'radio'),
    meshOfAgent: Array.from({ length: agents }, (_, index) => `mesh-${(index % meshes) + 1}`),
    workers: several(workers, 'worker'),
    egresses: several(egresses, 'tak'),
    packager: 'routes',
  };
};

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Proxies are named by what they lead to: `bus:<process>`, `radio:<agent>`, `tak:<egress>:<client>`. */
export const targetsOf = ({ agents, workers, egresses, packager }: Names, { clients, seed }: Topology): Targets => {
  const keepers = [...egresses, ...agents];
  const processes = [packager, ...workers, ...keepers];
  const phones = egresses.flatMap((name) => range(clients).map((client) => `tak:${name}:${client}`));
  const hurtPhones = phones.filter((name) => clients === 1 || !name.endsWith(':1'));
  const links = [...processes.map((name) => `bus:${name}`), ...hurtPhones, ...agents.map((name) => `radio:${name}`)];
  return {
    kill: processes,
    pause: [...processes, 'mosquitto'],
    cut: links,
    'half-open': links,
    'slow-client': hurtPhones,
    'broker-restart': ['mosquitto'],
    'broker-away': ['mosquitto'],
    // One in a run: it must not hurt the others.
    'clock-jump': [...keepers, ...workers].filter((_, index, all) => index === seed % all.length),
    'disk-full': keepers,
    'lost-volume': keepers,
  };
};
