import { reasonNames } from '@cotbus/contracts';
import fc from 'fast-check';
import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { anyEvent, bytesOf, sampleEvent } from '../testing/samples.ts';
import { createFountainAssembler } from './assembler.ts';
import { firstSeed } from './block-choice.ts';
import { decodeForwarder, encodeForwarder } from './forwarder.ts';
import type { Audience } from './forwarder.ts';
import { fragmentCount, seedPlan } from './seed-plan.ts';
import { encoded, textEvent } from './testing/peer-transfer.ts';

const audiences: readonly Audience[] = ['apple', 'plugin'];

const assemble = (payloads: readonly Uint8Array[]) => {
  const assembler = createFountainAssembler<number>();
  for (const [item, payload] of payloads.entries()) {
    const added = assembler.add({ item, key: `${item}`, mesh: 'hills', sender: 1, payload, nowMs: 0 });
    if (added.kind === 'whole') return { heard: item + 1, result: added.result };
  }
  return undefined;
};

describe('encodeForwarder', () => {
  it('sends what fits in one frame, with the type byte to phones alone', () => {
    const [apple, plugin] = audiences.map((audience) => encoded(sampleEvent(), audience));
    expect(apple?.payloads).toHaveLength(1);
    expect(apple?.payloads[0]?.[0]).toBe(0);
    expect(apple?.payloads[0]?.subarray(1)).toEqual(plugin?.payloads[0]);
    expect(plugin?.payloads[0]?.[0]).toBe(0x78);
    expect([apple?.transfer, plugin?.transfer]).toEqual([undefined, undefined]);
  });

  it('sends a transfer, never of one block, from the byte on that does not fit', () => {
    for (const audience of audiences) {
      const [maxBytes, blockBytes] = audience === 'apple' ? [231, 220] : [225, 214];
      const sent = Array.from({ length: 120 }, (_, length) => encoded(textEvent(length), audience));
      const lengths = sent.flatMap(({ payloads }) => payloads.map(({ length }) => length));
      const transfers = sent.filter(({ transfer }) => transfer !== undefined).map(({ payloads }) => payloads);
      const shapes = transfers.map((payloads) =>
        payloads.map(({ length, 8: blocks }) => `${blocks} of ${length - 11}`),
      );
      expect(new Set(shapes.map((shape) => shape.join()))).toEqual(
        new Set([Array.from({ length: fragmentCount(2) }, () => `2 of ${blockBytes}`).join()]),
      );
      expect(sent.filter(({ payloads }) => payloads.length === 1)).toHaveLength(sent.length - transfers.length);
      expect(Math.max(...lengths)).toBe(maxBytes);
    }
  });

  it('sends an event that comes whole to a receiver that loses nothing, with the first blocks alone', () => {
    for (const audience of audiences) {
      for (const length of [200, 700, 3000, 20_000]) {
        const event = textEvent(length);
        const { payloads } = encoded(event, audience);
        const blocks = payloads[0]?.[8] ?? 0;
        expect(payloads).toHaveLength(fragmentCount(blocks));
        expect(assemble(payloads)).toEqual({ heard: blocks, result: { ok: true, event } });
      }
    }
  });

  it('sends the same for the same transfer id, of which 24 bits count', () => {
    const event = textEvent(1000);
    expect(encoded(event, 'apple', 0xff000007)).toEqual(encoded(event, 'apple', 7));
    expect(encoded(event, 'apple', 8)).not.toEqual(encoded(event, 'apple', 7));
    expect(encoded(event, 'apple', 7).transfer).toMatchObject({ id: 7, hash: { length: 8 } });
  });

  it('can be read whatever the transfer id forces on a seed', () => {
    const event = textEvent(600);
    const blocks = encoded(event, 'apple').payloads[0]?.[8] ?? 0;
    const { seeds } = seedPlan(blocks, -1);
    for (const seed of seeds) {
      let transferId = 0;
      while (firstSeed(transferId) !== seed) transferId += 1;
      const { payloads } = encoded(event, 'apple', transferId);
      expect(assemble(payloads)).toEqual({ heard: blocks, result: { ok: true, event } });
      expect(assemble(payloads.slice(1))?.result).toEqual({ ok: true, event });
    }
  });

  it('refuses what no receiver takes', () => {
    expect(encodeForwarder(textEvent(90_000), { audience: 'apple', transferId: 1 })).toMatchObject({
      reason: 'too_large',
      detail: expect.stringMatching(/^\d{5,6} of 56100 bytes$/),
    });
    expect(encodeForwarder(textEvent(90_000), { audience: 'plugin', transferId: 1 })).toMatchObject({
      reason: 'too_large',
      detail: expect.stringMatching(/ of 54570 bytes$/),
    });
    expect(encodeForwarder(textEvent(140_000), { audience: 'plugin', transferId: 1 })).toMatchObject({
      reason: 'too_large',
      detail: 'more than 131072 bytes of XML',
    });
  });

  it('refuses what the phone app would not inflate, 40 times and more', () => {
    const event = sampleEvent({ detail: `<remarks>${'x'.repeat(60_000)}</remarks>` });
    expect(encodeForwarder(event, { audience: 'apple', transferId: 1 })).toMatchObject({ reason: 'too_large' });
    expect(encoded(event, 'plugin').payloads.length).toBeGreaterThan(1);
  });
});

