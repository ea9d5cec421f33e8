/** The six units of the demo: people around the Walchensee, a lake in the Bavarian Alps. */
import { meshtastic } from '@cotbus/contracts';
import type { NodeIdentity } from './own-node.ts';
import type { Track } from './track.ts';

interface AnyUnit extends NodeIdentity {
  readonly track: Track;
  readonly hopsAway: number;
  /** Percent, 101 = external power. */
  readonly batteryPercent: number;
}

/** A Meshtastic node alone. */
export interface PlainUnit extends AnyUnit {
  readonly kind: 'plain';
  /** From when on it knows where it is, milliseconds after the start. */
  readonly firstFixMs: number;
  /** What it says as text messages, in turn; empty: nothing. */
  readonly says: readonly string[];
}

/** A phone with a TAK client behind a node. */
export interface TakUnit extends AnyUnit {
  readonly kind: 'tak';
  readonly uid: string;
  readonly callsign: string;
  readonly team: meshtastic.Team;
  readonly memberRole: meshtastic.MemberRole;
  /** What it says to All Chat Rooms, in turn; empty: nothing. */
  readonly says: readonly string[];
  /** Answers a chat to everybody; every unit answers one to itself. */
  readonly answersAll: boolean;
}

export type UnitPlan = PlainUnit | TakUnit;

/** First node number of the simulation; the demo's radio has it, its units the next ones. */
export const FIRST_NODE_NUM = 0x51a00000;

const { Team, MemberRole, Config_DeviceConfig_Role: Role } = meshtastic;
const walk = (latitude: number, longitude: number, radiusM: number, startDeg: number): Track => ({
  latitude,
  longitude,
  radiusM,
  startDeg,
  speedMps: 1.4,
  altitudeHaeM: 848,
});

const plain: readonly PlainUnit[] = [
  {
    kind: 'plain',
    num: FIRST_NODE_NUM + 1,
    longName: 'SIM Ranger',
    shortName: 'SIMR',
    hopsAway: 0,
    batteryPercent: 92,
    track: walk(47.6105, 11.3405, 260, 20),
    firstFixMs: 0,
    says: [],
  },
  {
    kind: 'plain',
    num: FIRST_NODE_NUM + 2,
    longName: 'SIM Boathouse',
    shortName: 'SIMB',
    hopsAway: 1,
    batteryPercent: 101,
    track: walk(47.5912, 11.3268, 120, 200),
    firstFixMs: 60_000,
    says: [],
  },
  {
    kind: 'plain',
    num: FIRST_NODE_NUM + 6,
    longName: 'SIM Weather Hut',
    shortName: 'SIMW',
    hopsAway: 2,
    batteryPercent: 74,
    track: walk(47.5738, 11.3522, 90, 310),
    firstFixMs: 0,
    says: ['wind picking up on the south shore', 'clouds down to 1200 m', 'all quiet here'],
  },
];

const phone = { kind: 'tak', role: Role.TAK } as const;
const tak: readonly TakUnit[] = [
  {
    ...phone,
    num: FIRST_NODE_NUM + 3,
    longName: 'SIM Alpha Radio',
    shortName: 'SIMA',
    hopsAway: 0,
    batteryPercent: 88,
    track: walk(47.5995, 11.3318, 340, 90),
    uid: 'ANDROID-51a0000000000003',
    callsign: 'SIM-ALPHA',
    team: Team.Cyan,
    memberRole: MemberRole.TeamLead,
    says: ['alpha at the north bay, moving clockwise', 'radio check', 'holding for five minutes'],
    answersAll: true,
  },
  {
    ...phone,
    num: FIRST_NODE_NUM + 4,
    longName: 'SIM Bravo Radio',
    shortName: 'SIMV',
    hopsAway: 1,
    batteryPercent: 61,
    track: walk(47.5868, 11.3655, 400, 180),
    uid: 'ANDROID-51a0000000000004',
    callsign: 'SIM-BRAVO',
    team: Team.Cyan,
    memberRole: MemberRole.TeamMember,
    says: ['bravo on the east shore', 'two hikers heading down, all well'],
    answersAll: false,
  },
  {
    ...phone,
    num: FIRST_NODE_NUM + 5,
    longName: 'SIM Charlie Radio',
    shortName: 'SIMC',
    hopsAway: 2,
    batteryPercent: 45,
    track: walk(47.5776, 11.3219, 300, 270),
    uid: 'ANDROID-51a0000000000005',
    callsign: 'SIM-CHARLIE',
    team: Team.Orange,
    memberRole: MemberRole.Medic,
    says: [],
    answersAll: false,
  },
];

export const defaultUnits: readonly UnitPlan[] = [...plain, ...tak];
