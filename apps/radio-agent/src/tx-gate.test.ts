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

  it('takes an alert and its end, and a line and its receipts, for different things', () => {
    const gate = createTxGate(toMeshOptions.parse({}));
    const alert = (type: string) => createMessage('txResult', { uid: 'A-9-1-1', type, kind: Kind.EMERGENCY });
    gate.passed(alert('b-a-o-tbl'), 0);
    expect(gate.refuse(alert('b-a-o-tbl'), 1)?.reason).toBe('too_soon');
    expect(gate.refuse(alert('b-a-o-can'), 1)).toBeUndefined();
    const line = (type: string) => createMessage('txResult', { uid: 'GeoChat.A.B.1', type, kind: Kind.CHAT });
    gate.passed(line('b-t-f-d'), 0);
    expect(gate.refuse(line('b-t-f-r'), 1)).toBeUndefined();
  });

  it('repeats an alert less and less often, and at least every five minutes', () => {
    const gate = createTxGate(toMeshOptions.parse({}));
    const alert = createMessage('txResult', { uid: 'A-9-1-1', type: 'b-a-o-tbl', kind: Kind.EMERGENCY });
    const passes = (fromSeconds: number, toSeconds: number): number[] => {
      const seconds: number[] = [];
      for (let second = fromSeconds; second < toSeconds; second += 10) {
        if (gate.refuse(alert, second * 1000) !== undefined) continue;
        gate.passed(alert, second * 1000);
        seconds.push(second);
      }
      return seconds;
    };
    expect(passes(0, 1800)).toEqual([0, 10, 30, 70, 150, 310, 610, 910, 1210, 1510]);
    // After a silence he calls anew.
    expect(passes(3600, 3650)).toEqual([3600, 3610, 3630]);
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
