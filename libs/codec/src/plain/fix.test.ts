import { create } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { FixSchema } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { placeOf } from './fix.ts';

const fix = (fields: MessageInitShape<typeof FixSchema>) =>
  create(FixSchema, { latitudeI: 473766650, longitudeI: 85000000, ...fields });
const unknown = 9999999;

describe('placeOf', () => {
  it('is exact when nothing else is said', () => {
    expect(placeOf(fix({}))).toEqual({ lat: 47.376665, lon: 8.5, hae: unknown, ce: unknown, le: unknown });
  });

  it.each([
    ['none', undefined],
    ['0, 0', fix({ latitudeI: 0, longitudeI: 0 })],
    ['a latitude off the globe', fix({ latitudeI: 900000001 })],
    ['a longitude off the globe', fix({ longitudeI: -1800000001 })],
    ['the middle of the cell at 0, 0', fix({ latitudeI: 32768, longitudeI: 32768, precisionBits: 16 })],
  ])('is nowhere for %s', (_, value) => {
    expect(placeOf(value)).toBeUndefined();
  });

  it('accepts one coordinate that is 0', () => {
    expect(placeOf(fix({ latitudeI: 0 }))).toMatchObject({ lat: 0, lon: 8.5 });
  });

  it.each<[MessageInitShape<typeof FixSchema>, number]>([
    [{ altitudeHaeM: 12, altitudeMslM: 99, geoidSeparationM: 1 }, 12],
    [{ altitudeMslM: 400, geoidSeparationM: 48 }, 448],
    [{ altitudeMslM: 400 }, unknown],
    [{ altitudeHaeM: 0 }, 0],
    [{ altitudeHaeM: -430 }, -430],
    [{ altitudeHaeM: 38_000 }, 38_000],
    [{ altitudeHaeM: 100_001 }, unknown],
    [{ altitudeHaeM: -5_001 }, unknown],
    [{ altitudeMslM: 0x7fffffff, geoidSeparationM: 48 }, unknown],
    [{}, unknown],
  ])('has its height above the ellipsoid: %j', (fields, hae) => {
    expect(placeOf(fix(fields))?.hae).toBe(hae);
  });

  it.each<[MessageInitShape<typeof FixSchema>, number]>([
    [{ precisionBits: 16 }, 515.9],
    [{ precisionBits: 13 }, 4126.9],
    [{ precisionBits: 32, hdopE2: 120 }, 6],
    [{ precisionBits: 0, hdopE2: 120 }, 6],
    [{ precisionBits: 16, hdopE2: 120 }, 515.9],
    [{ precisionBits: 30, hdopE2: 500 }, 25],
    [{ precisionBits: 32 }, unknown],
  ])('has the larger of cell and dilution as its error: %j', (fields, ce) => {
    expect(placeOf(fix(fields))?.ce).toBe(ce);
  });
});
