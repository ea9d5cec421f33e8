import { reasonNames } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from '../cot/build-event.ts';
import { stampEvent } from '../cot/stamp.ts';
import { NOON_MS, anyEvent, anyPli, bytesOf, sampleFrame, sampleNode } from '../testing/samples.ts';
import { MISMARKED, TRACKER, WHOLE_LINE, captured } from './testing/captured.ts';
import { decodeV1Frame, encodeV1Frame } from './v1-frame.ts';

const corpus = [
  ...Object.values(captured).flatMap(({ plain, compressed }) => [plain, compressed]),
  MISMARKED,
  TRACKER,
  WHOLE_LINE,
].map(bytesOf);

const isSettled = (payload: Uint8Array): true => {
  const node = sampleNode({ tak: { uid: 'ANDROID-0123456789abcdef', callsign: 'VIPER-1' } });
  const result = decodeV1Frame(sampleFrame({ port: 72, payload }), node);
  if (result.ok) {
    expect(cotFaults(buildEventXml(stampEvent(result.event, NOON_MS)))).toEqual([]);
    expect(result.event.uid.length).toBeLessThanOrEqual(256);
    const again = encodeV1Frame(result.event);
    expect(again.ok || reasonNames.includes(again.reason)).toBe(true);
  } else {
    expect(['garbled', 'impossible', 'unsupported', 'not_for_tak', 'too_large']).toContain(result.reason);
    expect(result.detail).toMatch(/^\P{Cc}+$/u);
  }
  return true;
};

const edit = fc.record({
  at: fc.nat(150),
  remove: fc.nat(4),
  insert: fc.uint8Array({ maxLength: 4 }),
});

describe('any bytes on port 72', () => {
  it('end as an event or a listed reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 240 }), (bytes) => {
        expect(isSettled(bytes)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('end so when they are packets with a few bytes wrong', () => {
    fc.assert(
      fc.property(fc.constantFrom(...corpus), fc.array(edit, { minLength: 1, maxLength: 3 }), (packet, edits) => {
        let bytes = [...packet];
        for (const { at, remove, insert } of edits) bytes = bytes.toSpliced(at % bytes.length, remove, ...insert);
        expect(isSettled(Uint8Array.from(bytes))).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  it('end so when they are packets cut short', () => {
    const cuts = corpus.flatMap((packet) => Array.from(packet, (_, end) => packet.subarray(0, end)));
    expect(cuts.every(isSettled)).toBe(true);
  });
});

describe('any event', () => {
  it('ends as a frame or a listed reason', () => {
    fc.assert(
      fc.property(fc.oneof(anyEvent, anyPli), fc.boolean(), (event, compressed) => {
        const result = encodeV1Frame(event, { compressed });
        const end = result.ok ? isSettled(result.payload) && result.payload.length <= 225 : result.reason;
        expect([true, 'unsupported', 'too_large']).toContain(end);
      }),
      { numRuns: 500 },
    );
  });
});
