/** Why what we publish may never reach the air: what `cotbus doctor` says of a downlink. */
import { KeyKind, meshtastic, nodeText } from '@cotbus/contracts';
import { enumName } from '../enum-name.ts';
import type { ChannelSecret } from './channel-secret.ts';
import { regionOfRoot } from './uplink-radio.ts';

/** Forwards a handful of ports, none of them TAK's, and no hop further than the gateway. */
const PUBLIC_BROKER = /(^|\.)mqtt\.meshtastic\.org\.?$/i;
/** Regions with a duty cycle: choosing one switches `lora.ignore_mqtt` on. */
const limitedRegions: ReadonlySet<string> = new Set(['EU_433', 'EU_868', 'TH', 'UA_433', 'UA_868']);

/** A gateway of the mesh, as far as it is known; undefined is unknown. */
export interface GatewayFacts {
  readonly node: number;
  /** Name of LoRaConfig.RegionCode, as in its map report. */
  readonly region?: string;
  /** Config.DeviceConfig.Role */
  readonly role?: number;
  /** Settings, where its client API can be asked. */
  readonly downlinkEnabled?: boolean;
  readonly ignoreMqtt?: boolean;
}

export interface DownlinkFacts {
  readonly brokerHost: string;
  readonly root: string;
  readonly channel: ChannelSecret | undefined;
  readonly node: number;
  readonly hopLimit: number;
  /** Those that published on the channel lately. */
  readonly gateways: readonly GatewayFacts[];
  /** Own traffic that ended `not_ours` in the last hour. */
  readonly strangerSeen: boolean;
}

export interface DownlinkFinding {
  readonly code:
    | 'public_broker'
    | 'root_wildcard'
    | 'channel_missing'
    | 'channel_open'
    | 'no_gateway'
    | 'node_taken'
    | 'zero_hops'
    | 'ignore_mqtt'
    | 'downlink_disabled'
    | 'not_rebroadcast'
    | 'ask_gateways';
  /** `broken`: nothing can be sent; `warning`: something will not arrive; `check`: cannot be seen from here. */
  readonly level: 'broken' | 'warning' | 'check';
  /** What is wrong and what to do. */
  readonly text: string;
}

/** In the order in which they are worth looking at; the last one is always there. */
export const downlinkFindings = (facts: DownlinkFacts): readonly DownlinkFinding[] => [
  ...brokerFindings(facts),
  ...channelFindings(facts),
  ...ownFindings(facts),
  ...facts.gateways.flatMap((gateway) => gatewayFindings(gateway, facts)),
  askGateways(facts),
];

const brokerFindings = ({ brokerHost, root }: DownlinkFacts): readonly DownlinkFinding[] => [
  ...when(PUBLIC_BROKER.test(brokerHost), 'public_broker', 'broken', () => {
    return `${brokerHost} does not carry TAK: it passes few ports and no hop. Use a broker of your own`;
  }),
  ...when(/[+#]/.test(root), 'root_wildcard', 'broken', () => {
    return `the root ${root} has a wildcard: to publish, it must be the mqtt.root of one mesh`;
  }),
];

const channelFindings = ({ channel, gateways }: DownlinkFacts): readonly DownlinkFinding[] => {
  if (channel === undefined) {
    return when(true, 'channel_missing', 'broken', () => 'the channel for TAK is not among those configured');
  }
  return [
    ...when(channel.keyKind !== KeyKind.PRIVATE, 'channel_open', 'warning', () => {
      return `channel "${channel.name}" has no key of its own: everybody can read it`;
    }),
    ...when(gateways.length === 0, 'no_gateway', 'warning', () => {
      return `nobody has published on channel "${channel.name}" yet: switch uplink_enabled and downlink_enabled on at a gateway`;
    }),
  ];
};

const ownFindings = ({ node, hopLimit, strangerSeen }: DownlinkFacts): readonly DownlinkFinding[] => [
  ...when(strangerSeen, 'node_taken', 'warning', () => {
    return `somebody else publishes as ${nodeText(node)}, our node number: give each installation a seed of its own`;
  }),
  ...when(hopLimit === 0, 'zero_hops', 'warning', () => {
    return 'with 0 hops only the gateways and their phones get it; 1 is sent on the air once';
  }),
];

const gatewayFindings = (gateway: GatewayFacts, { root, node }: DownlinkFacts): readonly DownlinkFinding[] => {
  const name = nodeText(gateway.node);
  const region = gateway.region ?? regionOfRoot(root) ?? '';
  const { CLIENT_MUTE } = meshtastic.Config_DeviceConfig_Role;
  return [
    ...when(gateway.node === node, 'node_taken', 'broken', () => `the gateway ${name} has our node number`),
    ...when(gateway.ignoreMqtt === true, 'ignore_mqtt', 'warning', () => `${name} has lora.ignore_mqtt on`),
    ...when(gateway.ignoreMqtt === undefined && limitedRegions.has(region), 'ignore_mqtt', 'warning', () => {
      return `${name} is in ${region}, where lora.ignore_mqtt is switched on by itself: switch it off there`;
    }),
    ...when(gateway.downlinkEnabled === false, 'downlink_disabled', 'warning', () => {
      return `${name} has downlink_enabled off for this channel`;
    }),
    ...when(gateway.role === CLIENT_MUTE, 'not_rebroadcast', 'warning', () => {
      return `${name} is ${enumName(meshtastic.Config_DeviceConfig_RoleSchema, CLIENT_MUTE)}: it sends nothing on`;
    }),
  ];
};

const askGateways = ({ channel }: DownlinkFacts): DownlinkFinding => ({
  code: 'ask_gateways',
  level: 'check',
  text:
    `at each gateway: channel "${channel?.name ?? ''}" with this key and downlink_enabled, lora.ignore_mqtt off, ` +
    'rebroadcast mode not NONE, packet_signature_policy (2.8) not STRICT, this node not on its ignore list',
});

const when = (
  holds: boolean,
  code: DownlinkFinding['code'],
  level: DownlinkFinding['level'],
  text: () => string,
): readonly DownlinkFinding[] => (holds ? [{ code, level, text: text() }] : []);
