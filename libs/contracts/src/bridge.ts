/** What crosses between the broker of a site and the central one, by the bridge of the site's broker. */
import { buildFilter } from './topics.ts';
import type { TopicIds, TopicName } from './topics.ts';

/** Filters with the root. What stands in both goes both ways. */
export interface BridgeTopics {
  readonly out: readonly string[];
  readonly in: readonly string[];
}

/**
 * Frames stay where a worker translates them: at the site. Events of the mesh, fragments (which complete each other
 * across sites), transmissions and all that custody says cross.
 * @param localTak the site has an egress of its own, which shows what the other sites hear
 */
export const bridgeTopics = (root: string, localTak: boolean): BridgeTopics => {
  const filter = <N extends TopicName>(name: N, ids: Partial<TopicIds<N>> = {}): string => buildFilter(root, name, ids);
  const both = [
    filter('fragmentHeard'),
    filter('txResult'),
    filter('receipt'),
    filter('void'),
    filter('agentStatus'),
    filter('serviceStatus'),
    filter('command'),
    filter('reply'),
    // What a console says anywhere holds everywhere.
    filter('override'),
    filter('acknowledgement'),
  ];
  return {
    out: [...both, filter('rxResult'), filter('node'), filter('outcome')],
    // Without an egress it needs only what tells which TAK user sits at which node.
    in: [...both, localTak ? filter('rxResult') : filter('rxResult', { kind: 'pli' })],
  };
};
