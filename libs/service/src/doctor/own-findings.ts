/** What agents and services found by themselves: see the fields `findings` of their statuses. */
import { aliveAgents } from './site.ts';
import type { Check } from './site.ts';

/** What an agent finds of its uplink (libs/meshtastic, uplink/downlink-findings.ts). */
const uplinkCodes = [
  'public_broker',
  'root_wildcard',
  'channel_missing',
  'no_gateway',
  'node_taken',
  'zero_hops',
  'ignore_mqtt',
  'downlink_disabled',
  'not_rebroadcast',
  'ask_gateways',
] as const;

export const ownFindingsCheck: Check = {
  codes: uplinkCodes,
  look: (site) => [
    ...aliveAgents(site).flatMap(({ findings }) => findings),
    ...site.services.filter(({ isAlive }) => isAlive).flatMap(({ status }) => status.findings),
  ],
};
