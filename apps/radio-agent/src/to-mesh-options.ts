/** What of TAK may go to the air through a radio, and how much of the air it may have, as the operator writes it. */
import { kindNames } from '@cotbus/contracts';
import type { KindName } from '@cotbus/contracts';
import { z } from 'zod';

/** All kinds but the one that says that there is none. */
export const airKinds = kindNames.filter((kind) => kind !== 'refused') as [KindName, ...KindName[]];

const dictionaries = ['auto', 'raw', 'a', 'b', 'cotbus'] as const;
const dialects = ['auto', 'v2', 'v1', 'both'] as const;

/** What holds where the operator says nothing else. */
interface Profile {
  readonly kinds: readonly KindName[];
  readonly airPercent: number;
  readonly intervalSeconds: number;
  readonly standingSeconds: number;
}

const noProfile: Profile = {
  kinds: ['chat', 'emergency'],
  airPercent: 10,
  intervalSeconds: 60,
  standingSeconds: 300,
};

const profiles = {
  tracker: { ...noProfile, kinds: ['pli', 'emergency'], airPercent: 5 },
  team: { ...noProfile, kinds: ['pli', 'chat', 'emergency', 'casevac', 'task', 'marker', 'delete'] },
  full: { ...noProfile, kinds: airKinds, intervalSeconds: 30, standingSeconds: 180 },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;
export const profileNames = Object.keys(profiles) as [ProfileName, ...ProfileName[]];

const seconds = z.number().min(0).max(86_400);

const positionOptions = z.strictObject({
  intervalSeconds: seconds
    .optional()
    .describe('Who moves is sent at most once in this time; 60, in profile full 30, when left out'),
  standingSeconds: seconds
    .optional()
    .describe('Who has not moved is sent at most once in this time; 300, in profile full 180, when left out'),
  distanceM: z.number().min(0).max(10_000).default(25).describe('Who has come this far since the last time moves'),
  atLeastSeconds: seconds
    .default(900)
    .describe('Everybody who reports is sent once in this time, however busy it is; it goes before chat then'),
});

const rule = z.strictObject({
  kinds: z.array(z.enum(airKinds)).min(1).describe('Kinds that this is about; of several rules the first one counts'),
  hopLimit: z
    .int()
    .min(0)
    .max(7)
    .optional()
    .describe('Hops; as the radio is set when left out. 0 reaches its neighbours alone, and none of them answers'),
  wantAck: z
    .boolean()
    .optional()
    .describe('Ask for an acknowledgement: up to three times the airtime. On for chat, emergency and casevac'),
  lifeSeconds: z.number().min(1).max(300).optional().describe('What waits longer for the air is not sent'),
});

export const toMeshOptions = z
  .strictObject({
    profile: z
      .enum(profileNames)
      .optional()
      .describe(
        'Sets kinds, airPercent and position at once, where they are left out: tracker (positions and emergencies), team (what a team needs), full (everything)',
      ),
    kinds: z
      .array(z.enum(airKinds))
      .optional()
      .describe('Kinds of TAK events that may go to the air; chat and emergency, or by the profile, when left out'),
    channel: z.int().min(0).max(7).default(0).describe('Index of the Meshtastic channel that carries TAK'),
    dialect: z
      .enum(dialects)
      .default('auto')
      .describe(
        'What TAK events are written in: v2 (port 78), v1 (port 72, and 257 for what it cannot carry), both, or auto: by what the radio can do and what others on the mesh speak',
      ),
    dictionary: z
      .enum(dictionaries)
      .default('auto')
      .describe(
        'What port 78 is compressed with: b (what current apps have), a (old ones), cotbus (listeners are Cotbus gateways alone), raw, or auto: b where it is installed',
      ),
    force: z
      .boolean()
      .default(false)
      .describe('Send although the channel has no key or the default one, which everybody can read'),
    uidIntervalSeconds: z
      .number()
      .min(0)
      .max(3600)
      .default(10)
      .describe('At most one event of a uid in this time; positions have intervals of their own'),
    airPercent: z
      .number()
      .min(0.1)
      .max(100)
      .optional()
      .describe(
        'Share of an hour that this radio may send, percent; 10, in profile tracker 5, when left out. The limit of the region holds besides. 100 is no limit of ours',
      ),
    position: positionOptions.prefault({}).describe('How often the position of one user is sent'),
    rules: z.array(rule).max(32).default([]).describe('Hops, acknowledgement and life by kind'),
  })
  .transform((written) => {
    const profile: Profile = written.profile === undefined ? noProfile : profiles[written.profile];
    const { kinds = [...profile.kinds], airPercent = profile.airPercent, position } = written;
    const { intervalSeconds = profile.intervalSeconds, standingSeconds = profile.standingSeconds } = position;
    return {
      ...written,
      kinds,
      airPercent,
      position: { ...position, intervalSeconds, standingSeconds: Math.max(intervalSeconds, standingSeconds) },
    };
  });

export type ToMeshOptions = z.output<typeof toMeshOptions>;
