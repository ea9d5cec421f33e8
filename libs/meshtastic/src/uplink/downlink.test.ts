import { create } from '@bufbuild/protobuf';
import { BROADCAST, FrameSchema, meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNodeTable } from '../node-table.ts';
import { txPacket } from '../tx-packet.ts';
import { announcement } from './announcement.ts';
import { encodeDownlink } from './downlink.ts';
import { decodeEnvelope } from './envelope.ts';
import { readPacket } from './read-packet.ts';
import { hexOf } from './testing/hex.ts';
import { nodeAesCtr } from './testing/node-aes-ctr.ts';
import type { DataFields } from './testing/uplinked.ts';
import { channel, decodedPacket, longFast, takChannel, tracker } from './testing/uplinked.ts';

const sender = { aesCtr: nodeAesCtr, root: 'msh/EU_868', node: tracker, okToMqtt: false };
const tak: DataFields = { portnum: 78, payload: Uint8Array.of(0xff, 1) };
const hello: DataFields = { portnum: 1, payload: Uint8Array.from('Hello TAK', (letter) => letter.charCodeAt(0)) };

describe('a downlink', () => {
  it('is the envelope that the firmware takes, byte for byte', () => {
    const downlink = encodeDownlink({ ...sender, okToMqtt: true }, longFast, decodedPacket(hello, { id: 0xdead_beef }));
    if (!downlink.ok) throw new TypeError(downlink.detail);
    expect(downlink.topic).toBe('msh/EU_868/2/e/LongFast/!11223344');
    expect(hexOf(downlink.payload)).toBe(
      '0a260d4433221115ffffffff18082a0fca38184116ee9338343f4b195a6e7335efbeadde4803780312084c6f6e6746617374' +
        '1a09213131323233333434',
    );
  });

  const readBack = (sent: meshtastic.MeshPacket): meshtastic.MeshPacket => {
    const downlink = encodeDownlink(sender, takChannel, sent);
    const envelope = downlink.ok ? decodeEnvelope(downlink.payload) : undefined;
    if (envelope?.ok !== true) throw new TypeError('no envelope');
    const reading = readPacket({ ...sender, channels: [takChannel], takesDecoded: false }, envelope.envelope);
    if (reading.kind !== 'read') throw new TypeError(reading.reason);
    return reading.packet;
  };

  it.each([0, 1, 7])('with %i hops starts with as many, and always has a bitfield', (hopLimit) => {
    const packet = readBack(decodedPacket(tak, { hopLimit, hopStart: 0, wantAck: true, to: 5 }));
    expect(packet).toMatchObject({ from: tracker, to: 5, id: 77, hopLimit, hopStart: hopLimit, wantAck: true });
    expect(packet.payloadVariant.value).toMatchObject({ ...tak, bitfield: 0 });
  });

  it('of any frame that fits is read back', () => {
    const payload = fc.uint8Array({ minLength: 1, maxLength: 231 });
    fc.assert(
      fc.property(payload, fc.constantFrom(72, 78, 257), fc.integer({ min: 1 }), (bytes, port, id) => {
        const frame = create(FrameSchema, { port, payload: bytes, to: BROADCAST });
        const { payloadVariant } = readBack(txPacket(frame, { id, channel: 0, hopLimit: 3 }));
        expect(payloadVariant.value).toMatchObject({ portnum: port, payload: bytes });
      }),
    );
  });

  it('carries 232 bytes of port 78 and 231 of port 257', () => {
    const of = (portnum: number, length: number) =>
      encodeDownlink(
        sender,
        takChannel,
        decodedPacket({ portnum: portnum as meshtastic.PortNum, payload: new Uint8Array(length) }),
      );
    expect([of(78, 232).ok, of(257, 231).ok]).toEqual([true, true]);
    expect(of(78, 233)).toMatchObject({ reason: 'too_large', detail: '240 of 239 bytes' });
    expect(of(257, 232)).toMatchObject({ reason: 'too_large' });
  });

  it.each([
    ['nothing_to_send', decodedPacket({ portnum: 78 }), takChannel],
    ['nothing_to_send', decodedPacket({ payload: Uint8Array.of(1) }), takChannel],
    ['nothing_to_send', { ...decodedPacket(tak), payloadVariant: { case: undefined } }, takChannel],
    ['packet_id_missing', decodedPacket(tak, { id: 0 }), takChannel],
    ['hops_impossible', decodedPacket(tak, { hopLimit: 8 }), takChannel],
    ['text_needs_pki', decodedPacket(hello, { to: 5 }), takChannel],
    ['topic_impossible', decodedPacket(tak), channel('a+b', '01')],
  ] as const)('is refused: %s', (reason, packet, secret) => {
    expect(encodeDownlink(sender, secret, packet)).toMatchObject({ ok: false, reason });
  });
});

describe('the announcement', () => {
  it('says who we are, within the bytes a node has for names, and that it takes no direct messages', () => {
    const packet = announcement(
      { node: tracker, longName: 'Größenwahn an der Überfahrt 🔔', shortName: 'CB🔔x' },
      { id: 5, hopLimit: 1 },
    );
    expect(packet).toMatchObject({ from: tracker, to: BROADCAST, id: 5, hopLimit: 1 });
    const payload = packet.payloadVariant.case === 'decoded' ? packet.payloadVariant.value.payload : new Uint8Array();
    expect(encodeDownlink(sender, takChannel, packet).ok).toBe(true);
    const table = createNodeTable({ agent: 'a', mesh: 'm' });
    const now = { monotonicMs: 0, wallMs: 0 };
    table.heard({ ...packet, payloadVariant: packet.payloadVariant }, now, { replayed: false });
    expect(payload.length).toBeLessThan(60);
    expect(table.state(tracker, now)).toMatchObject({
      longName: 'Größenwahn an der Übe',
      shortName: 'CB',
      role: 7,
      hardwareModel: 255,
      unmessagable: true,
    });
  });
});
