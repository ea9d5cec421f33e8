import { BROADCAST, createMessage, Kind } from '@cotbus/contracts';
import type { Frame } from '@cotbus/contracts';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { airRadioOf } from './air-radio.ts';
import { toMeshOptions } from './options.ts';
import { createTransmitter } from './transmitter.ts';
import { rulesOf } from './tx-rules.ts';
import type { Sending } from './tx-rules.ts';

/** @param expiresMs by the fake clock, which begins at 0 */
const chat = (uid: string, expiresMs = 60_000) => inFrames(uid, [uid], { expiresMs });

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

let seq = 0;
interface About {
  readonly expiresMs?: number;
  readonly kind?: Kind;
  readonly wantAck?: boolean;
  readonly to?: number;
  readonly port?: number;
}
const inFrames = (uid: string, texts: readonly string[], about: About = {}) => {
  const { expiresMs = 60_000, kind = Kind.CHAT, wantAck = false, to = BROADCAST, port = 78 } = about;
  const [first, ...following] = texts.map((text) => ({ payload: bytes(text), wantAck, to, port }));
  seq += 1;
  return {
    id: { origin: 'tak', incarnation: 1, nonce: 1n, seq },
    result: createMessage('txResult', {
      uid,
      kind,
      result: { case: 'frame', value: first ?? {} },
      following,
      transferHash: texts.length > 1 ? bytes(uid) : bytes(''),
    }),
    expiresMs,
    sentFrames: 0,
  };
};
const toNode = (uid: string, node = 0xb0b) => inFrames(uid, [uid], { wantAck: true, to: node, port: 1 });

const setUp = (written: Parameters<typeof toMeshOptions.parse>[0] = {}) => {
  const clock = fakeClock();
  const ends: string[] = [];
  const details: string[] = [];
  const sent: string[] = [];
  const sendings: (Sending & Pick<Frame, 'wantAck'>)[] = [];
  const asked: string[] = [];
  const acknowledged: string[] = [];
  const toMesh = toMeshOptions.parse(written);
  const transmitter = createTransmitter({
    clock,
    options: toMesh,
    rules: (kind) => rulesOf(kind, toMesh, []),
    nextId: () => 0xabcd,
    refuse: ({ result }) => (result.uid === 'forbidden' ? { reason: 'channel_closed', detail: '' } : undefined),
    ended: ({ transmission: { result }, reason, detail }) => {
      ends.push(`${result.uid} ${reason}${detail.includes('TOO_LARGE') ? ' TOO_LARGE' : ''}`);
      details.push(detail);
    },
    acknowledged: ({ result }, node) => acknowledged.push(`${result.uid} by ${node.toString(16)}`),
    spent: () => {},
  });
  const port = {
    send: (frame: Frame, sending: Sending) => {
      sent.push(new TextDecoder().decode(frame.payload));
      sendings.push({ ...sending, wantAck: frame.wantAck });
    },
    ask: () => asked.push('queue'),
  };
  /** Of the n-th packet. */
  const id = (nth: number): number => sendings[nth - 1]?.packetId ?? 0;
  const status = (nth: number, res: number, free = 16) => ({ packetId: id(nth), res, free, length: 16 });
  const routed = (nth: number, error: string, from = 0) => ({ packetId: id(nth), error, from });
  return { acknowledged, asked, clock, details, ends, id, routed, sendings, sent, status, transmitter, port };
};

