/**
 * Who may write and read what on the bus. The access lists of brokers are made of this table; a test starts a site with
 * them, which proves that it is enough, and tries every topic with every password, which proves that it is no more.
 */
import { bridgeTopics } from './bridge.ts';
import { buildFilter, isTopicLevel } from './topics.ts';
import type { TopicIds, TopicName } from './topics.ts';

/** A service by its name, `operator`: a person with the command `cotbus`, or `site`: the bridge of a site's broker. */
export type BusRole =
  'radio-agent' | 'codec-worker' | 'tak-egress' | 'route-packager' | 'console' | 'operator' | 'site';

/** The two of an active/standby pair. */
export const pairInstances = ['a', 'b'] as const;

/** As one of a pair is called among services. */
export const pairInstanceName = (name: string, instance: string): string => `${name}.${instance}`;

/** Topic filters of a role, with the root. */
export interface BusGrants {
  readonly writes: readonly string[];
  readonly reads: readonly string[];
}

/** Both instances of a pair have its name, and a status each; what is asked of one alone goes to it. */
const pairGrants = (root: string, role: BusRole, own: string): BusGrants => {
  const words = (['pairWord', 'pairCopy', 'pairTaken'] as const).map((word) => buildFilter(root, word, { name: own }));
  // A name may be too long for two.
  const names = pairInstances.map((instance) => pairInstanceName(own, instance)).filter((name) => isTopicLevel(name));
  const statuses = names.map((instance) => buildFilter(root, 'serviceStatus', { name: role, instance }));
  const commands = names.map((target) => buildFilter(root, 'command', { target }));
  return { writes: [...words, ...statuses], reads: [...words, ...commands] };
};

/**
 * What a service of this role and with this name needs of the bus, and nothing more.
 * @param own name of the agent, egress, packager or console; the others have none.
 * @throws TopicError when the name cannot be a topic level.
 */
export const busGrants = (root: string, role: BusRole, own: string): BusGrants => {
  const filter = <N extends TopicName>(name: N, ids: Partial<TopicIds<N>> = {}): string => buildFilter(root, name, ids);
  const everyTopic = `${root}/#`;
  /** Who hands items to the world, answers for them, and is asked. */
  const sink = (): BusGrants => ({
    writes: [filter('receipt'), filter('outcome', { owner: own }), filter('reply')],
    reads: [filter('void', { sink: own }), filter('command', { target: own })],
  });
  /** Who takes items from the world, for all that can be their destination. */
  const origin = (): BusGrants => ({
    writes: [filter('void')],
    reads: [filter('receipt', { origin: own }), filter('serviceStatus')],
  });
  const status = filter('serviceStatus', own === '' ? { name: role } : { name: role, instance: own });

  const rows: Readonly<Record<BusRole, () => BusGrants>> = {
    'radio-agent': () => ({
      writes: [
        filter('frameHeard', { agent: own }),
        filter('fragmentHeard', { agent: own }),
        filter('node', { agent: own }),
        filter('agentStatus', { agent: own }),
        ...origin().writes,
        ...sink().writes,
      ],
      reads: [
        filter('txResult', { agent: own }),
        filter('rxResult', { kind: 'pli' }),
        filter('node', { agent: own }),
        ...origin().reads,
        ...sink().reads,
      ],
    }),
    'codec-worker': () => ({
      writes: [filter('rxResult'), filter('txResult'), filter('command', { verb: 'answer' }), filter('reply')],
      reads: [
        filter('frameHeard'),
        filter('fragmentHeard'),
        filter('eventHeard'),
        filter('agentStatus'),
        filter('serviceStatus', { name: role }),
        filter('override'),
        filter('command', { verb: 'settings' }),
        filter('reply'),
      ],
    }),
    'tak-egress': () => ({
      writes: [filter('eventHeard'), ...origin().writes, ...sink().writes, ...pairGrants(root, role, own).writes],
      reads: [
        filter('rxResult'),
        filter('agentStatus'),
        ...origin().reads,
        ...sink().reads,
        ...pairGrants(root, role, own).reads,
      ],
    }),
    'route-packager': () => ({
      // It takes routes, and tells TAK of the packages that it shares.
      writes: [
        filter('route'),
        filter('rxResult', { kind: 'raw' }),
        filter('rxResult', { kind: 'chat' }),
        ...origin().writes,
        ...sink().writes,
      ],
      reads: [
        filter('rxResult'),
        filter('route'),
        filter('eventHeard', { kind: 'raw' }),
        ...origin().reads,
        ...sink().reads,
      ],
    }),
    console: () => ({
      writes: [filter('command'), filter('reply'), filter('override'), filter('acknowledgement')],
      reads: [everyTopic],
    }),
    operator: () => ({ writes: [filter('command')], reads: [everyTopic] }),
    // A site is trusted with the names of its services: the central broker does not know them.
    site: () => ({ writes: bridgeTopics(root, true).out, reads: bridgeTopics(root, true).in }),
  };
  const { writes, reads } = rows[role]();
  return { writes: role === 'operator' || role === 'site' ? writes : [...writes, status], reads };
};
