/** Who takes part, and what each kind of fault may hit. */
import type { Targets } from './faults.ts';
import type { Shape, Topology } from './topology.ts';

export interface Names {
  readonly agents: readonly string[];
  /** In the order of the agents. */
  readonly meshOfAgent: readonly string[];
  readonly egresses: readonly string[];
  /** Those whose egress also has a link to a TAK server. */
  readonly hasServer: boolean;
  /** Processes with journals of items. */
  readonly keepers: readonly string[];
  /** Processes that translate or pack. */
  readonly workers: readonly string[];
  readonly packagers: readonly string[];
  readonly brokers: readonly string[];
  /** Sites whose broker has a bridge to the central one. */
  readonly bridged: readonly string[];
}

const several = (count: number, name: string): string[] => range(count).map((number) => `${name}-${number}`);
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

const ofSite = ({ agents, meshes, workers, egresses }: Topology): Names => {
  const [egressNames, agentNames] = [several(egresses, 'tak'), several(agents, 'radio')];
  return {
    agents: agentNames,
    meshOfAgent: agentNames.map((_, index) => `mesh-${(index % meshes) + 1}`),
    egresses: egressNames,
    hasServer: false,
    keepers: [...egressNames, ...agentNames],
    workers: several(workers, 'worker'),
    packagers: ['routes'],
    brokers: ['mosquitto'],
    bridged: [],
  };
};

/** Both sites hear the mesh "shared", hill alone hears "solo"; hill has an egress of its own beside the central one. */
const ofSites = (): Names => ({
  agents: ['hill-east', 'hill-west', 'coast-pier'],
  meshOfAgent: ['shared', 'solo', 'shared'],
  egresses: ['tak', 'tak-hill'],
  hasServer: true,
  keepers: ['tak', 'tak-hill', 'hill-east', 'hill-west', 'coast-pier'],
  workers: ['central-worker', 'hill-worker', 'coast-worker'],
  packagers: ['routes'],
  brokers: ['central-broker', 'hill-broker', 'coast-broker'],
  bridged: ['hill', 'coast'],
});

const ofOneProcess = (): Names => ({
  agents: ['east', 'west', 'north'],
  meshOfAgent: ['shared', 'solo', 'shared'],
  egresses: ['tak'],
  hasServer: true,
  keepers: ['gateway'],
  workers: [],
  packagers: [],
  brokers: [],
  bridged: [],
});

const byShape: Readonly<Record<Shape, (topology: Topology) => Names>> = {
  site: ofSite,
  sites: ofSites,
  'one-process': ofOneProcess,
};

export const namesOf = (topology: Topology): Names => byShape[topology.shape](topology);

/**
 * Proxies are named by what they lead to: `bus:<process>`, `bridge:<site>`, `radio:<agent>`, `tak:<egress>:<client>` and
 * `tak:<egress>:server`.
 */
export const targetsOf = (names: Names, { clients, seed }: Pick<Topology, 'clients' | 'seed'>): Targets => {
  const { agents, workers, egresses, packagers, keepers, brokers, bridged, hasServer } = names;
  const processes = [...packagers, ...workers, ...keepers];
  const phones = egresses.flatMap((name) => range(clients).map((client) => `tak:${name}:${client}`));
  const hurtPhones = phones.filter((name) => clients === 1 || !name.endsWith(':1'));
  const peers = [...hurtPhones, ...(hasServer ? egresses.map((name) => `tak:${name}:server`) : [])];
  const links = [
    ...(brokers.length > 0 ? processes.map((name) => `bus:${name}`) : []),
    ...bridged.map((site) => `bridge:${site}`),
    ...peers,
    ...agents.map((name) => `radio:${name}`),
  ];
  return {
    kill: processes,
    pause: [...processes, ...brokers],
    cut: links,
    'half-open': links,
    'slow-client': peers,
    'broker-restart': brokers,
    'broker-away': brokers.slice(0, 1),
    // One in a run: it must not hurt the others.
    'clock-jump': [...keepers, ...workers].filter((_, index, all) => index === seed % all.length),
    'disk-full': keepers,
    'lost-volume': keepers,
  };
};
