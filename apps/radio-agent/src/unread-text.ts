/** Why a packet of the uplink was not read, as an outcome that names channel and hash. */
import type { UplinkHeard } from '@cotbus/meshtastic';
import { printable } from '@cotbus/service';
import type { Refusal } from './refusal.ts';

/** Characters; the firmware's names have at most 11 bytes, strangers may publish others. */
const MAX_NAME_CHARS = 32;

export const unreadRefusal = (heard: Extract<UplinkHeard, { kind: 'unread' }>): Refusal => {
  const channel = `channel "${printable(heard.channel.slice(0, MAX_NAME_CHARS))}", hash ${heard.packet.channel}`;
  switch (heard.reason) {
    case 'pki':
      return unreadable(`${channel}: a message between two nodes, which no channel key opens`);
    case 'channel_unknown':
      return unreadable(`${channel}: not among uplink.channels`);
    case 'key_differs':
      return unreadable(`${channel}: encrypted with another key than the one in uplink.channels`);
    case 'undecryptable':
      return unreadable(`${channel}: the key in uplink.channels gives no packet, so it is another one`);
    case 'not_encrypted':
      return unreadable(`${channel}: not encrypted; uplink.takesDecoded takes such packets`);
    case 'empty':
      return { reason: 'garbled', detail: `${channel}: a packet with nothing in it` };
  }
};

const unreadable = (detail: string): Refusal => ({ reason: 'unreadable', detail });
