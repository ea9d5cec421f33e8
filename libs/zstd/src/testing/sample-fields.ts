/** Fields that packets of every kind have. */
import type { JsonObject } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import type { Random } from './random.ts';
import { remark } from './sample-words.ts';

/** By the names of the proto in camel case; enums as numbers. */
export type Fields = JsonObject;

const typeIds: ReadonlyMap<string, number> = new Map(
  meshtastic.CotTypeSchema.values.map(({ name, number }) => [
    name.slice('CotType_'.length).replaceAll('_', '-'),
    number,
  ]),
);

/** As a number where the type has one. */
export const type = (text: string): Fields => {
  const id = typeIds.get(text);
  return id === undefined ? { cotTypeStr: text } : { cotTypeId: id };
};

export const UNKNOWN_M = 9_999_999;
/** Numbers of `how`. */
export const H_E = 1;
export const M_G = 2;
export const H_G_I_G_O = 3;

export const place = (r: Random): Fields => ({
  latitudeI: r.int(-600_000_000, 700_000_000),
  longitudeI: r.int(-1_800_000_000, 1_800_000_000),
  altitude: r.chance(0.4) ? UNKNOWN_M : r.int(-20, 3200),
});

/** Team and ARGB of the colours that clients offer, or a colour of somebody's own. */
const palette: readonly (readonly [number, number])[] = [
  [1, 0xffffffff],
  [2, 0xffffff00],
  [3, 0xffff7700],
  [5, 0xffff0000],
  [9, 0xff0000ff],
  [10, 0xff00ffff],
  [12, 0xff00ff00],
];

export const colour = (r: Random): { readonly team: number; readonly argb: number } => {
  const [team, argb] = r.pick(palette);
  return r.chance(0.85) ? { team, argb } : { team: 0, argb: Number.parseInt(`ff${r.hex(6)}`, 16) };
};

export const withRemarks = (r: Random): Fields => (r.chance(0.45) ? { remarks: remark(r) } : {});

/** 1e-7 degrees, either way. */
export const delta = (r: Random, reach: number): number => r.int(-reach, reach);
