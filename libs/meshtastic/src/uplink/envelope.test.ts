import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { BROADCAST, meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEnvelope } from './envelope.ts';
import { bytesOf, hexOf } from './testing/hex.ts';

const { ServiceEnvelopeSchema } = meshtastic;

const encode = (envelope: MessageInitShape<typeof ServiceEnvelopeSchema>): Uint8Array =>
  toBinary(ServiceEnvelopeSchema, create(ServiceEnvelopeSchema, envelope));

describe('an envelope', () => {
  it('gives packet, channel and gateway', () => {
    const bytes = bytesOf(
      '0a260d4433221115ffffffff18082a0fca38184116ee9338343f4b195a6e7335efbeadde48037803' +
        '12084c6f6e6746617374 1a09213131323233333434',
    );
    const reading = decodeEnvelope(bytes);
    if (!reading.ok) throw new TypeError(reading.detail);
    const { packet, channel, gateway } = reading.envelope;
    expect([channel, gateway]).toEqual(['LongFast', '!11223344']);
    expect(packet).toMatchObject({ from: 0x1122_3344, to: BROADCAST, id: 0xdead_beef, channel: 8 });
    expect(packet).toMatchObject({ hopLimit: 3, hopStart: 3, payloadVariant: { case: 'encrypted' } });
    expect(hexOf(packet.payloadVariant.value as Uint8Array)).toBe('ca38184116ee9338343f4b195a6e73');
  });

  it('of firmware 2.7.26 with all that it adds is read', () => {
    const packet = `0d01c15f5e15ffffffff1808 2a03abcdef 35785634124803 5840 7803 980101`;
    const reading = decodeEnvelope(bytesOf(`0a1f${packet}12084c6f6e67466173741a09213565356663313031`));
    expect(reading).toMatchObject({
      ok: true,
      envelope: {
        gateway: '!5e5fc101',
        packet: { from: 0x5e5f_c101, id: 0x1234_5678, priority: 64, relayNode: 1, hopStart: 3 },
      },
    });
  });

  const packet = { from: 0x1122_3344, id: 1 };
  const whole = { packet, channelId: 'TAK', gatewayId: '!11223344' };

  it('of a newer version is read past the fields that are not known', () => {
    const bytes = Uint8Array.of(...encode(whole), 0x7a, 0x01, 0x00);
    expect(decodeEnvelope(bytes)).toMatchObject({ ok: true, envelope: { channel: 'TAK' } });
  });

  it('with a channel name that was cut within a character keeps the rest', () => {
    const bytes = Uint8Array.of(...encode({ packet, gatewayId: '!11223344' }), 0x12, 0x03, 0x41, 0xc3, 0x28);
    expect(decodeEnvelope(bytes)).toMatchObject({ ok: true, envelope: { channel: 'A\ufffd(' } });
  });

  it.each([
    ['too_large', new Uint8Array(1025)],
    ['garbled', bytesOf('0a05 0d')],
    ['incomplete', new Uint8Array()],
    ['incomplete', encode({ channelId: 'TAK', gatewayId: '!11223344' })],
    ['incomplete', encode({ ...whole, channelId: '' })],
    ['incomplete', encode({ ...whole, gatewayId: '' })],
    ['impossible', encode({ ...whole, packet: { ...packet, from: 0 } })],
    ['impossible', encode({ ...whole, packet: { ...packet, from: 3 } })],
    ['impossible', encode({ ...whole, packet: { ...packet, from: BROADCAST } })],
    ['impossible', encode({ ...whole, packet: { ...packet, hopLimit: 8 } })],
    ['impossible', encode({ ...whole, packet: { ...packet, hopStart: 8 } })],
  ])('ends %s', (reason, bytes) => {
    expect(decodeEnvelope(bytes)).toMatchObject({ ok: false, reason });
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const reading = decodeEnvelope(bytes);
        expect(reading.ok || reading.detail !== '').toBe(true);
      }),
    );
  });
});
