/** Channels that strangers can read, and channels that we cannot. */
import { KeyKind, nodeText } from '@cotbus/contracts';
import type { AgentStatus, UnreadChannel } from '@cotbus/contracts';
import { aliveAgents, duration, note, warning } from './site.ts';
import type { Check, FindingFields } from './site.ts';

export const channelCheck: Check = {
  codes: ['air_closed', 'channel_open', 'channel_unreadable'],
  look: (site) => aliveAgents(site).flatMap((agent) => [...closed(agent), ...open(agent), ...unread(agent)]),
};

const closed = ({ agent, txClosed, sends }: AgentStatus): readonly FindingFields[] =>
  txClosed === '' || !sends
    ? []
    : [
        warning('air_closed', {
          about: agent,
          cause: `Nothing of TAK goes to the air: ${txClosed.split('. ')[0]}.`,
          remedy: 'Give the channel a key of your own (toMesh.channel names another one, toMesh.force opens this one).',
        }),
      ];

/** A second, public channel beside the own one is usual; where all are open, everything can be read. */
const open = ({ agent, channels }: AgentStatus): readonly FindingFields[] => {
  const readable = channels.filter(({ key }) => key === KeyKind.NONE || key === KeyKind.DEFAULT);
  if (readable.length === 0) return [];
  const names = readable.map(
    ({ index, name, key }) => `${index} "${name}" (${key === KeyKind.NONE ? 'no key' : 'default key'})`,
  );
  const words = {
    about: agent,
    cause: `Everybody can read channel ${names.join(', ')}, and write there.`,
    remedy: 'Set a key of your own on the channel that carries TAK, at every radio of the team.',
  };
  return [readable.length === channels.length ? warning('channel_open', words) : note('channel_open', words)];
};

const remedies: Readonly<Record<string, string>> = {
  channel_unknown:
    'If it is a channel of your team, add it (name and key) to the radio or to uplink.channels; otherwise nothing.',
  key_differs: 'Compare the key in uplink.channels with that of the radios.',
  undecryptable: 'Compare the key in uplink.channels with that of the radios.',
  not_encrypted: 'Switch mqtt.encryption_enabled on at that gateway, or set uplink.takesDecoded.',
  pki: 'Nothing: these are messages between two nodes.',
  empty: 'If it repeats, look at that radio.',
};

const causes: Readonly<Record<string, string>> = {
  channel_unknown: 'no channel of ours has that hash',
  key_differs: 'our key for it is another one',
  undecryptable: 'our key gives no packet',
  not_encrypted: 'it comes without encryption',
  pki: 'it is encrypted between two nodes',
  empty: 'there is nothing in it',
};

const unread = ({ agent, unread: rows }: AgentStatus): readonly FindingFields[] =>
  rows.map((row) => {
    const words = {
      about: agent,
      cause:
        `${row.packets} packet${row.packets === 1 ? '' : 's'} seen and not read on ${channelName(row)}: ` +
        `${causes[row.reason] ?? row.reason} (last from ${nodeText(row.lastFrom)}, ${duration(row.lastAgeMs)} ago).`,
      remedy: remedies[row.reason] ?? 'Look at the sender.',
    };
    return row.reason === 'pki' ? note('channel_unreadable', words) : warning('channel_unreadable', words);
  });

const channelName = ({ channel, hash }: UnreadChannel): string =>
  channel === '' ? `a channel with hash ${hash}` : `channel "${channel}", hash ${hash}`;