describe('the transmitter', () => {
  it('has one packet in the radio at a time', () => {
    const { ends, sent, transmitter, port, status } = setUp();
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
    const { ends, transmitter, port, status, routed } = setUp();
    transmitter.setPort(port);
    transmitter.offer(chat('a'));
    transmitter.routed(routed(1, 'TOO_LARGE'));
    transmitter.queueStatus(status(1, 7));
    transmitter.offer(chat('b'));
    transmitter.queueStatus(status(2, 33));
    expect(ends).toEqual(['a radio_refused TOO_LARGE', 'b radio_refused']);
  });

  it('does not wait for ever for an answer, and an answer that comes late changes nothing', () => {
    const { clock, ends, sent, transmitter, port, status } = setUp();
    transmitter.setPort(port);
    transmitter.offer(chat('a'));
    transmitter.offer(chat('b'));
    clock.advance(5_000);
    expect(ends).toEqual(['a radio_silent']);
    expect(sent).toEqual(['a', 'b']);
    transmitter.queueStatus(status(1, 0));
    expect(ends).toEqual(['a radio_silent']);
  });

  it('says so when the radio goes away with a state, and sends the rest to the next one', () => {
    const { ends, sent, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(inFrames('a', ['a'], { kind: Kind.MARKER }));
    transmitter.offer(inFrames('b', ['b'], { kind: Kind.MARKER }));
    transmitter.setPort(undefined);
    expect(ends).toEqual(['a radio_away']);
    transmitter.setPort(port);
    expect(sent).toEqual(['a', 'b']);
  });

  it('sends a message again over the next link, as the same packet, but not for ever', () => {
    const { ends, id, sent, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(chat('a'));
    for (let n = 0; n < 5; n += 1) {
      transmitter.setPort(undefined);
      transmitter.setPort(port);
    }
    expect(sent).toEqual(['a', 'a', 'a', 'a']);
    expect(new Set([1, 2, 3, 4].map(id)).size).toBe(1);
    expect(ends).toEqual(['a radio_away']);
  });

  it('gives the same packet the same id in another life, and each frame one of its own', () => {
    const [first, second] = [setUp(), setUp()];
    const route = inFrames('route', ['r1', 'r2'], { kind: Kind.ROUTE });
    for (const { transmitter, port, status } of [first, second]) {
      transmitter.setPort(port);
      transmitter.offer(route);
      transmitter.queueStatus(status(1, 0));
    }
    expect([first.id(1), first.id(2)]).toEqual([second.id(1), second.id(2)]);
    expect(first.id(1)).not.toBe(first.id(2));
  });

  it.each([
    ['its queue is full', 32, 0, 2_000],
    ['RATE_LIMIT_EXCEEDED', 38, 16, 2_000],
    ['DUTY_CYCLE_LIMIT', 9, 16, 15_000],
  ])('sends again as another packet what the radio cannot take now: %s', (_, res, free, waitMs) => {
    const { clock, ends, id, sent, status, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(inFrames('sos', ['sos'], { kind: Kind.EMERGENCY }));
    transmitter.queueStatus(status(1, res, free));
    transmitter.queueStatus({ packetId: 0, res: 0, free: 16, length: 16 });
    expect([sent, ends]).toEqual([['sos'], []]);
    clock.advance(waitMs);
    expect(sent).toEqual(['sos', 'sos']);
    expect(id(2)).not.toBe(id(1));
    transmitter.queueStatus(status(2, 0));
    expect(ends).toEqual(['sos delivered']);
  });

  it('gives up what the radio never has room for', () => {
    const { clock, ends, sent, status, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(chat('a', 300_000));
    for (let n = 1; n <= 6; n += 1) {
      transmitter.queueStatus(status(n, 32, 0));
      transmitter.queueStatus({ packetId: 0, res: 0, free: 16, length: 16 });
      clock.advance(5_000);
    }
    expect([sent.length, ends]).toEqual([4, ['a radio_refused']]);
  });

  it('waits for the node that a packet is for; what our own radio says of it is no answer', () => {
    const { acknowledged, details, ends, routed, sent, status, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(toNode('dm'));
    transmitter.offer(chat('a'));
    transmitter.queueStatus(status(1, 0));
    // The next one need not wait for it.
    expect([sent, ends]).toEqual([['dm', 'a'], []]);
    transmitter.routed(routed(1, 'NONE', 0x77));
    expect([ends, transmitter.waiting]).toEqual([[], 2]);
    transmitter.routed(routed(1, 'NONE', 0xb0b));
    transmitter.routed(routed(1, 'NONE', 0xb0b));
    expect([ends, acknowledged]).toEqual([['dm delivered'], ['dm by b0b']]);
    expect(details[0]).toContain('!00000b0b has acknowledged it');
  });

  it.each([
    ['MAX_RETRANSMIT', 'unacknowledged'],
    ['PKI_SEND_FAIL_PUBLIC_KEY', 'radio_refused'],
  ])('says what became of a packet to one node: %s', (error, reason) => {
    const { acknowledged, details, ends, routed, status, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(toNode('dm'));
    transmitter.queueStatus(status(1, 0));
    transmitter.routed(routed(1, error, 0x77));
    expect([ends, acknowledged]).toEqual([[`dm ${reason}`], []]);
    expect(details[0]).toContain(error);
  });

  it('has sent what nobody relayed, also when that is said before the radio has taken it again', () => {
    const { ends, routed, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(inFrames('a', ['a'], { wantAck: true }));
    transmitter.routed(routed(1, 'MAX_RETRANSMIT'));
    transmitter.offer(toNode('dm'));
    transmitter.routed(routed(2, 'MAX_RETRANSMIT'));
    expect(ends).toEqual(['a delivered', 'dm unacknowledged']);
  });

  it('does not wait for a node for ever', () => {
    const { clock, ends, status, transmitter, port } = setUp();
    transmitter.setPort(port);
    transmitter.offer(toNode('dm'));
    transmitter.queueStatus(status(1, 0));
    clock.advance(60_000);
    expect([ends, transmitter.waiting]).toEqual([['dm unacknowledged'], 0]);
  });

  it('asks for acknowledgements and hops by kind', () => {
    const rules = [
      { kinds: ['pli'], hopLimit: 1, wantAck: true },
      { kinds: ['chat'], hopLimit: 0, wantAck: true },
    ];
    const { sendings, status, transmitter, port } = setUp({ rules });
    transmitter.setPort(port);
    const all = [Kind.EMERGENCY, Kind.CHAT, Kind.MARKER, Kind.PLI];
    for (const kind of all) transmitter.offer(inFrames(`${kind}`, ['x'], { kind, wantAck: kind === Kind.CHAT }));
    for (const nth of [1, 2, 3]) transmitter.queueStatus(status(nth, 0));
    expect(sendings.map(({ hops, wantAck, priority }) => [hops, wantAck, priority])).toEqual([
      [undefined, true, 110],
      // Nobody answers what makes no hop.
      [0, false, 0],
      [undefined, false, 0],
      [1, true, 0],
    ]);
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

  it('waits for no answers where a broker takes the packets, which gives none', () => {
    const { ends, sent, transmitter, port, status } = setUp({ airPercent: 100 });
    const modem = { modemPreset: 'LONG_FAST', region: 'EU_868', firmwareVersion: '2.8.0' };
    transmitter.setPort({ ...port, air: airRadioOf(modem, false) });
    const lines = Array.from({ length: 20 }, (_, n) => `line ${n}`);
    for (const uid of lines) transmitter.offer(inFrames(uid, [uid], { wantAck: true }));
    lines.forEach((_, n) => transmitter.queueStatus(status(n + 1, 0)));
    expect(sent).toEqual(lines);
    expect(ends).toEqual(lines.map((uid) => `${uid} delivered`));
  });

  it('leaves half of the queue of the radio to others, and asks when there is room again', () => {
    const { asked, clock, sent, transmitter, port, status } = setUp();
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
    const { ends, sent, transmitter, port, status } = setUp();
    transmitter.setPort(port);
    transmitter.offer(inFrames('route', ['r1', 'r2', 'r3'], { kind: Kind.ROUTE }));
    transmitter.offer(chat('a'));
    transmitter.offer(inFrames('sos', ['sos'], { kind: Kind.EMERGENCY }));
    for (const packetId of [1, 2, 3, 4, 5]) transmitter.queueStatus(status(packetId, 0));
    expect(sent).toEqual(['r1', 'sos', 'r2', 'r3', 'a']);
    expect(ends).toEqual(['sos delivered', 'route delivered', 'a delivered']);
  });

  it('ends the event with the frame that the radio refuses', () => {
    const { ends, sent, transmitter, port, status, routed } = setUp();
    transmitter.setPort(port);
    transmitter.offer(inFrames('route', ['r1', 'r2', 'r3'], { kind: Kind.ROUTE }));
    transmitter.queueStatus(status(1, 0));
    transmitter.routed(routed(2, 'TOO_LARGE'));
    expect([sent, ends]).toEqual([['r1', 'r2'], ['route radio_refused TOO_LARGE']]);
  });

  it('spares the rest of a transfer when a receiver has the whole', () => {
    const { ends, sent, transmitter, port, status } = setUp();
    transmitter.setPort(port);
    transmitter.offer(inFrames('route', ['r1', 'r2', 'r3'], { kind: Kind.ROUTE }));
    transmitter.completed(bytes('another'));
    transmitter.queueStatus(status(1, 0));
    // While the radio has the second.
    transmitter.completed(bytes('route'));
    transmitter.queueStatus(status(2, 0));
    expect([sent, ends]).toEqual([['r1', 'r2'], ['route delivered']]);
  });

  it('keeps a place in the radio for each packet that may be sent again for want of an answer', () => {
    const { clock, sent, transmitter, port, status, routed } = setUp();
    transmitter.setPort(port);
    for (const uid of ['a', 'b', 'c']) transmitter.offer(inFrames(uid, [uid], { wantAck: true }));
    transmitter.queueStatus(status(1, 0, 10));
    transmitter.queueStatus(status(2, 0, 9));
    // Nine are free, but two may come back.
    expect(sent).toEqual(['a', 'b']);
    transmitter.routed(routed(1, 'NONE'));
    transmitter.queueStatus(status(0, 0, 9));
    expect(sent).toEqual(['a', 'b', 'c']);
    transmitter.queueStatus(status(3, 0, 9));
    transmitter.offer(chat('d'));
    expect(sent).toHaveLength(3);
    clock.advance(21_000);
    expect(sent).toHaveLength(4);
  });
});
