/** Colours: CoT writes ARGB as a signed decimal, the protocol its 32 bits and, beside or instead, a palette number. */
import { meshtastic } from '@cotbus/contracts';
import { parseInteger32 } from '../cot/number.ts';
import type { PacketProfile } from './profile.ts';

const { Team } = meshtastic;

/** ARGB of the fourteen team colours. `Brown` is a mid grey. */
const palette: ReadonlyMap<meshtastic.Team, number> = new Map([
  [Team.White, 0xffffffff],
  [Team.Yellow, 0xffffff00],
  [Team.Orange, 0xffff7700],
  [Team.Magenta, 0xffff00ff],
  [Team.Red, 0xffff0000],
  [Team.Maroon, 0xff7f0000],
  [Team.Purple, 0xff7f007f],
  [Team.Dark_Blue, 0xff00007f],
  [Team.Blue, 0xff0000ff],
  [Team.Cyan, 0xff00ffff],
  [Team.Teal, 0xff007f7f],
  [Team.Green, 0xff00ff00],
  [Team.Dark_Green, 0xff007f00],
  [Team.Brown, 0xff777777],
]);
const paletteNumbers: ReadonlyMap<number, meshtastic.Team> = new Map([...palette].map(([team, argb]) => [argb, team]));

export interface Color {
  /** 0 for a colour that is none of the palette. */
  readonly team: meshtastic.Team;
  /** ARGB bits. */
  readonly argb: number;
}

/** The palette number of a colour; 0 for one that is none of the fourteen. @param argb 32 bits, signed or not */
export const paletteTeam = (argb: number): meshtastic.Team => paletteNumbers.get(argb >>> 0) ?? Team.Unspecifed_Color;

/** ARGB bits of a palette number; undefined for 0 and unknown ones. */
export const paletteArgb = (team: meshtastic.Team): number | undefined => palette.get(team);

/** Decimal ARGB, signed or unsigned; 0 for anything else. The SDK writes palette colours twice, five bytes for nothing. */
export const parseColor = (text: string, profile: PacketProfile): Color => {
  const argb = (parseInteger32(text) ?? 0) >>> 0;
  const team = paletteTeam(argb);
  return { team, argb: team === Team.Unspecifed_Color || profile.asSdk ? argb : 0 };
};

/** ARGB bits; a palette number counts more than the bits beside it. */
export const argbOf = ({ team, argb }: Color): number => palette.get(team) ?? argb >>> 0;

/** Signed decimal, as clients write it. */
export const buildColor = (argb: number): string => String(argb | 0);
