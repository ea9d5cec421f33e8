import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { Kind } from '@cotbus/contracts';
import { nodeAt, readXml } from '@cotbus/testkit';
import { describe, expect, it } from 'vitest';
import { bytesOf, sampleFrame, sampleNode } from '../testing/samples.ts';
import { buildTextMessage } from './text-message.ts';

const utf8 = (text: string): Uint8Array => getTextEncoding().encodeUtf8(text);
const heard = (text: string, fields: Parameters<typeof sampleFrame>[0] = {}) =>
  sampleFrame({ port: 1, payload: utf8(text), ...fields });
const build = (frame: ReturnType<typeof sampleFrame>, sender = sampleNode()) => {
  const result = buildTextMessage(frame, sender);
  if (!result.ok) expect.fail(result.detail);
  return { ...result.event, tree: readXml(`<detail>${result.event.detail}</detail>`) };
};

describe('a text message', () => {
  it('to all is a line in the room of all', () => {
    const event = build(heard('hello'));
    expect(event).toMatchObject({
      uid: 'GeoChat.MESHTASTIC-15465D8D.All Chat Rooms.15465d8d-00000abc',
      type: 'b-t-f',
      how: 'h-g-i-g-o',
      kind: Kind.CHAT,
      lat: 0,
      lon: 0,
      ce: 9999999,
      olderMs: 0,
      staleAfterMs: 86_400_000,
      callsign: 'BASE - Base Camp',
    });
    expect(nodeAt(event.tree, '__chat')?.attributes).toMatchObject({
      id: 'All Chat Rooms',
      senderCallsign: 'BASE - Base Camp',
      messageId: '15465d8d-00000abc',
    });
    expect(nodeAt(event.tree, 'remarks')?.text).toBe('hello');
    expect(nodeAt(event.tree, 'marti')).toBeUndefined();
  });

  it('to a node is for that node alone', () => {
    const event = build(heard('hello', { to: 0x0000beef }));
    expect(event.uid).toBe('GeoChat.MESHTASTIC-15465D8D.MESHTASTIC-0000BEEF.15465d8d-00000abc');
    expect(nodeAt(event.tree, '__chat')?.attributes['id']).toBe('MESHTASTIC-0000BEEF');
    expect(nodeAt(event.tree, 'marti/dest')?.attributes).toEqual({ uid: 'MESHTASTIC-0000BEEF' });
  });

  it('stands where its sender does', () => {
    const sender = sampleNode({ fix: { latitudeI: 10000000, longitudeI: 20000000, ageMs: 99 } });
    expect(build(heard('x'), sender)).toMatchObject({ lat: 1, lon: 2, olderMs: 0 });
  });

  it('of a node with a TAK identity comes from that identity, while it is fresh', () => {
    const tak = { uid: 'ANDROID-1', callsign: 'ALPHA' };
    const fresh = build(heard('x'), sampleNode({ tak: { ...tak, ageMs: 899_999 } }));
    expect(fresh).toMatchObject({ uid: 'GeoChat.ANDROID-1.All Chat Rooms.15465d8d-00000abc', callsign: 'ALPHA' });
    const old = build(heard('x'), sampleNode({ tak: { ...tak, ageMs: 900_000 } }));
    expect(old.callsign).toBe('BASE - Base Camp');
  });

  it('without a packet id is told apart by its frame', () => {
    expect(build(heard('x', { packetId: 0, frameHash: 0x1fn })).uid).toMatch(/\.15465d8d-000000000000001f$/);
  });

  it('keeps its lines and loses what XML cannot say', () => {
    expect(nodeAt(build(heard(' a\n\u0007b <c> ')).tree, 'remarks')?.text).toBe('a\nb <c>');
    expect(nodeAt(build(heard('', { payload: bytesOf('41ff42') })).tree, 'remarks')?.text).toBe('A\uFFFDB');
  });

  it('without text is nothing for TAK', () => {
    expect(buildTextMessage(heard(' \u0007'), sampleNode())).toMatchObject({ ok: false, reason: 'not_for_tak' });
  });
});
