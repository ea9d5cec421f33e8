/** How plain Meshtastic nodes look in TAK, as the operator writes it. */
import { isCallsignPattern, isContactType, isUidPattern, PLAIN_DEFAULTS } from '@cotbus/codec';
import type { NodeOverride, PlainOptions } from '@cotbus/codec';
import { z } from 'zod';

const text = z.string().min(1).max(64);
const type = z.string().refine(isContactType, 'expected a CoT type such as a-f-G-U-C');

const place = z.strictObject({
  lat: z.number().min(-90).max(90).describe('Degrees WGS84'),
  lon: z.number().min(-180).max(180).describe('Degrees WGS84'),
  haeM: z.number().min(-500).max(9000).optional().describe('Metres above the ellipsoid'),
});

const noFix = z
  .enum(['list', 'at', 'lastKnown', 'hide'])
  .describe(
    'A node without a position: list (in the contact list, at 0, 0), at (at a place of yours), lastKnown (nowhere until it has one), hide (nowhere, also once its position is a day old)',
  );

const placed = { noFix: noFix.optional(), at: place.optional() };
const hasPlace = ({ noFix: kind, at }: { noFix?: string | undefined; at?: unknown }): boolean =>
  kind !== 'at' || at !== undefined;
const NEEDS_PLACE = { message: 'noFix "at" needs a place: at.lat and at.lon', path: ['noFix'] };

const override = z
  .strictObject({
    id: z
      .string()
      .regex(/^![0-9a-fA-F]{8}$/, 'expected a node id such as !15465d8d')
      .describe('Node id'),
    callsign: text.optional().describe('Callsign of this node'),
    team: text.optional().describe('Team colour of this node'),
    role: text.optional().describe('Role of this node'),
    type: type.optional().describe('CoT type of this node, such as a-f-G-E-V'),
    ...placed,
    messagesTo: text.optional().describe('Uid of the TAK user who gets what is sent to this node alone'),
  })
  .refine(hasPlace, NEEDS_PLACE);

export const plainOptions = z
  .strictObject({
    uid: z
      .string()
      .refine(isUidPattern, 'expected {hex} or {HEX} once, between letters, digits, _, ! and -')
      .default(PLAIN_DEFAULTS.uid)
      .describe('Uid of a node; {hex} or {HEX} is its number'),
    callsign: z
      .string()
      .refine(isCallsignPattern, 'expected text with {short}, {long}, {name}, {id}, {hex}, {HEX}, {last4}, {uid}')
      .default(PLAIN_DEFAULTS.callsign)
      .describe('Callsign of a node; alternatives are divided by |, the first with a value for all its names holds'),
    team: text.default(PLAIN_DEFAULTS.team).describe('Team colour of nodes'),
    role: text.default(PLAIN_DEFAULTS.role).describe('Role of nodes'),
    type: type.default(PLAIN_DEFAULTS.type).describe('CoT type of nodes'),
    typeByRole: z
      .boolean()
      .default(PLAIN_DEFAULTS.typeByRole)
      .describe('Routers, trackers and sensors have types of their own'),
    teamSuffix: z
      .boolean()
      .default(PLAIN_DEFAULTS.teamSuffix)
      .describe('A long name that ends in " -5" says the team by its number'),
    ...placed,
    staleSeconds: z
      .int()
      .min(60)
      .max(86_400)
      .default(PLAIN_DEFAULTS.staleSeconds)
      .describe('How long a contact holds after its node was heard'),
    rooms: z
      .array(
        z.strictObject({
          channel: z.int().min(0).max(7).describe('Index of a channel'),
          room: text.describe('Its chat room'),
        }),
      )
      .max(8)
      .default([])
      .describe('Chat rooms by channel; others are in All Chat Rooms'),
    overrides: z.array(override).max(1000).default([]).describe('What you say of single nodes'),
  })
  .refine(hasPlace, NEEDS_PLACE);

type Written = z.infer<typeof plainOptions>;

const ID_HEX = 16;

export const readPlainOptions = ({ noFix: kind, at, rooms, overrides, ...options }: Written): PlainOptions => ({
  ...options,
  noFix: readNoFix(kind, at) ?? PLAIN_DEFAULTS.noFix,
  rooms: new Map(rooms.map(({ channel, room }) => [channel, room])),
  nodes: new Map(overrides.map((written) => [Number.parseInt(written.id.slice(1), ID_HEX), readOverride(written)])),
});

const readNoFix = (kind: Written['noFix'], at: Written['at']): PlainOptions['noFix'] | undefined => {
  if (kind !== 'at') return kind && { kind };
  return at && { kind, lat: at.lat, lon: at.lon, ...(at.haeM !== undefined && { haeM: at.haeM }) };
};

const readOverride = ({ noFix: kind, at, ...said }: Written['overrides'][number]): NodeOverride => {
  const { callsign, team, role, type: ownType, messagesTo } = said;
  const where = readNoFix(kind, at);
  return {
    ...(callsign !== undefined && { callsign }),
    ...(team !== undefined && { team }),
    ...(role !== undefined && { role }),
    ...(ownType !== undefined && { type: ownType }),
    ...(messagesTo !== undefined && { messagesTo }),
    ...(where && { noFix: where }),
  };
};
