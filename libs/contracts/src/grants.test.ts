import { describe, expect, it } from 'vitest';
import { busGrants } from './grants.ts';
import type { BusRole } from './grants.ts';
import { buildFilter, TopicError, topicNames } from './topics.ts';
import type { TopicName } from './topics.ts';

const named: readonly BusRole[] = ['radio-agent', 'tak-egress', 'route-packager'];
const all: readonly BusRole[] = [...named, 'codec-worker', 'console', 'operator'];

/** A topic of the kind, with `who` wherever a name stands. */
const topicOf = (name: TopicName, who: string): string =>
  buildFilter('r', name)
    .split('/')
    .map((level) => (level === '+' ? who : level))
    .join('/');

const covers = (filter: string, topic: string): boolean => {
  const levels = topic.split('/');
  if (filter.endsWith('/#')) return topic.startsWith(filter.slice(0, -1));
  const wanted = filter.split('/');
  return wanted.length === levels.length && wanted.every((level, index) => level === '+' || level === levels[index]);
};

describe('grants of the bus', () => {
  it('let somebody say and somebody hear every topic', () => {
    const unused = topicNames.filter((name) => {
      const topic = name === 'serviceStatus' ? 'r/service/tak-egress/pli' : topicOf(name, 'pli');
      const grants = all.map((role) => busGrants('r', role, 'pli'));
      const said = grants.some(({ writes }) => writes.some((filter) => covers(filter, topic)));
      return !said || !grants.some(({ reads }) => reads.some((filter) => covers(filter, topic)));
    });
    expect(unused).toEqual([]);
  });

  it.each(named)('let a %s speak under its own name alone', (role) => {
    const { writes } = busGrants('r', role, 'mine');
    for (const name of ['frameHeard', 'node', 'agentStatus', 'outcome', 'serviceStatus'] as const) {
      const others = topicOf(name, 'others');
      expect(writes.some((filter) => covers(filter, others))).toBe(false);
    }
    expect(writes.some((filter) => covers(filter, topicOf('outcome', 'mine')))).toBe(true);
  });

  it('let both of a pair of egresses speak, each with a status of its own, and a name be as long as any', () => {
    const { writes, reads } = busGrants('r', 'tak-egress', 'mine');
    for (const topic of ['r/service/tak-egress/mine.b', 'r/pair/mine/a', 'r/pair/mine/a/copy', 'r/pair/mine/b/taken']) {
      expect(writes.some((filter) => covers(filter, topic))).toBe(true);
    }
    expect(reads.some((filter) => covers(filter, 'r/pair/mine/b'))).toBe(true);
    expect(reads.some((filter) => covers(filter, 'r/pair/others/b'))).toBe(false);
    expect(busGrants('r', 'tak-egress', 'x'.repeat(64)).writes).not.toEqual([]);
  });

  it('are refused to a name that is no topic level', () => {
    for (const own of ['', '+', '#', 'a/b']) expect(() => busGrants('r', 'radio-agent', own)).toThrow(TopicError);
  });
});
