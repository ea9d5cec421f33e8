import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildFilter, buildTopic, splitTopic } from './topics.ts';

describe('topics', () => {
  it('come back from what they were built of', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/), fc.nat(511), (agent, port) => {
        const topic = buildTopic('site/cotbus/v1', 'frameHeard', { agent, port: String(port) });
        expect(splitTopic('site/cotbus/v1', topic)).toEqual({ name: 'frameHeard', ids: { agent, port: String(port) } });
      }),
    );
  });

  it('cannot be built from anything that would change their shape', () => {
    for (const agent of ['', '+', '#', 'a/b', 'a+', '$share', ' ', 'é', 'a\u0000', 'x'.repeat(65)]) {
      expect(() => buildTopic('cotbus/v1', 'agentStatus', { agent })).toThrow(/cannot stand for <agent>/);
    }
  });

  it('have filters with + where no id is given', () => {
    expect(buildFilter('cotbus/v1', 'frameHeard')).toBe('cotbus/v1/mesh/+/rx/+');
    expect(buildFilter('cotbus/v1', 'frameHeard', { port: '78' })).toBe('cotbus/v1/mesh/+/rx/78');
    expect(buildFilter('cotbus/v1', 'rxResult', { kind: 'route' })).toBe('cotbus/v1/cot/mesh/route');
  });
});
