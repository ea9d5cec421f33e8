import { createMessage, Kind } from '@cotbus/contracts';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { createTransmitter } from './transmitter.ts';

/** @param expiresMs by the fake clock, which begins at 0 */
const chat = (uid: string, expiresMs = 60_000) => inFrames(uid, [uid], expiresMs);

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const inFrames = (
  uid: string,
  texts: readonly string[],
  expiresMs = 60_000,
  kind: Kind = Kind.CHAT,
  wantAck = false,
) => {
  const [first, ...following] = texts.map((text) => ({ payload: bytes(text), wantAck }));
  return {
    id: { origin: 'tak', incarnation: 1, nonce: 1n, seq: 1 },
    result: createMessage('txResult', {
      uid,
      kind,
      result: { case: 'frame', value: first ?? {} },
      following,
      transferHash: bytes(uid),
    }),
    expiresMs,
    sentFrames: 0,
  };
};

const status = (packetId: number, res: number, free = 16) => ({ packetId, res, free, length: 16 });

const setUp = () => {
  const clock = fakeClock();
  const ends: string[] = [];
  const sent: string[] = [];
  const asked: string[] = [];
  const transmitter = createTransmitter({
    clock,
    refuse: ({ result }) => (result.uid === 'forbidden' ? { reason: 'channel_closed', detail: '' } : undefined),
    ended: ({ result }, reason, detail) =>
      ends.push(`${result.uid} ${reason}${detail.includes('TOO_LARGE') ? ' TOO_LARGE' : ''}`),
  });
  const port = {
    send: (frame: { readonly payload: Uint8Array }) => {
      sent.push(new TextDecoder().decode(frame.payload));
      return sent.length;
    },
    ask: () => asked.push('queue'),
  };
  return { asked, clock, ends, sent, transmitter, port };
};

describe('the transmitter', () => {
  it('has one packet in the radio at a time', () => {
    const { ends, sent, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(chat('a'));
    transmitter.offer(chat('b'));
    expect(sent).toEqual(['a']);
    transmitter.queueStatus(status(1, 0));
    expect(sent).toEqual(['a', 'b']);
    expect(ends).toEqual(['a delivered']);
  });

  it('keeps what waits until a radio is there, and lets it end when its life is over', () => {
    const { clock, ends, sent, transmitter, port } = setUp();
    transmitter.offer(chat('short', 5_000));
    transmitter.offer(chat('long', 60_000));
    clock.advance(6_000);
    transmitter.setPort(port);
    expect(sent).toEqual(['long']);
    expect(ends).toEqual(['short expired']);
  });

  it('passes the word of a radio that refuses on', () => {
    const { ends, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(chat('a'));
    transmitter.routed(1, 'TOO_LARGE');
    transmitter.queueStatus(status(1, 7));
    transmitter.offer(chat('b'));
    transmitter.queueStatus(status(2, 33));
    expect(ends).toEqual(['a radio_refused TOO_LARGE', 'b radio_refused']);
  });

  it('does not wait for ever for an answer, and an answer that comes late changes nothing', () => {
    const { clock, ends, sent, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(chat('a'));
    transmitter.offer(chat('b'));
    clock.advance(5_000);
    expect(ends).toEqual(['a radio_silent']);
    expect(sent).toEqual(['a', 'b']);
    transmitter.queueStatus(status(1, 0));
    expect(ends).toEqual(['a radio_silent']);
  });

  it('says so when the radio goes away with a packet, and sends the rest to the next one', () => {
    const { ends, sent, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(chat('a'));
    transmitter.offer(chat('b'));
    transmitter.setPort(undefined);
    expect(ends).toEqual(['a radio_away']);
    transmitter.setPort(port);
    expect(sent).toEqual(['a', 'b']);
  });

  it('ends everything when it is stopped', () => {
    const { clock, ends, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(chat('a'));
    transmitter.offer(chat('b'));
    transmitter.stop();
    // What the radio has is left to the next life.
    expect(ends).toEqual(['b stopping']);
    expect(transmitter.waiting).toBe(0);
    clock.advance(60_000);
    expect(ends).toHaveLength(1);
  });

  it('leaves half of the queue of the radio to others, and asks when there is room again', () => {
    const { asked, clock, sent, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(chat('a'));
    transmitter.offer(chat('b'));
    transmitter.queueStatus(status(1, 0, 7));
    clock.advance(2_000);
    expect([sent, asked.length]).toEqual([['a'], 2]);
    transmitter.queueStatus(status(0, 0, 8));
    expect(sent).toEqual(['a', 'b']);
  });

  it('looks at the channel when a radio is there, not before', () => {
    const { ends, sent, transmitter, port } = setUp();
    transmitter.offer(chat('forbidden'));
    transmitter.offer(chat('a'));
    expect(ends).toEqual([]);
    transmitter.setPort(port);
    expect([ends, sent]).toEqual([['forbidden channel_closed'], ['a']]);
  });

  it('sends the frames of one event in order, each when the radio has the last; only emergencies come between', () => {
    const { ends, sent, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(inFrames('route', ['r1', 'r2', 'r3']));
    transmitter.offer(chat('a'));
    transmitter.offer(inFrames('sos', ['sos'], 60_000, Kind.EMERGENCY));
    for (const packetId of [1, 2, 3, 4, 5]) transmitter.queueStatus(status(packetId, 0));
    expect(sent).toEqual(['r1', 'sos', 'r2', 'r3', 'a']);
    expect(ends).toEqual(['sos delivered', 'route delivered', 'a delivered']);
  });

  it('ends the event with the frame that the radio refuses', () => {
    const { ends, sent, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(inFrames('route', ['r1', 'r2', 'r3']));
    transmitter.queueStatus(status(1, 0));
    transmitter.routed(2, 'TOO_LARGE');
    expect([sent, ends]).toEqual([['r1', 'r2'], ['route radio_refused TOO_LARGE']]);
  });

  it('spares the rest of a transfer when a receiver has the whole', () => {
    const { ends, sent, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(inFrames('route', ['r1', 'r2', 'r3']));
    transmitter.completed(bytes('another'));
    transmitter.queueStatus(status(1, 0));
    // While the radio has the second.
    transmitter.completed(bytes('route'));
    transmitter.queueStatus(status(2, 0));
    expect([sent, ends]).toEqual([['r1', 'r2'], ['route delivered']]);
  });

  it('keeps a place in the radio for each packet that may be sent again for want of an answer', () => {
    const { clock, sent, transmitter, port } = setUp();
    transmitter.setPort(port);
    for (const uid of ['a', 'b', 'c']) transmitter.offer(inFrames(uid, [uid], 60_000, Kind.CHAT, true));
    transmitter.queueStatus(status(1, 0, 10));
    transmitter.queueStatus(status(2, 0, 9));
    // Nine are free, but two may come back.
    expect(sent).toEqual(['a', 'b']);
    transmitter.routed(1, 'NONE');
    transmitter.queueStatus(status(0, 0, 9));
    expect(sent).toEqual(['a', 'b', 'c']);
    transmitter.queueStatus(status(3, 0, 9));
    transmitter.offer(chat('d'));
    expect(sent).toHaveLength(3);
    clock.advance(21_000);
    expect(sent).toHaveLength(4);
  });
});
