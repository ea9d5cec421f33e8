/** Icons of waypoints (Unicode code points) ⇄ icons of TAK's markers (`usericon@iconsetpath`). */

const GOOGLE = 'f7f71666-8b28-4b57-9fbb-e38e61d33b79/Google/';
const RED_PUSHPIN = 'ad78aafb-83a6-4c07-b2b9-a897a8b6a38f/Tacks/red-pushpin.png';
/** 📍, what the apps draw without an icon. */
const PIN = 0x1f4cd;

/** The Google icon of each emoji, as the phone apps pair them; the first emoji of a line is the way back. */
const emojisByIcon: Readonly<Record<string, string>> = {
  firedept: '🔥',
  police: '🚓',
  hospitals: '🏥🚑⚕',
  caution: '🚨⚠💀💣🚧💥🏗',
  man: '🏃',
  hiker: '👤👥',
  bus: '🚗🚕🚛🚌',
  heliport: '🚁',
  marina: '⛵🚢⚓',
  target: '🚀🎯🏹',
  cycling: '🚲',
  rail: '🚆',
  airports: '✈',
  lodging: '🏨',
  convenience: '🏪',
  gas_stations: '⛽',
  homegardenbusiness: '🏠🏡',
  campground: '⛺🏕',
  parks: '🌲🌳🏞',
  'cross-hairs': '🏔⛰',
  water: '💧🌊',
  partly_cloudy: '☁☂',
  sunny: '🌞⛱🔦🕯',
  star: '⭐🌟🌙💎',
  snowflake_simple: '❄',
  flag: '🚩🏁🎌',
  camera: '📷📺',
  shopping: '📦🎁',
  mechanic: '🔧🛠',
  post_office: '📮',
  'info-i': '💡',
  bars: '🔋',
  radio: '📻',
  phone: '📞📱',
  info: '🏰🏛🔒🔑🔔💾📀',
};

const pairs = Object.entries(emojisByIcon).flatMap(([icon, emojis]) =>
  Array.from(emojis, (emoji): readonly [string, number] => [`${GOOGLE}${icon}.png`, emoji.codePointAt(0) ?? PIN]),
);
const pathByEmoji: ReadonlyMap<number, string> = new Map(pairs.map(([path, emoji]) => [emoji, path]));
const emojiByPath: ReadonlyMap<string, number> = new Map([...pairs].reverse());

/** A red pushpin for 0 and for what no set has. */
export const iconPath = (icon: number): string => pathByEmoji.get(icon) ?? RED_PUSHPIN;

/** 📍 for icons that have no emoji. */
export const iconOfPath = (path: string): number => emojiByPath.get(path) ?? PIN;
