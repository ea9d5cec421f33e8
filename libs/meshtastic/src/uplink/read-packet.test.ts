import { describe, expect, it } from 'vitest';
import { readPacket } from './read-packet.ts';
import type { PacketReading } from './read-packet.ts';
import { bytesOf, hexOf } from './testing/hex.ts';
import { nodeAesCtr } from './testing/node-aes-ctr.ts';
import { channel, decodedPacket, encryptedPacket, longFast, position, takChannel } from './testing/uplinked.ts';

const reader = { aesCtr: nodeAesCtr, channels: [takChannel, longFast], takesDecoded: true };
const gateway = '!55667788';

const contentOf = (reading: PacketReading): string =>
  reading.kind === 'read' && reading.packet.payloadVariant.case === 'decoded'
    ? `${reading.channel.name} ${reading.packet.channel}: ${hexOf(reading.packet.payloadVariant.value.payload)}`
    : JSON.stringify(reading);

/** Payloads of port 72 as firmware in TAK roles published them over MQTT, by version. */
const captured = [
  [
    '2.7.22, compressed',
    '0801121d0a08807d5f87b02d14ff1211804e75babe80b44560091a2b3c4d5e6f791a040801100a2202084d32030a0197',
  ],
  ['2.7.22, no contact', '08011a040801100a2202084d2a110db103111d1587034401187b2003288e02'],
  ['2.7.22, no TAKPacket at all', 'fffefdfffefdfffefdfffefdfffefd'],
  ['2.7.26, spoiled', ''],
  [
    '2.8.0, plain',
    '12230a0756495045522d311218414e44524f49442d303132333435363738396162636465661a040801100a2202084d2a110db103111d1587034401187b2003288e02',
  ],
] as const;

describe('a packet of the uplink', () => {
  it.each(captured)('of firmware %s is read', (_, hex) => {
    const packet = encryptedPacket(takChannel, { portnum: 72, payload: bytesOf(hex), bitfield: 0 });
    expect(contentOf(readPacket(reader, { packet, channel: 'TAK', gateway }))).toBe(`TAK 0: ${hex}`);
  });

  it('is read by its hash when its channel has another name here', () => {
    const packet = encryptedPacket(longFast, position);
    expect(contentOf(readPacket(reader, { packet, channel: 'longfast', gateway }))).toBe('LongFast 1: 0d01000000');
  });

  it('is read with the right one of several channels that share a hash', () => {
    const tinyFast = { ...channel('TinyFast', '01'), index: 0 };
    const secret = { ...channel('LongFast', '0b'), index: 2 };
    const twin = { ...secret, hash: longFast.hash };
    const channels = [tinyFast, twin, longFast];
    for (const own of [twin, longFast]) {
      const packet = encryptedPacket(own, {
        portnum: 78,
        payload: Uint8Array.of(own.index, 2, 3, 4, 5, 6),
        bitfield: 0,
      });
      const reading = readPacket({ ...reader, channels }, { packet, channel: 'LongFast', gateway });
      expect(contentOf(reading)).toBe(`LongFast ${own.index}: 0${own.index}0203040506`);
    }
  });

  it('is never read by hash alone when it might be noise', () => {
    const packet = encryptedPacket(longFast, { portnum: 70, wantResponse: true });
    expect(readPacket(reader, { packet, channel: 'LongFast', gateway }).kind).toBe('read');
    expect(readPacket(reader, { packet, channel: 'other', gateway })).toEqual({
      kind: 'unread',
      reason: 'undecryptable',
    });
  });

  it('in clear is taken by the name of its channel, with our index in the place of the publisher’s', () => {
    const packet = decodedPacket(position, { channel: 5 });
    expect(contentOf(readPacket(reader, { packet, channel: 'LongFast', gateway }))).toBe('LongFast 1: 0d01000000');
  });

  it.each([
    ['pki', 'PKI', encryptedPacket(takChannel, position, { channel: 0, pkiEncrypted: true })],
    ['pki', 'TAK', encryptedPacket(takChannel, position, { pkiEncrypted: true })],
    ['pki', 'PKI', decodedPacket(position, { pkiEncrypted: true })],
    ['channel_unknown', 'other', encryptedPacket(channel('other', '0f'), position)],
    ['channel_unknown', 'other', decodedPacket(position)],
    ['key_differs', 'TAK', encryptedPacket(channel('TAK', '01'), position)],
    ['undecryptable', 'TAK', encryptedPacket({ ...channel('TAK', '01'), hash: takChannel.hash }, position)],
    ['empty', 'TAK', { ...decodedPacket(position), payloadVariant: { case: undefined } }],
    ['empty', 'TAK', { ...decodedPacket(position), payloadVariant: { case: 'encrypted', value: new Uint8Array() } }],
    ['empty', 'TAK', decodedPacket({ payload: Uint8Array.of(1) })],
  ] as const)('ends %s', (reason, name, packet) => {
    expect(readPacket(reader, { packet, channel: name, gateway })).toEqual({ kind: 'unread', reason });
  });

  it('in clear is not taken where only encrypted ones are', () => {
    const envelope = { packet: decodedPacket(position), channel: 'TAK', gateway };
    expect(readPacket({ ...reader, takesDecoded: false }, envelope)).toEqual({
      kind: 'unread',
      reason: 'not_encrypted',
    });
  });
});
