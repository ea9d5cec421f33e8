/** ATAK's fourteen colours, which the protocol numbers like the teams. */
import { meshtastic } from '@cotbus/contracts';
import { paletteArgb, paletteTeam } from '../packet/color.ts';

export const { Team } = meshtastic;
export type Team = meshtastic.Team;

export const AtakPalette = {
  /** 0xffffffff → `Team.White`; 0 (unspecified) for a colour that is none of them. @param argb 32 bits, signed or not */
  argbToTeam: (argb: number): Team => paletteTeam(argb),
  /** `Team.Red` → 0xffff0000; undefined for 0 and unknown numbers. */
  teamToArgb: (team: Team): number | undefined => paletteArgb(team),
} as const;
