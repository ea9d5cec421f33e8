import { create } from '@bufbuild/protobuf';
import { Finding_Level, meshtastic } from '@cotbus/contracts';
import { openChannels } from '@cotbus/meshtastic';
import type { UplinkHeard } from '@cotbus/meshtastic';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { createUplinkFindings } from './uplink-findings.ts';
import type { UplinkFindingParts } from './uplink-findings.ts';

const [channel] = openChannels([{ name: 'Team', psk: new Uint8Array(32).fill(7) }]);
const HOUR_MS = 3_600_000;

const setUp = (given: Partial<UplinkFindingParts> = {}) => {
  const clock = fakeClock();
  const findings = createUplinkFindings({
    clock,
    agent: 'site',
    url: 'mqtts://broker.example.org:8883',
    root: 'msh/US',
    channel,
    node: 0x43aa0001,
    hopLimit: 3,
    sends: true,
    ...given,
  });
  const published = (gateway: string, index = 0): UplinkHeard => ({
    kind: 'packet',
    packet: create(meshtastic.MeshPacketSchema, { from: 9, channel: index }),
    gateway,
    variant: false,
  });
  return { clock, findings, published, codes: () => findings.all().map(({ code, level }) => [code, level]) };
};
const { FAULT, WARNING, NOTE } = Finding_Level;

describe('what an uplink finds of its downlink', () => {
  it('is nothing where nothing is sent', () => {
    expect(setUp({ sends: false, root: 'msh/+' }).codes()).toEqual([]);
  });

  it('is that nobody published on the channel, until somebody does, and again a day later', () => {
    const { clock, findings, published, codes } = setUp();
    const lonely = [
      ['no_gateway', WARNING],
      ['ask_gateways', NOTE],
    ];
    expect(codes()).toEqual(lonely);
    findings.heard(published('!55667788', 1));
    findings.heard(published('somebody'));
    expect(codes()).toEqual(lonely);
    findings.heard(published('!55667788'));
    expect(codes()).toEqual([['ask_gateways', NOTE]]);
    clock.advance(24 * HOUR_MS);
    expect(codes()).toEqual(lonely);
  });

  it('knows region and role of a gateway by its map report', () => {
    const { findings, published } = setUp({ root: 'site/alps' });
    findings.heard(published('!55667788'));
    const report = { node: 0x5566_7788, region: 'EU_868', role: meshtastic.Config_DeviceConfig_Role.CLIENT_MUTE };
    findings.heard({ kind: 'mapReport', report } as Extract<UplinkHeard, { kind: 'mapReport' }>);
    const all = findings.all();
    expect(all.map(({ code }) => code)).toEqual(['ignore_mqtt', 'not_rebroadcast', 'ask_gateways']);
    expect(all[0]).toMatchObject({ about: 'site', cause: expect.stringMatching(/^!55667788 is in EU_868.*\.$/) });
  });

  it('is that somebody else has our node number, for an hour', () => {
    const { clock, findings, codes } = setUp();
    findings.heard({ kind: 'own', traffic: 'echo', packetId: 1, gateway: '!43aa0001' });
    expect(codes()).not.toContainEqual(['node_taken', WARNING]);
    findings.heard({ kind: 'own', traffic: 'not_ours', packetId: 1, gateway: '!43aa0001' });
    expect(codes()).toContainEqual(['node_taken', WARNING]);
    clock.advance(HOUR_MS);
    expect(codes()).not.toContainEqual(['node_taken', WARNING]);
  });

  it('is the public broker, and that nothing can be published there', () => {
    expect(setUp({ url: 'mqtt://mqtt.meshtastic.org:1883' }).codes()[0]).toEqual(['public_broker', FAULT]);
  });
});
