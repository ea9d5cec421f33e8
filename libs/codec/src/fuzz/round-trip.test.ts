/** What is written is read again, in every form and dialect, whatever the packet or event. */
import { Dialect } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stampEvent } from '../cot/stamp.ts';
import { decodePacket } from '../packet/bytes/decode.ts';
import { encodePacket } from '../packet/bytes/encode.ts';
import { anyGoodPacket, anyPacket } from '../testing/any-packet.ts';
import { NOON_MS, anyEvent, anyPli } from '../testing/samples.ts';
import { wire } from './testing/codec.ts';
import { settledSend } from './testing/settled.ts';

describe.each(['raw', 'a', 'c'] as const)('any packet in form %s', (form) => {
  it.skipIf(!wire.can(form)).each([
    ['at all', anyPacket],
    ['that a sender may send', anyGoodPacket],
  ])('%s comes back as it was, or is refused for a listed reason', (_, packets) => {
    fc.assert(
      fc.property(packets, (packet) => {
        const encoded = wire.encode(packet, { form, maxFrameBytes: Number.POSITIVE_INFINITY });
        const decoded = encoded.ok ? wire.decode(encoded.frame) : encoded;
        // Values that no sender writes are taken for damage where damage is possible: in what was compressed.
        const mayRefuse = !encoded.ok || encoded.generation !== 'raw';
        const end = decoded.ok ? decoded.packet : mayRefuse && decoded.reason;
        const whole = decodePacket(encodePacket(packet));
        expect([whole, 'too_large', 'garbled']).toContainEqual(end);
      }),
      { numRuns: 200 },
    );
  });
});

describe.each([
  ['V2', Dialect.V2],
  ['V1', Dialect.V1],
  ['forwarder', Dialect.FORWARDER],
  ['both', Dialect.BOTH],
] as const)('any event in dialect %s', (_, dialect) => {
  it.each([
    ['any detail', anyEvent],
    ['a position report', anyPli],
  ])('(%s) comes back as an event that receivers read, or is refused for a listed reason', (__, events) => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(events, fc.constantFrom('auto' as const, 'raw' as const), (event, form) => {
        outcomes.add(settledSend(stampEvent(event, NOON_MS), { dialect, form }));
      }),
      { numRuns: 100 },
    );
    expect(outcomes).toContain('sent');
  });
});
