/** Names, remarks and identities for training samples, all of our own making. */
import type { Random } from './random.ts';

const callWords =
  'ALPHA BRAVO CHARLIE DELTA ECHO FOXTROT GOLF HOTEL INDIA JULIET KILO LIMA MIKE NOVEMBER OSCAR PAPA QUEBEC ROMEO SIERRA TANGO UNIFORM VICTOR WHISKEY XRAY YANKEE ZULU EAGLE HAWK FALCON RAVEN WOLF BEAR LYNX OTTER VIPER COBRA RANGER MEDIC RESCUE SEARCH TRUCK ENGINE LADDER BOAT DRONE BASE CAMP RELAY RIDGE VALLEY SUMMIT RIVER LAKE NORTH SOUTH EAST WEST COMMAND LOGISTICS SAFETY SWEEP MARSHAL STAGE COURSE'.split(
    ' ',
  );
const people =
  'Anna Ben Clara David Eva Felix Greta Hugo Ida Jonas Karin Lukas Mara Nils Olga Paul Rosa Sven Tina Viktor'.split(
    ' ',
  );
const units = ['SAR', 'K9', 'EMS', 'FD', 'HQ', 'ICP', 'TEAM', 'UNIT', 'PATROL', 'MTN', 'CERT', 'ARES'];

export const callsign = (r: Random): string => {
  const word = r.pick(callWords);
  switch (r.int(0, 7)) {
    case 0:
    case 1:
      return `${word}-${r.int(1, 29)}`;
    case 2:
      return `${word} ${r.int(1, 29)}`;
    case 3:
      return `${r.pick(units)}-${r.int(1, 12)}`;
    case 4:
      return `${r.pick(people)} ${r.pick(units)}`;
    case 5:
      return r.pick(people);
    case 6:
      return word[0] + word.slice(1).toLowerCase();
    default:
      return word;
  }
};

/** Of devices: what Android, iOS, Windows and the browser make, and nodes of the mesh. */
export const deviceUid = (r: Random): string => {
  switch (r.int(0, 9)) {
    case 0:
      return r.uuid().toUpperCase();
    case 1:
      return `S-1-5-21-${r.int(100_000_000, 4_000_000_000)}-${r.int(100_000_000, 4_000_000_000)}-${r.int(100_000_000, 4_000_000_000)}-${r.int(1000, 1009)}`;
    case 2:
      return `WEBTAK-${r.uuid()}`;
    case 3:
      return `MESHTASTIC-${r.hex(8).toUpperCase()}`;
    default:
      return `ANDROID-${r.hex(16)}`;
  }
};

export const objectUid = (r: Random): string => (r.chance(0.8) ? r.uuid() : r.uuid().toUpperCase());

const remarkParts = [
  'Moving to the next waypoint',
  'Team is on foot',
  'Trail is blocked by a fallen tree',
  'Water is available here',
  'Need medical support at this position',
  'Vehicle parked at the trailhead',
  'Searched, nothing found',
  'Search area complete',
  'Meeting point',
  'Landing zone, clear of wires',
  'Road closed',
  'Bridge is out',
  'Fire break',
  'Command post',
  'Radio relay on the hill',
  'Battery low, will be off air',
  'Patient is stable and ready for transport',
  'One person missing, last seen here',
  'Footprints heading north',
  'Found a backpack',
  'Steep slope, use ropes',
  'Good cell coverage',
  'No cell coverage in the valley',
  'Aid station',
  'Checkpoint',
  'Staging area for vehicles',
  'Helicopter inbound',
  'Weather is getting worse',
  'Returning to base',
  'Waiting for instructions',
];

/** One or two sentences, sometimes with a time or a count. */
export const remark = (r: Random): string => {
  const first = r.pick(remarkParts);
  switch (r.int(0, 4)) {
    case 0:
      return `${first}. ${r.pick(remarkParts)}.`;
    case 1:
      return `${first} ETA ${r.int(5, 90)} min`;
    case 2:
      return `${r.int(0, 23).toString().padStart(2, '0')}${r.int(0, 59).toString().padStart(2, '0')} ${first}`;
    default:
      return first;
  }
};

const answers = [
  'Roger',
  'Copy',
  'Copy that, on my way',
  'Roger that, thank you',
  'Say again please',
  'Negative',
  'Affirmative',
  'What is your status?',
  'What is your position?',
  'At the trailhead',
  'At checkpoint',
  'On scene',
  'Back at camp',
  'All teams return to base',
  'All teams report your position',
  'Radio check',
  'Loud and clear',
  'Stand by',
  'En route, ETA',
  'ok',
  'Thanks',
  'Please confirm',
  'Switching to channel 2',
  'Be advised',
];

export const chatText = (r: Random): string => {
  switch (r.int(0, 4)) {
    case 0:
      return `${r.pick(answers)} ${r.int(2, 60)}`;
    case 1:
      return `${r.pick(answers)}. ${r.pick(remarkParts)}`;
    case 2:
      return remark(r);
    case 3:
      return `${callsign(r)} ${r.pick(answers)}`;
    default:
      return r.pick(answers);
  }
};

export const placeName = (r: Random): string =>
  `${r.pick(['Camp', 'Trailhead', 'Checkpoint', 'Aid', 'LZ', 'CP', 'WP', 'Point', 'Gate', 'Bridge', 'Search', 'Start', 'Finish', 'Water'])} ${r.chance(0.5) ? r.int(1, 30) : r.pick(callWords)}`;

export const phone = (r: Random): string =>
  `+${r.pick(['1', '44', '49', '43', '33'])}${r.int(1_000_000_000, 9_999_999_999)}`;
