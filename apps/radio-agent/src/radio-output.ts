/** What a link gives the agent: what the session of a radio gives, and what only an uplink hears. */
import type { meshtastic } from '@cotbus/contracts';
import type { MapReport, SessionOutput } from '@cotbus/meshtastic';
import type { Refusal } from './refusal.ts';

export type RadioOutput = SessionOutput | UplinkOutput;

export type UplinkOutput =
  /** A packet that could not be read; its sender was heard all the same. */
  | { readonly kind: 'unread'; readonly packet: meshtastic.MeshPacket; readonly refusal: Refusal }
  /** A packet that came before, heard better by another gateway. */
  | { readonly kind: 'heardBetter'; readonly packet: meshtastic.MeshPacket }
  | { readonly kind: 'mapReport'; readonly report: MapReport }
  /** What we are on the mesh ourselves; comes before `ready`. */
  | { readonly kind: 'ownNode'; readonly info: meshtastic.NodeInfo }
  /** A packet of ours was not sent. */
  | { readonly kind: 'notSent'; readonly packetId: number; readonly refusal: Refusal };
