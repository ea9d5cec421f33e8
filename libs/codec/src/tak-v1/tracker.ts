/** Reports that firmware up to 2.7 makes itself (role TAK_TRACKER), told from those of apps. */
import { meshtastic } from '@cotbus/contracts';
import type { NodeState } from '@cotbus/contracts';
import type { V1Packet } from './v1-packet.ts';

const { Config_DeviceConfig_Role: Role, MemberRole, Team } = meshtastic;

/**
 * A tracker has no uid: callsign and device callsign are the long name of its node, or what a zero byte left of it. Of
 * a node that has not introduced itself the constants of firmware count, Cyan and Team Member.
 */
export const isTracker = ({ callsign, deviceCallsign, team, role }: V1Packet, node: NodeState): boolean => {
  if (callsign === '' || callsign !== deviceCallsign) return false;
  if (node.longName === '' && node.role === 0) return team === Team.Cyan && role === MemberRole.TeamMember;
  return node.role === Role.TAK_TRACKER;
};

/** The packet with names made whole that a zero byte cut. */
export const withWholeNames = (packet: V1Packet, { longName }: NodeState): V1Packet =>
  longName.startsWith(packet.callsign) ? { ...packet, callsign: longName, deviceCallsign: longName } : packet;
