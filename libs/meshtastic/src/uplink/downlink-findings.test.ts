import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { downlinkFindings } from './downlink-findings.ts';
import type { DownlinkFacts } from './downlink-findings.ts';
import { gateway, longFast, takChannel, tracker } from './testing/uplinked.ts';

const fine: DownlinkFacts = {
  brokerHost: 'broker.example.org',
  root: 'msh/US',
  channel: takChannel,
  node: tracker,
  hopLimit: 3,
  gateways: [{ node: gateway, downlinkEnabled: true, ignoreMqtt: false }],
  strangerSeen: false,
};

const { CLIENT_MUTE } = meshtastic.Config_DeviceConfig_Role;

describe('what doctor says of a downlink', () => {
  it('that looks well: what only the gateways know', () => {
    const findings = downlinkFindings(fine);
    expect(findings.map(({ code, level }) => [code, level])).toEqual([['ask_gateways', 'check']]);
    expect(findings[0]?.text).toContain('"TAK"');
  });

  it.each([
    ['public_broker', 'broken', { brokerHost: 'MQTT.meshtastic.org' }, 'broker of your own'],
    ['root_wildcard', 'broken', { root: 'msh/+' }, 'mqtt.root of one mesh'],
    ['channel_missing', 'broken', { channel: undefined }, 'not among those configured'],
    ['channel_open', 'warning', { channel: longFast }, '"LongFast"'],
    ['no_gateway', 'warning', { gateways: [] }, 'downlink_enabled'],
    ['node_taken', 'warning', { strangerSeen: true }, '!11223344'],
    ['node_taken', 'broken', { gateways: [{ node: tracker }] }, '!11223344'],
    ['zero_hops', 'warning', { hopLimit: 0 }, '1 is sent on the air once'],
    ['ignore_mqtt', 'warning', { gateways: [{ node: gateway, ignoreMqtt: true }] }, '!55667788'],
    ['ignore_mqtt', 'warning', { gateways: [{ node: gateway, region: 'EU_868' }] }, 'EU_868'],
    ['ignore_mqtt', 'warning', { root: 'msh/UA_868', gateways: [{ node: gateway }] }, 'UA_868'],
    ['downlink_disabled', 'warning', { gateways: [{ node: gateway, downlinkEnabled: false }] }, '!55667788'],
    ['not_rebroadcast', 'warning', { gateways: [{ node: gateway, role: CLIENT_MUTE }] }, 'CLIENT_MUTE'],
  ] as const)('%s is %s', (code, level, wrong, words) => {
    const [finding, ...others] = downlinkFindings({ ...fine, ...wrong });
    expect(finding).toMatchObject({ code, level });
    expect(finding?.text).toContain(words);
    expect(others.map((other) => other.code)).toEqual(['ask_gateways']);
  });

  it('does not suspect a gateway whose setting is known', () => {
    expect(downlinkFindings({ ...fine, root: 'msh/EU_868' })).toHaveLength(1);
  });
});
