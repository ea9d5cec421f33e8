import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOversizeFilter } from './oversize.ts';

const MAX = 1000;

/** MQTT 3.1.1, 2.2.3: seven bits a byte, the least ones first. */
const lengthBytes = (length: number): number[] =>
  length < 128 ? [length] : [(length % 128) | 0x80, ...lengthBytes(Math.floor(length / 128))];

const packetOf = (type: number, rest: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([type, ...lengthBytes(rest.length)]), rest]);

/** With packet id 7, where there is one. */
const publish = (topic: string, bytes: number, qos: 0 | 1 | 2 = 0): Buffer => {
  const name = Buffer.from(topic);
  const header = [name.length >> 8, name.length & 0xff, ...name, ...(qos > 0 ? [0, 7] : [])];
  return packetOf(0x30 | (qos << 1), Buffer.concat([Buffer.from(header), Buffer.alloc(bytes, 0x61)]));
};

/** What is left of a stream that comes in chunks of these lengths, over and over. */
const filtered = (bytes: Buffer, lengths: readonly number[]) => {
  const filter = createOversizeFilter(MAX);
  const pass: Uint8Array[] = [];
  const leftOut: [string, number, string][] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    const result = filter.push(bytes.subarray(at, at + length));
    at += length;
    pass.push(...result.pass);
    for (const { topic, payloadBytes, packetId } of result.leftOut) {
      leftOut.push([topic, payloadBytes, Buffer.from(packetId ?? []).toString('hex')]);
    }
  }
  return { pass: Buffer.concat(pass), leftOut };
};

const packet = fc.record({
  topic: fc.constantFrom('a', 'msh/EU_868/2/e/TAK/!00000001', 'é'.repeat(40)),
  bytes: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: MAX - 2, max: MAX + 2 }), fc.constant(70_000)),
  qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
});

describe('what a broker sends, without what is too large', () => {
  it('is the same however it comes', () => {
    fc.assert(
      fc.property(
        fc.array(packet, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 }),
        (packets, lengths) => {
          const all = packets.map(({ topic, bytes, qos }) => publish(topic, bytes, qos));
          const kept = all.filter((_, index) => (packets[index]?.bytes ?? 0) <= MAX);
          const result = filtered(Buffer.concat(all), lengths);
          expect(result.pass.equals(Buffer.concat(kept))).toBe(true);
          expect(result.leftOut).toEqual(
            packets
              .filter(({ bytes }) => bytes > MAX)
              .map(({ topic, bytes, qos }) => [topic, bytes, qos === 1 ? '0007' : '']),
          );
        },
      ),
    );
  });

  it('is passed on as it came when it holds nothing large, in one piece', () => {
    const bytes = Buffer.concat([publish('a', 10), publish('b', 10, 1), packetOf(0xd0, Buffer.alloc(0))]);
    const { pass } = createOversizeFilter(MAX).push(bytes);
    expect(pass).toHaveLength(1);
    expect(pass[0]?.buffer).toBe(bytes.buffer);
  });

  it('passes on what is no MQTT: who reads it says so', () => {
    const bytes = Buffer.from('30ffffffffff00010203', 'hex');
    for (const length of [1, 3, 100]) expect(filtered(bytes, [length]).pass.equals(bytes)).toBe(true);
  });

  it('leaves out what is no message, too', () => {
    const suback = packetOf(0x90, Buffer.alloc(2048));
    expect(filtered(Buffer.concat([suback, publish('a', 1)]), [7])).toEqual({
      pass: publish('a', 1),
      leftOut: [['', 2048, '']],
    });
  });
});
