import { buildFilter, buildTopic, DEFAULT_ROOT } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, planFilters } from './subscription-plan.ts';

const root = DEFAULT_ROOT;
const frames = (ids: Readonly<Record<string, string>>) => ({ name: 'frameHeard' as const, ids });

describe('the filters asked of a broker', () => {
  it.each([
    { name: 'the same twice', wanted: [{ agent: 'a' }, { agent: 'a' }], filters: ['mesh/a/rx/+'] },
    { name: 'apart', wanted: [{ agent: 'a' }, { agent: 'b' }], filters: ['mesh/a/rx/+', 'mesh/b/rx/+'] },
    { name: 'a wider one later', wanted: [{ agent: 'a', port: '1' }, {}], filters: ['mesh/+/rx/+'] },
    { name: 'a narrower one later', wanted: [{}, { agent: 'a', port: '1' }], filters: ['mesh/+/rx/+'] },
    { name: 'crossing', wanted: [{ agent: 'a' }, { port: '1' }], filters: ['mesh/+/rx/+'] },
    {
      name: 'joined by the third',
      wanted: [{ agent: 'a', port: '1' }, { agent: 'a', port: '2' }, { agent: 'b' }, { agent: 'a' }],
      filters: ['mesh/b/rx/+', 'mesh/a/rx/+'],
    },
  ])('are disjoint: $name', ({ wanted, filters }) => {
    expect([...planFilters(root, wanted.map(frames))]).toEqual(filters.map((filter) => `${root}/${filter}`));
  });

  it('keep topics of different names apart', () => {
    const wanted = [frames({}), { name: 'node' as const, ids: {} }, { name: 'agentStatus' as const, ids: {} }];
    expect([...planFilters(root, wanted)]).toHaveLength(3);
  });

  it('match every wanted topic with exactly one filter', () => {
    const level = fc.constantFrom('1', '2', '3');
    const ids = fc.record({ agent: level, port: level }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(ids, { minLength: 1, maxLength: 8 }), level, level, (wanted, agent, port) => {
        const topic = buildTopic(root, 'frameHeard', { agent, port });
        const plan = planFilters(root, wanted.map(frames));
        const matching = [...plan].filter((filter) => covers(filter, topic));
        const isWanted = wanted.some((one) => covers(buildFilter(root, 'frameHeard', one), topic));
        expect(matching.length).toBeLessThanOrEqual(1);
        expect(matching.length).toBeGreaterThanOrEqual(isWanted ? 1 : 0);
      }),
    );
  });
});