describe('decodeForwarder', () => {
  it('reads what is sent in one frame', () => {
    fc.assert(
      fc.property(anyEvent, fc.constantFrom(...audiences), (event, audience) => {
        const { payloads } = encoded(event, audience);
        const [payload = new Uint8Array()] = payloads;
        const result = payloads.length > 1 ? assemble(payloads)?.result : decodeForwarder(payload);
        expect(result).toMatchObject({ ok: true, event });
      }),
    );
  });

  it('tells fragments and acknowledgements', () => {
    const [payload = new Uint8Array()] = encoded(textEvent(1000), 'apple').payloads;
    expect(decodeForwarder(payload)).toMatchObject({
      ok: true,
      kind: 'fragment',
      fragment: { transferId: 0x123456, block: { length: 220 } },
    });
    expect(decodeForwarder(bytesOf('46544e12345602000000003ce1721f1dc82929'))).toMatchObject({
      ok: true,
      kind: 'ack',
      ack: { transferId: 0x123456, kind: 'complete' },
    });
  });

  const ascii = (text: string, more = 0): Uint8Array =>
    Uint8Array.of(...Array.from(text, (letter) => letter.charCodeAt(0)), ...new Uint8Array(more));
  it.each<[string, Uint8Array, string, RegExp]>([
    ['voice', Uint8Array.of(0xc2, ...new Uint8Array(64)), 'unsupported', /voice/],
    ['an encrypted message', Uint8Array.of(0xee, ...new Uint8Array(40)), 'unreadable', /encrypted/],
    ['too little to be encrypted', Uint8Array.of(0xee, ...new Uint8Array(28)), 'garbled', /29 bytes/],
    ['a file received', ascii('MFT'), 'not_for_tak', /received a file/],
    ['a wish for another preset', ascii('SWT'), 'not_for_tak', /preset/],
    ['the end of pieces', ascii('END'), 'unsupported', /end of a message in pieces/],
    ['a piece of plugin 1.0', ascii('CHK_1234_', 220), 'unsupported', /plugin 1.0/],
    ['the head of pluginmeshtastic', ascii('CHK_7_1234'), 'unsupported', /head .* pluginmeshtastic/],
    ['a piece of pluginmeshtastic', ascii('12_', 180), 'unsupported', /piece .* pluginmeshtastic/],
    ['a discovery', ascii('ATAKBCAST,uid,callsign'), 'unsupported', /discovery/],
    ['a piece of atak-forwarder', bytesOf('021f8b0800'), 'unsupported', /piece 1 of 2 of atak-forwarder/],
    ['FTN alone', ascii('FTN'), 'garbled', /fragment/],
    ['a fragment without a block', ascii('FTN', 8), 'garbled', /fragment/],
    ['an acknowledgement of nothing', ascii('FTN', 16), 'garbled', /acknowledgement/],
    ['nothing', new Uint8Array(), 'garbled', /0 bytes/],
  ])('names what others send: %s', (_, payload, reason, detail) => {
    const decoded = decodeForwarder(payload);
    expect(decoded).toMatchObject({ ok: false, reason });
    expect(!decoded.ok && decoded.detail).toMatch(detail);
  });

  it('makes an event or a listed reason of any bytes', () => {
    const start = fc.constantFrom('', '00', '78', '0078', '00789c', '46544e', '434b485f', '3c', 'ee', '01', '30');
    const [whole = new Uint8Array()] = encoded(sampleEvent(), 'apple').payloads;
    const mutated = fc
      .tuple(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length))
      .map(([at, byte, end]) => whole.with(at, byte).subarray(0, end));
    const random = fc
      .tuple(start, fc.uint8Array({ maxLength: 240 }))
      .map(([hex, bytes]) => Uint8Array.of(...bytesOf(hex), ...bytes));
    const packed = fc.string({ unit: 'binary' }).map((text) => zlibSync(new TextEncoder().encode(text)));
    fc.assert(
      fc.property(fc.oneof(mutated, random, packed), (payload) => {
        const decoded = decodeForwarder(payload);
        expect(decoded.ok || reasonNames.includes(decoded.reason)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
