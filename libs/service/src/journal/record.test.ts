import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord, MAX_BODY_BYTES, RECORD_HEADER_BYTES, scanRecords } from './record.ts';

const body = fc.uint8Array({ maxLength: 60 });
const bodies = fc.array(body, { minLength: 1, maxLength: 8 });
const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const found = (bytes: Uint8Array): string[] => scanRecords(bytes).records.map((record) => hex(record.body));

describe('records', () => {
  it('has a fixed form', () => {
    expect(hex(encodeRecord(Uint8Array.of(1, 2, 3)))).toBe('c70b8ea6000000032524299f010203');
    expect(scanRecords(encodeRecord(Uint8Array.of(1, 2, 3)))).toEqual({
      records: [{ offset: 0, body: Uint8Array.of(1, 2, 3) }],
      validBytes: 15,
      fault: undefined,
      gaps: 0,
    });
  });

  it('refuses a body that no scan would accept', () => {
    expect(() => encodeRecord(new Uint8Array(MAX_BODY_BYTES + 1))).toThrow(RangeError);
    expect(found(encodeRecord(new Uint8Array(MAX_BODY_BYTES)))).toHaveLength(1);
  });

  it('gives back what was put in, in order', () => {
    fc.assert(
      fc.property(bodies, (all) => {
        const bytes = join(all.map(encodeRecord));
        expect(found(bytes)).toEqual(all.map(hex));
        expect(scanRecords(bytes)).toMatchObject({ validBytes: bytes.length, fault: undefined, gaps: 0 });
      }),
    );
  });

  it('cut anywhere, gives the records before the cut and says that the tail is torn', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), (all, where) => {
        const records = all.map(encodeRecord);
        const bytes = join(records);
        const cut = where % bytes.length;
        const scan = scanRecords(bytes.subarray(0, cut));
        const whole = records.filter((_, index) => join(records.slice(0, index + 1)).length <= cut);
        expect(scan.records.map((record) => hex(record.body))).toEqual(all.slice(0, whole.length).map(hex));
        expect(scan.validBytes).toBe(join(whole).length);
        expect(scan.fault).toBe(cut === scan.validBytes ? undefined : 'torn');
      }),
    );
  });

  it('loses only the record that a changed byte is in', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, where, change) => {
        const records = all.map(encodeRecord);
        const bytes = join(records);
        const at = where % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        const hit = records.findIndex((_, index) => at < join(records.slice(0, index + 1)).length);
        const scan = scanRecords(bytes);
        expect(scan.records.map((record) => hex(record.body))).toEqual(all.toSpliced(hit, 1).map(hex));
        expect(scan.fault).toBe(hit === all.length - 1 ? 'torn' : 'damaged');
        expect(scan.gaps).toBe(hit === all.length - 1 ? 0 : 1);
      }),
      { numRuns: 1000 },
    );
  });

  it('finds nothing in garbage and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(scanRecords(bytes).records).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('finds the records between garbage', () => {
    fc.assert(
      fc.property(bodies, body, (all, garbage) => {
        const bytes = join([garbage, ...all.flatMap((one) => [encodeRecord(one), garbage])]);
        expect(found(bytes)).toEqual(all.map(hex));
      }),
    );
  });

  it('takes no record out of the body of a damaged or cut one', () => {
    const outer = encodeRecord(join([encodeRecord(Uint8Array.of(7)), new Uint8Array(20)]));
    const next = encodeRecord(Uint8Array.of(9));
    expect(found(outer.subarray(0, outer.length - 1))).toEqual([]);
    outer[8] = (outer[8] ?? 0) ^ 1;
    expect(found(join([outer, next]))).toEqual(['09']);
    expect(found(outer)).toEqual([]);
  });

  it('reads bytes that look like records everywhere in time that does not grow with their square', () => {
    const broken = encodeRecord(new Uint8Array(MAX_BODY_BYTES)).subarray(0, RECORD_HEADER_BYTES);
    const bytes = join(Array.from({ length: 4_000_000 / RECORD_HEADER_BYTES }, () => broken));
    const before = performance.now();
    expect(scanRecords(bytes)).toMatchObject({ records: [], validBytes: 0, fault: 'torn' });
    expect(performance.now() - before).toBeLessThan(500);
  });
});
