import { DEFAULT_ROOT } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createLog } from './log.ts';
import { createSubscriptions } from './subscriptions.ts';
import { fakeClock } from './testing/fake-clock.ts';

const make = () => {
  const clock = fakeClock();
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    level: 'info',
    terminal: false,
    name: 'test',
    write: (text) => lines.push(JSON.parse(text) as Record<string, unknown>),
  });
  const counts = new Map<string, number>();
  const count = (name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  return { clock, lines, counts, subscriptions: createSubscriptions({ root: DEFAULT_ROOT, clock, log, count }) };
};

describe('messages that are none of ours', () => {
  it('are logged once per reason in ten seconds, with how many were not', () => {
    const { clock, lines, counts, subscriptions } = make();
    for (let index = 0; index < 5; index += 1) subscriptions.receive('strange', new Uint8Array());
    subscriptions.receive(`${DEFAULT_ROOT}/mesh/a/tx`, new Uint8Array([0xff]));
    clock.advance(9999);
    subscriptions.receive('strange', new Uint8Array());
    clock.advance(1);
    subscriptions.receive('strange', new Uint8Array());
    expect(lines.map(({ msg, reason, suppressed }) => [msg, reason, suppressed])).toEqual([
      ['message.refused', 'topic_unknown', 0],
      ['message.refused', 'payload_garbled', 0],
      ['message.refused', 'topic_unknown', 5],
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      bus_refused_topic_unknown_total: 7,
      bus_refused_payload_garbled_total: 1,
    });
  });

  it('show their topic escaped and cut', () => {
    const { lines, subscriptions } = make();
    subscriptions.receive(`\u001b]0;x\u0007\u202e${'y'.repeat(1000)}`, new Uint8Array());
    const topic = String(lines[0]?.['topic']);
    expect(topic).toMatch(/^"\\u001b\]0;x\\u0007\\u202ey+"$/);
    expect(topic.length).toBeLessThan(150);
  });
});

describe('a handler that throws', () => {
  it('is logged with the name of the topic', () => {
    const { lines, subscriptions } = make();
    subscriptions.add('reply', {}, () => {
      throw new TypeError('a mistake');
    });
    subscriptions.receive(`${DEFAULT_ROOT}/reply/x`, new Uint8Array([0x0a, 1, 0x78]));
    expect(lines).toMatchObject([{ msg: 'handler.failed', topic: 'reply', err: { message: 'a mistake' } }]);
  });
});
