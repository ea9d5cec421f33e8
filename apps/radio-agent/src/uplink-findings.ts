/** What an uplink shows of its gateways, and why what we publish there may never reach the air. */
import { create } from '@bufbuild/protobuf';
import { Finding_Level, FindingSchema } from '@cotbus/contracts';
import type { Finding } from '@cotbus/contracts';
import { downlinkFindings, gatewayNode } from '@cotbus/meshtastic';
import type { ChannelSecret, DownlinkFinding, GatewayFacts, UplinkHeard } from '@cotbus/meshtastic';
import { createTtlMap, printable } from '@cotbus/service';
import type { Clock } from '@cotbus/service';

/** Who has not published for a day is no gateway of today. */
const GATEWAY_MS = 24 * 60 * 60_000;
const STRANGER_MS = 60 * 60_000;
/** Strangers may invent gateways; the one heard longest ago goes first. */
const MAX_GATEWAYS = 64;

export interface UplinkFindings {
  heard(heard: UplinkHeard): void;
  all(): readonly Finding[];
}

export interface UplinkFindingParts {
  readonly clock: Clock;
  readonly agent: string;
  /** Of the broker, `mqtt://host:port`. */
  readonly url: string;
  readonly root: string;
  /** The channel that carries TAK. */
  readonly channel: ChannelSecret | undefined;
  readonly node: number;
  readonly hopLimit: number;
  /** Whether anything of TAK may go to the mesh. */
  readonly sends: boolean;
}

export const createUplinkFindings = (parts: UplinkFindingParts): UplinkFindings => {
  const { clock, agent, url, root, channel, node, hopLimit, sends } = parts;
  const limits = { ttlMs: GATEWAY_MS, maxEntries: MAX_GATEWAYS, clock };
  const gateways = createTtlMap<number, true>(limits);
  const reports = createTtlMap<number, Pick<GatewayFacts, 'region' | 'role'>>(limits);
  let strangerMs: number | undefined;
  return {
    heard: (heard) => {
      if (heard.kind === 'own' && heard.traffic === 'not_ours') strangerMs = clock.monotonic();
      if (heard.kind === 'mapReport') {
        const { node: reporter, region, role } = heard.report;
        reports.set(reporter, { region, role });
      }
      if (heard.kind !== 'packet' && heard.kind !== 'copy') return;
      const gateway = gatewayNode(heard.gateway);
      if (gateway !== undefined && heard.packet.channel === channel?.index) gateways.set(gateway, true);
    },
    all: () => {
      if (!sends) return [];
      const found = downlinkFindings({
        brokerHost: URL.canParse(url) ? new URL(url).hostname : '',
        root,
        channel,
        node,
        hopLimit,
        gateways: gateways.keys().map((number) => ({ node: number, ...reports.get(number) })),
        strangerSeen: strangerMs !== undefined && clock.monotonic() - strangerMs < STRANGER_MS,
      });
      // Open channels of agents of all kinds are found by one check of the doctor.
      return found.filter(({ code }) => code !== 'channel_open').map((finding) => worded(finding, agent));
    },
  };
};

const levels: Readonly<Record<DownlinkFinding['level'], Finding_Level>> = {
  broken: Finding_Level.FAULT,
  warning: Finding_Level.WARNING,
  check: Finding_Level.NOTE,
};

const remedies: Readonly<Record<DownlinkFinding['code'], string>> = {
  public_broker: 'Set uplink.url to a broker of your own, and so at the gateways.',
  root_wildcard: 'Set uplink.root to the mqtt.root of one mesh, with its region.',
  channel_missing: 'Add the channel to uplink.channels, or set toMesh.channel to one that is there.',
  channel_open: 'Set a key of your own on the channel, at every radio of the team.',
  no_gateway: 'Look at the gateways of the mesh: mqtt.enabled, mqtt.root, and the channel as it says.',
  node_taken: 'Remove the folder of the seed (uplink-… among the journals) of one of the two, and start it again.',
  zero_hops: 'Set uplink.hopLimit to 1 or more, if the mesh bears it.',
  ignore_mqtt: 'Switch lora.ignore_mqtt off at that gateway.',
  downlink_disabled: 'Switch downlink_enabled on for the channel at that gateway.',
  not_rebroadcast: 'Set device.role of that gateway to CLIENT.',
  ask_gateways: 'Nothing, if these are so; they cannot be seen from here.',
};

const worded = ({ code, level, text }: DownlinkFinding, about: string): Finding =>
  create(FindingSchema, {
    code,
    level: levels[level],
    about,
    cause: printable(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`),
    remedy: remedies[code],
  });
