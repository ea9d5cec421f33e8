/**
 * What a TAK server says of the channels (groups) of our certificate's user. A message reaches those who share a channel with
 * its sender that is on at both ends; with the group cache a user of several starts with all of them off. Pure.
 */
import { fault, note, warning } from '../site.ts';
import type { FindingFields } from '../site.ts';

export const channelCodes = [
  'channels_none',
  'channels_off',
  'channels_not_written',
  'channels_not_read',
  'channels_partly',
  'channels_on',
  'gateway_unknown',
  'gateway_registered',
  'server_not_asked',
] as const;

/** `none`: no right to it. */
type ChannelAccess = 'none' | 'off' | 'on';

/** A group of the server, both its directions as one. */
interface ServerChannel {
  readonly name: string;
  /** Direction IN: what we say reaches its members. */
  readonly write: ChannelAccess;
  /** Direction OUT: what its members say reaches us. */
  readonly read: ChannelAccess;
}

/** As the server answered. */
export interface ServerView {
  readonly channels: readonly ServerChannel[];
  /** Whether it lists our uid among its clients; undefined where it does not tell. */
  readonly isRegistered: boolean | undefined;
}

const MAX_NAMES = 10;

export interface ServerLink {
  /** Of our link to it. */
  readonly name: string;
  readonly direction: 'both' | 'out' | 'in';
  /** Of the gateway there. */
  readonly uid: string;
}

export const findingsOfServer = (link: ServerLink, view: ServerView): readonly FindingFields[] => [
  ...channelFindings(link, view),
  ...registration(link, view),
];

/** The one because of which nothing that is written reaches anybody; undefined where that is not known. */
export const whyDead = (findings: readonly FindingFields[]): FindingFields | undefined =>
  findings.find(({ code }) => code === 'channels_none' || code === 'channels_off' || code === 'channels_not_written');

const isOn = ({ write, read }: ServerChannel): boolean => write === 'on' || read === 'on';
const isOff = ({ write, read }: ServerChannel): boolean => write === 'off' || read === 'off';

const channelFindings = (
  { name: about, direction }: ServerLink,
  { channels }: ServerView,
): readonly FindingFields[] => {
  const repair = `Switch them on: cotbus doctor --link "${about}" --activate-channels.`;
  if (channels.length === 0) {
    return [
      fault('channels_none', {
        about,
        cause:
          'The server has the user of our certificate in no channel (group): it passes nothing on, in either direction.',
        remedy: "Ask the server's administrator to add that user to the group of your team.",
      }),
    ];
  }
  const off = channels.filter(isOff);
  if (!channels.some(isOn)) {
    return [
      fault('channels_off', {
        about,
        cause: `The gateway is connected, but ${channelsText(off)} off for the user of our certificate: the server passes nothing on, in either direction.`,
        remedy: repair,
      }),
    ];
  }
  const oneWay = [
    ...(direction === 'in' ? [] : deaf('write', about, channels, repair)),
    ...(direction === 'out' ? [] : deaf('read', about, channels, repair)),
  ];
  if (oneWay.length > 0) return oneWay;
  const on = channels.filter(isOn);
  if (off.length > 0) {
    return [
      note('channels_partly', {
        about,
        cause: `${capital(channelsText(on))} on, and ${channelsText(off)} off: nothing passes to or from there.`,
        remedy: `If they should be: ${repair.charAt(0).toLowerCase()}${repair.slice(1)}`,
      }),
    ];
  }
  return [
    note('channels_on', {
      about,
      cause: `${capital(channelsText(on))} on for the user of our certificate.`,
      remedy: 'Who does not see it needs one of these channels, switched on in that program.',
    }),
  ];
};

const oneWayWords = {
  write: {
    code: 'channels_not_written',
    reaches: 'what the mesh says reaches nobody there',
    level: fault,
  },
  read: {
    code: 'channels_not_read',
    reaches: 'nothing that others say there reaches the mesh',
    level: warning,
  },
} as const;

/** One direction in which no channel is on. */
const deaf = (
  verb: keyof typeof oneWayWords,
  about: string,
  channels: readonly ServerChannel[],
  repair: string,
): readonly FindingFields[] => {
  const able = channels.filter((channel) => channel[verb] !== 'none');
  if (able.some((channel) => channel[verb] === 'on')) return [];
  const { code, reaches, level } = oneWayWords[verb];
  return [
    level(code, {
      about,
      cause:
        able.length === 0
          ? `The user of our certificate may ${verb} in no channel: ${reaches}.`
          : `The channels in which the user of our certificate may ${verb} are off (${names(able)}): ${reaches}.`,
      remedy:
        able.length === 0
          ? `Ask the server's administrator to let that user ${verb} in the group of your team.`
          : repair,
    }),
  ];
};

const registration = (
  { name: about, direction, uid }: ServerLink,
  { isRegistered }: ServerView,
): readonly FindingFields[] => {
  if (isRegistered === undefined || direction === 'in') return [];
  return [
    isRegistered
      ? note('gateway_registered', {
          about,
          cause: `The server knows the gateway as a client (${uid}).`,
          remedy: 'Nothing.',
        })
      : warning('gateway_unknown', {
          about,
          cause: `The server does not list the gateway (${uid}) among its clients: it has not taken its report.`,
          remedy:
            'Give the gateway a uid and callsign that nobody else has there (tak.identity); look at the input of the server for this port.',
        }),
  ];
};

const limitOf = ({ write, read }: ServerChannel): string => {
  if (write === 'none') return ' (read only)';
  return read === 'none' ? ' (write only)' : '';
};

const names = (channels: readonly ServerChannel[]): string => {
  const more = channels.length - MAX_NAMES;
  const told = channels.slice(0, MAX_NAMES).map((channel) => `${channel.name}${limitOf(channel)}`);
  return `${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const channelsText = (channels: readonly ServerChannel[]): string =>
  channels.length === 1 ? `channel ${names(channels)} is` : `channels ${names(channels)} are`;

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** The server did not tell; `text` says why, as a sentence. */
export const notAsked = (about: string, text: string): FindingFields =>
  note('server_not_asked', {
    about,
    cause: `Its channels are not known. ${text}`,
    remedy: 'Put that right, or look at the channels in the web page of the server; apiPort names its HTTPS port.',
  });
