import { toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameHeardSchema, Kind, NodeStateSchema } from './index.ts';
import { clearMessage, createMessage, decodeMessage, encodeMessage } from './messages.ts';
import type { MessageOf, TopicName } from './topics.ts';
import { topics } from './topics.ts';

const ROOT = 'cotbus/v1';
const id = { origin: 'radio-1', incarnation: 1, nonce: 7n, seq: 9 };

const samples: { [N in TopicName]: MessageOf<N> } = {
  frameHeard: createMessage('frameHeard', { item: { id }, port: 78, payload: new Uint8Array([255, 1]) }),
  fragmentHeard: createMessage('fragmentHeard', { item: { id }, port: 257, transfer: 'a1b2' }),
  rxResult: createMessage('rxResult', { item: { id }, kind: Kind.PLI }),
  eventHeard: createMessage('eventHeard', { item: { id }, kind: Kind.CHAT }),
  txResult: createMessage('txResult', { item: { id }, agent: 'radio-1' }),
  receipt: createMessage('receipt', { origin: 'radio-1' }),
  void: createMessage('void', { sink: 'tak' }),
  outcome: createMessage('outcome', { owner: 'tak' }),
  node: createMessage('node', { agent: 'radio-1', num: 0xa1b2c3 }),
  agentStatus: createMessage('agentStatus', { agent: 'radio-1' }),
  serviceStatus: createMessage('serviceStatus', { name: 'tak-egress', instance: 'tak' }),
  command: createMessage('command', { target: 'tak', verb: 'doctor' }),
  reply: createMessage('reply', { id: 'f00d' }),
  route: createMessage('route', { hash: 'ab12' }),
  pairWord: createMessage('pairWord', { name: 'tak', instance: 'a', epoch: 3, life: 9n }),
  pairCopy: createMessage('pairCopy', { name: 'tak', instance: 'a', copy: 7n, number: 1 }),
  pairTaken: createMessage('pairTaken', { name: 'tak', instance: 'b', copy: 7n, number: 1 }),
  override: createMessage('override', { num: 0xa1b2c3, team: 'Red' }),
  acknowledgement: createMessage('acknowledgement', { id: '00ff', by: 'Anna' }),
};

describe('messages of the bus', () => {
  it.each(Object.keys(topics) as TopicName[])('%s comes back from its own topic as it was', (name) => {
    const { topic, payload } = encodeMessage(ROOT, name, samples[name]);
    expect(decodeMessage(ROOT, topic, payload)).toMatchObject({ ok: true, name, message: samples[name] });
  });

  it.each(Object.keys(topics) as TopicName[])('%s on the topic of other ids is refused', (name) => {
    const { topic, payload } = encodeMessage(ROOT, name, samples[name]);
    const levels = topics[name].pattern.split('/');
    const varying = levels.findIndex((level) => level.startsWith('<')) + ROOT.split('/').length;
    const other = topic
      .split('/')
      .map((level, index) => (index === varying ? 'other' : level))
      .join('/');
    expect(decodeMessage(ROOT, other, payload)).toEqual({ ok: false, reason: 'topic_disagrees' });
  });

  it('writes a node number as eight hex digits and the port as it is', () => {
    expect(encodeMessage(ROOT, 'node', samples.node).topic).toBe('cotbus/v1/mesh/radio-1/node/00a1b2c3');
    expect(encodeMessage(ROOT, 'frameHeard', samples.frameHeard).topic).toBe('cotbus/v1/mesh/radio-1/rx/78');
  });

  it('an empty payload clears a retained topic and is garbage or an empty message elsewhere', () => {
    const { topic, payload } = clearMessage(ROOT, 'node', { agent: 'radio-1', num: '00a1b2c3' });
    expect(decodeMessage(ROOT, topic, payload)).toMatchObject({ ok: true, name: 'node', message: undefined });
    expect(decodeMessage(ROOT, 'cotbus/v1/mesh/radio-1/rx/78', payload)).toEqual({
      ok: false,
      reason: 'topic_disagrees',
    });
  });

  it('refuses a payload beyond the limit unread', () => {
    const topic = encodeMessage(ROOT, 'frameHeard', samples.frameHeard).topic;
    expect(decodeMessage(ROOT, topic, new Uint8Array(300_000))).toEqual({ ok: false, reason: 'payload_too_large' });
  });

  it('takes any bytes on any topic without throwing', () => {
    const known = Object.keys(topics).map((name) => encodeMessage(ROOT, name as TopicName, samples[name as TopicName]));
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom(...known.map((k) => k.topic))),
        fc.uint8Array({ maxLength: 300 }),
        (topic, payload) => {
          const incoming = decodeMessage(ROOT, topic, payload);
          expect(typeof incoming.ok).toBe('boolean');
        },
      ),
    );
  });

  it('refuses a message whose ids cannot be topic levels', () => {
    const bad = createMessage('agentStatus', { agent: 'a/b' });
    expect(() => encodeMessage(ROOT, 'agentStatus', bad)).toThrow(/cannot stand for <agent>/);
  });

  it('keeps the fields of a message that a newer version added', () => {
    const known = toBinary(NodeStateSchema, samples.node);
    const newer = new Uint8Array([...known, 0xfa, 0x3f, 0x01, 0x2a]);
    const topic = encodeMessage(ROOT, 'node', samples.node).topic;
    const incoming = decodeMessage(ROOT, topic, newer);
    expect(
      incoming.ok && incoming.message && toBinary(NodeStateSchema, incoming.message as typeof samples.node),
    ).toEqual(newer);
  });

  it('says so when a topic is none of ours', () => {
    const payload = toBinary(FrameHeardSchema, samples.frameHeard);
    for (const topic of ['cotbus/v2/mesh/radio-1/rx/78', 'cotbus/v1/mesh/radio-1/rx', 'cotbus/v1', 'msh/2/e/x', '']) {
      expect(decodeMessage(ROOT, topic, payload)).toEqual({ ok: false, reason: 'topic_unknown' });
    }
  });
});
