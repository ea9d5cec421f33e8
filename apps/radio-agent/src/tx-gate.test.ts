import { create } from '@bufbuild/protobuf';
import { ChannelStatusSchema, createMessage, KeyKind, Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { radioOptions, toMeshOptions } from './options.ts';
import { airClosed, channelClosed, createTxGate } from './tx-gate.ts';

const channels = (key: KeyKind, index = 0) => [create(ChannelStatusSchema, { index, name: 'LongFast', key })];
const chat = (uid: string) => createMessage('txResult', { uid, kind: Kind.CHAT });

describe('the gate to the air', () => {
  it.each([
    ['a key of its own', KeyKind.PRIVATE, false, ''],
    ['the default key', KeyKind.DEFAULT, false, 'uses the default key'],
    ['no key', KeyKind.NONE, false, 'has no key'],
    ['a key we know nothing of', KeyKind.UNSPECIFIED, false, 'uses the default key'],
    ['the default key, forced', KeyKind.DEFAULT, true, ''],
  ])('with %s on the channel', (_name, key, force, wanted) => {
    const closed = channelClosed(channels(key), toMeshOptions.parse({ force }));
    expect(wanted === '' ? closed : closed.includes(wanted) && wanted).toBe(wanted);
  });

  it('stays closed when the radio has no such channel', () => {
    expect(channelClosed(channels(KeyKind.PRIVATE), toMeshOptions.parse({ channel: 3 }))).toContain('no channel 3');
  });

  it('looks at the channel that carries the kind', () => {
    const open = [...channels(KeyKind.PRIVATE), ...channels(KeyKind.DEFAULT, 2)];
    expect(channelClosed(open, toMeshOptions.parse({}))).toBe('');
    expect(channelClosed(open, toMeshOptions.parse({}), 2)).toContain('uses the default key');
  });

  it('stays closed on a radio that only listens', () => {
    const radio = radioOptions.parse({ tcp: 'radio', direction: 'toTak' });
    expect(airClosed(channels(KeyKind.PRIVATE), radio)).toContain('direction');
    expect(createTxGate(radio.toMesh, radio.direction).refuse(chat('a'), 0)?.reason).toBe('not_allowed');
  });

  it('leaves positions to their pace', () => {
    const gate = createTxGate(toMeshOptions.parse({ kinds: ['pli'] }));
    const pli = createMessage('txResult', { uid: 'unit', kind: Kind.PLI });
    gate.passed(pli, 0);
    expect(gate.refuse(pli, 1)).toBeUndefined();
  });

  it('names the option when a kind may not go', () => {
    const gate = createTxGate(toMeshOptions.parse({}));
    const pli = createMessage('txResult', { uid: 'unit', kind: Kind.PLI });
    expect(gate.refuse(pli, 0)).toEqual({
      reason: 'not_allowed',
      detail: 'toMesh.kinds has no pli',
    });
    expect(gate.refuse(chat('a'), 0)).toBeUndefined();
  });

  it('lets a uid out once in ten seconds, counted from what was sent', () => {
    const gate = createTxGate(toMeshOptions.parse({}));
    const refuse = (uid: string, nowMs: number) => gate.refuse(chat(uid), nowMs)?.reason;
    gate.passed(chat('a'), 0);
    expect(refuse('a', 9_999)).toBe('too_soon');
    expect(refuse('b', 9_999)).toBeUndefined();
    expect(refuse('a', 10_000)).toBeUndefined();
  });
});
