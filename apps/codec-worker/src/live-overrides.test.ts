import { createMessage } from '@cotbus/contracts';
import { createMemoryBroker } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { followOverrides } from './live-overrides.ts';

interface Fields {
  readonly callsign?: string;
  readonly team?: string;
  readonly role?: string;
  readonly type?: string;
}

const NUM = 0x1234abcd;
const LEVEL = '1234abcd';

const open = async (configured: readonly (readonly [number, object])[] = []) => {
  const broker = createMemoryBroker();
  const console = broker.connect();
  const say = async (fields: Fields, num = NUM): Promise<void> => {
    console.publish('override', createMessage('override', { num, ...fields }));
    await new Promise(setImmediate);
  };
  const nodes = await followOverrides(broker.connect(), new Map(configured));
  return { console, say, nodes };
};

describe('overrides of an operator', () => {
  it('hold at once, field by field over the configuration, and give way to it again', async () => {
    const own = { callsign: 'TRUCK', messagesTo: 'ANDROID-1' };
    const { say, nodes } = await open([[NUM, own]]);
    await say({ callsign: 'RESCUE 1', team: 'Red', type: 'a-f-G-E-V' });
    expect(nodes.get(NUM)).toEqual({ ...own, callsign: 'RESCUE 1', team: 'Red', type: 'a-f-G-E-V' });
    await say({ role: 'Medic' });
    expect(nodes.get(NUM)).toEqual({ ...own, role: 'Medic' });
    await say({});
    expect(nodes.get(NUM)).toEqual(own);
  });

  it('go when nobody says anything of a node any more', async () => {
    const { console, say, nodes } = await open();
    await say({ team: 'Red' });
    await say({});
    expect(nodes.size).toBe(0);
    await say({ team: 'Red' });
    console.clear('override', { num: LEVEL });
    await new Promise(setImmediate);
    expect(nodes.size).toBe(0);
  });

  it.each<[string, Fields]>([
    ['a text that is too long', { callsign: 'x'.repeat(65) }],
    ['blanks', { team: '   ' }],
    ['a type that is no contact', { type: 'b-t-f' }],
    ['a type that is markup', { type: '<a/>' }],
  ])('leave out %s', async (_what, fields) => {
    const { say, nodes } = await open();
    await say({ role: 'Medic', ...fields });
    expect(nodes.get(NUM)).toEqual({ role: 'Medic' });
  });

  it('are bounded', async () => {
    const { say, nodes } = await open();
    await Promise.all(Array.from({ length: 1200 }, (_, index) => say({ team: 'Red' }, index + 1)));
    expect(nodes.size).toBe(1000);
  });
});
