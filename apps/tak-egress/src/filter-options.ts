/** Which events a link lets pass, in each direction. */
import { kindNames } from '@cotbus/contracts';
import type { KindName } from '@cotbus/contracts';
import { z } from 'zod';

const MAX_RULES = 100;
const pattern = z.string().min(1).max(256);
const patterns = z.array(pattern).max(1_000);

const area = z
  .strictObject({
    south: z.number().min(-90).max(90).describe('Degrees WGS84'),
    west: z.number().min(-180).max(180).describe('Degrees WGS84; larger than east across the date line'),
    north: z.number().min(-90).max(90).describe('Degrees WGS84'),
    east: z.number().min(-180).max(180).describe('Degrees WGS84'),
  })
  .refine(({ south, north }) => south <= north, { path: ['south'], message: 'south is north of north' });

const rule = z.strictObject({
  action: z.enum(['allow', 'deny']).describe('What becomes of an event to which all of the rule applies'),
  kinds: z
    .array(z.enum(kindNames as [KindName, ...KindName[]]))
    .optional()
    .describe('Kinds, such as pli or chat'),
  types: patterns.optional().describe('CoT types; * stands for any characters, such as a-f-*'),
  teams: patterns.optional().describe('Team colours (the group of a report), such as Cyan'),
  roles: patterns.optional().describe('Roles, such as Medic'),
  groups: patterns.optional().describe('Chat rooms and groups it is for, such as All Chat Rooms; of a report its team'),
  callsigns: patterns.optional().describe('Callsigns; * stands for any characters'),
  uids: patterns.optional().describe('Uids; * stands for any characters'),
  users: patterns
    .optional()
    .describe('Who made it: uid or callsign of the sender, or the name in the certificate of our client'),
  area: area.optional().describe('Where it is; an event at 0, 0 is nowhere'),
});

export const filterOptions = z.strictObject({
  rules: z.array(rule).max(MAX_RULES).default([]).describe('The first one that applies decides'),
  otherwise: z.enum(['allow', 'deny']).default('allow').describe('What becomes of an event to which no rule applies'),
  dryRun: z.boolean().default(false).describe('Count and log what would be denied, and let it pass'),
});

export type FilterOptions = z.infer<typeof filterOptions>;
export type FilterRule = FilterOptions['rules'][number];
