/** How packets of a kind are sent: on which channel, how far, whether an acknowledgement is asked for. */
import { Kind, kindText, meshtastic } from '@cotbus/contracts';
import type { Frame, TxResult } from '@cotbus/contracts';
import { isUrgent } from './air-rank.ts';
import type { ChannelOptions, ToMeshOptions } from './options.ts';

const { MeshPacket_Priority: Priority } = meshtastic;

/** How one packet is sent. */
export interface Sending {
  readonly packetId: number;
  /** Index on the radio. */
  readonly channel: number;
  /** 0 to 7; undefined: as the radio is set. */
  readonly hops: number | undefined;
  /** MeshPacket.priority in the queue of the radio; UNSET: as the firmware thinks. */
  readonly priority: meshtastic.MeshPacket_Priority;
}

export interface KindRules {
  readonly hops: number | undefined;
  readonly wantAck: boolean | undefined;
  readonly lifeMs: number;
  readonly channel: number;
}

/** What the operator says of a kind. */
export const rulesOf = (
  kind: Kind,
  { rules, channel }: Pick<ToMeshOptions, 'rules' | 'channel'>,
  channels: readonly ChannelOptions[],
): KindRules => {
  const name = kindText(kind);
  const rule = rules.find(({ kinds }) => kinds.some((each) => each === name));
  const own = channels.find(({ toMesh }) => toMesh.some((each) => each === name));
  return {
    hops: rule?.hopLimit,
    wantAck: rule?.wantAck,
    lifeMs: rule?.lifeSeconds === undefined ? Infinity : rule.lifeSeconds * 1000,
    channel: own?.index ?? channel,
  };
};

/**
 * Whether the radio shall ask for an acknowledgement: it then transmits up to three times. Chat, emergency and casevac do;
 * a position comes again anyway, and the receiver of a transfer answers for the whole. Nobody acknowledges what makes no hop:
 * a radio would send what asks for it as far as it is set.
 */
export const wantsAck = (frame: Frame, { kind, transferHash }: TxResult, rules: KindRules): boolean => {
  if (rules.hops === 0 || transferHash.length > 0) return false;
  return rules.wantAck ?? (frame.wantAck || isUrgent(kind));
};

export const priorityOf = (kind: Kind): meshtastic.MeshPacket_Priority =>
  isUrgent(kind) ? Priority.ALERT : Priority.UNSET;
