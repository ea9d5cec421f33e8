/** What a node is in TAK: its CoT type. */
import { meshtastic } from '@cotbus/contracts';
import type { NodeState } from '@cotbus/contracts';
import type { PlainOptions } from './options.ts';

const { Config_DeviceConfig_Role: Role } = meshtastic;

/** Stations are installations, trackers and sensors equipment: neither is a person. The rest are kinds of units. */
const typesByRole: ReadonlyMap<number, string> = new Map([
  [Role.CLIENT, 'a-f-G-U-U-S-R'],
  [Role.CLIENT_MUTE, 'a-f-G-U'],
  [Role.CLIENT_HIDDEN, 'a-f-G-U'],
  [Role.CLIENT_BASE, 'a-f-G-U-U-S-F'],
  [Role.ROUTER, 'a-f-G-I-U-T'],
  [Role.ROUTER_LATE, 'a-f-G-I-U-T'],
  [Role.ROUTER_CLIENT, 'a-f-G-I-U-T'],
  [Role.REPEATER, 'a-f-G-I-U-T'],
  [Role.TRACKER, 'a-f-G-E-S'],
  [Role.TAK_TRACKER, 'a-f-G-E-S'],
  [Role.LOST_AND_FOUND, 'a-f-G-E-S'],
  [Role.SENSOR, 'a-f-G-E-S-E'],
  [Role.TAK, 'a-f-G-U-C'],
]);

const UNIT = /^a-[a-z]-G-U(?:-|$)/;

export const contactType = (node: NodeState, options: PlainOptions): string => {
  const own = options.nodes.get(node.num)?.type;
  if (own !== undefined) return own;
  return (options.typeByRole ? typesByRole.get(node.role) : undefined) ?? options.type;
};

/** Clients draw what has a team as a member of it, whatever its type, and offer a chat to what has an endpoint. */
export const isUnit = (type: string): boolean => UNIT.test(type);
