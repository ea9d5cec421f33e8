import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { createMessage, LinkState, meshtastic, Reason } from '@cotbus/contracts';
import type { MessageOf, TopicName } from '@cotbus/contracts';
import { createUplink } from '@cotbus/meshtastic';
import {
  channel,
  decodedPacket,
  encryptedPacket,
  published,
  takChannel,
  tracker,
} from '@cotbus/meshtastic/testing/uplinked';
import { startService, systemClock } from '@cotbus/service';
import type { Bus } from '@cotbus/service';
import { createMemoryBroker, memoryJournals, silentLog } from '@cotbus/service/testing';
import type { AedesOptions } from 'aedes';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { radioAgent } from './agent.ts';
import { nodeAesCtr } from './node-aes-ctr.ts';
import { radioOptions } from './options.ts';
import { createMeshBroker } from './testing/mesh-broker.ts';

const until = (check: () => void) => vi.waitFor(check, { interval: 5, timeout: 20_000 });
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Everything that was published on a topic, oldest first. */
const collect = async <N extends TopicName>(bus: Bus, name: N): Promise<MessageOf<N>[]> => {
  const all: MessageOf<N>[] = [];
  await bus.subscribe(name, {}, (message) => message && all.push(message));
  return all;
};

const key = '0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';

interface Site {
  readonly uplink?: object;
  readonly toMesh?: object;
  readonly aedes?: AedesOptions;
  readonly tls?: Parameters<typeof createMeshBroker>[1];
}

/** An agent whose radio is a broker; its link need not be open yet. */
const startSite = async ({ uplink = {}, toMesh = {}, aedes, tls }: Site = {}) => {
  const meshBroker = createMeshBroker(aedes, tls);
  await meshBroker.start();
  const broker = createMemoryBroker();
  const bus = broker.connect();
  const egress = { name: 'tak-egress', instance: 'tak', online: true, destination: { name: 'tak' } };
  bus.publish('serviceStatus', createMessage('serviceStatus', egress));
  const seen = {
    frames: await collect(bus, 'frameHeard'),
    statuses: await collect(bus, 'agentStatus'),
    nodes: await collect(bus, 'node'),
    batches: await collect(bus, 'outcome'),
  };
  const url = `mqtt${tls === undefined ? '' : 's'}://127.0.0.1:${meshBroker.port()}`;
  const options = { url, root: 'msh/EU_868', channels: [{ name: 'TAK', key }], ...uplink };
  const running = await startService(radioAgent, {
    options: radioOptions.parse({ name: 'hill', mesh: 'valley', uplink: options, toMesh }),
    bus: broker.connect(),
    log: silentLog(),
    clock: systemClock,
    random: () => 0.99,
    journals: memoryJournals(),
  });
  closers.push(
    () => meshBroker.stop(),
    () => running.stop(),
  );
  const outcomes = () => seen.batches.flatMap((batch) => batch.outcomes);
  const hear = (...[packet, name = 'TAK', by]: [meshtastic.MeshPacket, string?, number?]) =>
    meshBroker.publish(published(packet, name, by));
  /** What another host with the key reads of what the agent has published on this port. */
  const downlinks = (port: number) => {
    const other = createUplink({ aesCtr: nodeAesCtr, channels: [takChannel], node: 0x99, takesDecoded: false });
    return meshBroker.published
      .map((message) => other.message({ ...message, retained: false }, 0))
      .flatMap((heard) => (heard.kind === 'packet' ? [heard.packet] : []))
      .filter(({ payloadVariant }) => payloadVariant.case === 'decoded' && payloadVariant.value.portnum === port);
  };
  return { ...seen, meshBroker, bus, outcomes, hear, downlinks };
};

const startAgent = async (site: Site = {}) => {
  const started = await startSite(site);
  await until(() => expect(started.statuses.at(-1)?.link).toBe(LinkState.OPEN));
  return started;
};

const chatFrame = (payload: Uint8Array, seq = 1) =>
  createMessage('txResult', {
    item: {
      id: { origin: 'tak', incarnation: 1, nonce: 1n, seq },
      low: 1,
      attempt: 1,
      addressed: [{ destination: 'valley', sink: 'hill', assignment: 1, lifeMs: 60_000 }],
    },
    mesh: 'valley',
    agent: 'hill',
    kind: 2,
    uid: `chat-${seq}`,
    result: { case: 'frame', value: { port: 78, payload, to: 0xffffffff } },
  });

const tak = { portnum: meshtastic.PortNum.ATAK_PLUGIN_V2, payload: Uint8Array.of(0xff, 8, 1), bitfield: 0 };

describe('an agent whose radio is an MQTT broker', () => {
  it('says what it is, without any key', async () => {
    const { statuses } = await startAgent({ uplink: { firmwareVersion: '2.8.0' } });
    expect(statuses.at(-1)).toMatchObject({ region: 'EU_868', capabilities: { supportsTakV2: true }, txClosed: '' });
    expect(statuses.at(-1)?.channels).toMatchObject([{ index: 0, name: 'TAK', primary: true }]);
    await until(() => expect(statuses.at(-1)?.nodeName).toBe('Cotbus gateway'));
  });

  it('publishes an encrypted packet as a frame, once, and keeps the best reception of its sender', async () => {
    const { frames, nodes, hear } = await startAgent();
    hear(encryptedPacket(takChannel, tak, { rxRssi: -110, rxSnr: 1 }));
    hear(encryptedPacket(takChannel, tak, { rxRssi: -70, rxSnr: 9 }), 'TAK', 0x5555);
    await until(() => expect(nodes.findLast(({ num }) => num === tracker)).toMatchObject({ rssiDbm: -70, snrDb: 9 }));
    expect(frames.filter(({ port }) => port === 78)).toMatchObject([
      { mesh: 'valley', from: tracker, packetId: 77, channel: 0, payload: tak.payload, sender: { rssiDbm: -110 } },
    ]);
  });

  it('takes what gateways publish unencrypted where it is told to', async () => {
    const { frames, hear } = await startAgent({ uplink: { takesDecoded: true } });
    hear(decodedPacket(tak));
    await until(() => expect(frames.filter(({ port }) => port === 78)).toHaveLength(1));
  });

  it('makes a node of a map report', async () => {
    const { nodes, frames, meshBroker } = await startAgent();
    const report = { longName: 'Hill', shortName: 'HILL', latitudeI: 471234567, longitudeI: 81234567 };
    const payload = toBinary(meshtastic.MapReportSchema, create(meshtastic.MapReportSchema, report));
    const packet = decodedPacket({ portnum: 73, payload }, { id: 0 });
    meshBroker.publish({ ...published(packet, 'LongFast'), topic: 'msh/EU_868/2/map/' });
    await until(() =>
      expect(nodes.find(({ num }) => num === tracker)).toMatchObject({
        longName: 'Hill',
        fix: { latitudeI: 471234567 },
      }),
    );
    await until(() => expect(frames).toMatchObject([{ from: tracker, refresh: true, sender: { longName: 'Hill' } }]));
  });

  it('ends what it cannot read with channel, hash and what to look at', async () => {
    const { outcomes, hear } = await startAgent();
    hear(encryptedPacket(channel('TAK', '01'), tak));
    hear(encryptedPacket(channel('other\n', '01'), tak, { id: 78 }), 'other\n');
    hear(decodedPacket(tak, { id: 79 }));
    hear(encryptedPacket(takChannel, tak, { id: 80, channel: 0, pkiEncrypted: true }), 'PKI');
    await until(() => expect(outcomes()).toHaveLength(4));
    expect(outcomes().every(({ node, reason }) => node === tracker && reason === Reason.UNREADABLE)).toBe(true);
    expect(outcomes().map(({ detail }) => detail)).toEqual([
      'channel "TAK", hash 92: encrypted with another key than the one in uplink.channels',
      expect.stringMatching(/^channel "other\\u000a", hash \d+: not among uplink\.channels$/),
      'channel "TAK", hash 0: not encrypted; uplink.takesDecoded takes such packets',
      'channel "PKI", hash 0: a message between two nodes, which no channel key opens',
    ]);
  });

  it('publishes what it is asked to send, so that those with the key can read it', async () => {
    const { bus, statuses, outcomes, downlinks, frames } = await startAgent({ uplink: { hopLimit: 0 } });
    bus.publish('txResult', chatFrame(tak.payload));
    await until(() => expect(outcomes()).toMatchObject([{ destination: 'valley', reason: Reason.DELIVERED }]));
    const [packet] = downlinks(78);
    expect(packet).toMatchObject({ from: statuses.at(-1)?.node, to: 0xffffffff, hopLimit: 0, hopStart: 0 });
    expect(packet?.payloadVariant).toMatchObject({ value: { payload: tak.payload, bitfield: 0 } });
    expect(frames.filter(({ port }) => port === 78)).toEqual([]);
  });

  it('says in its own words what it cannot send', async () => {
    const { bus, outcomes } = await startAgent();
    bus.publish('txResult', chatFrame(new Uint8Array(240)));
    await until(() => expect(outcomes()).toMatchObject([{ reason: Reason.TOO_LARGE }]));
    expect(outcomes()[0]?.detail).toMatch(/^the uplink cannot send it: too_large \(\d+ of 239 bytes\)$/);
  });

  it('sends nothing below a root with a wildcard', async () => {
    const { bus, outcomes, hear, frames, meshBroker } = await startAgent({ uplink: { root: 'msh/+' } });
    hear(encryptedPacket(takChannel, tak));
    await until(() => expect(frames.filter(({ port }) => port === 78)).toHaveLength(1));
    bus.publish('txResult', chatFrame(tak.payload));
    await until(() => expect(outcomes()).toMatchObject([{ reason: Reason.RADIO_REFUSED }]));
    expect(meshBroker.published).toEqual([]);
  });

  it('introduces itself to the mesh where it may send', async () => {
    const { statuses, downlinks } = await startAgent();
    await until(() => expect(downlinks(4)).toMatchObject([{ from: statuses.at(-1)?.node, hopLimit: 3 }]));
  });

  it('comes back by itself after the broker was away', async () => {
    const { meshBroker, statuses, hear, frames, downlinks } = await startAgent();
    await until(() => expect(downlinks(4)).toHaveLength(1));
    await meshBroker.stop();
    await until(() => expect(statuses.at(-1)?.link).toBe(LinkState.WAITING));
    await meshBroker.start();
    await until(() => expect(statuses.at(-1)?.link).toBe(LinkState.OPEN));
    hear(encryptedPacket(takChannel, tak));
    await until(() => expect(frames.filter(({ port }) => port === 78)).toHaveLength(1));
    expect(downlinks(4)).toHaveLength(1);
  });
});

describe('a broker that does not take the agent', () => {
  it.each([
    ['wrong', LinkState.WAITING, /^no broker at mqtt:\/\/127\.0\.0\.1:\d+: .*[Nn]ot authorized/],
    ['right', LinkState.OPEN, /^$/],
  ])('or does, for its credentials: %s password', async (given, link, detail) => {
    const authenticate: AedesOptions['authenticate'] = (_client, username, password, done) =>
      done(null, username === 'hill' && password?.toString() === 'right');
    const { statuses } = await startSite({ uplink: { username: 'hill', password: given }, aedes: { authenticate } });
    await until(() => expect(statuses.at(-1)?.link).toBe(link));
    expect(statuses.at(-1)?.linkDetail).toMatch(detail);
  });

  it('for its subscriptions', async () => {
    const authorizeSubscribe: AedesOptions['authorizeSubscribe'] = (_client, subscription, done) =>
      done(null, subscription.topic.includes('/2/map/') ? null : subscription);
    const { statuses } = await startSite({ aedes: { authorizeSubscribe } });
    await until(() => expect(statuses.at(-1)?.link).toBe(LinkState.WAITING));
    expect(statuses.at(-1)?.linkDetail).toBe(
      'the broker refuses the subscription to msh/EU_868/2/map/#: its access list must allow it',
    );
  });
});

const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version']).length > 0;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl)('a broker over TLS', () => {
  const certificate = () => {
    const folder = mkdtempSync(join(tmpdir(), 'cotbus-uplink-'));
    closers.push(async () => rmSync(folder, { recursive: true, force: true }));
    const [keyFile, ca] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=broker', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
    execFileSync('openssl', ['req', '-x509', ...made, '-keyout', keyFile, '-out', ca, ...subject], { stdio: 'ignore' });
    return { ca, tls: { key: readFileSync(keyFile), cert: readFileSync(ca) } };
  };

  it('is trusted by the authority that is named, and by none otherwise', async () => {
    const { ca, tls } = certificate();
    await startAgent({ tls, uplink: { ca } });
    const { statuses } = await startSite({ tls });
    await until(() => expect(statuses.at(-1)?.linkDetail).toMatch(/self-signed certificate/));
  });

  it('is not asked when the file of its authority cannot be read', async () => {
    const { ca, tls } = certificate();
    const { statuses } = await startSite({ tls, uplink: { ca: `${ca}.not` } });
    await until(() => expect(statuses.at(-1)?.linkDetail).toBe(`uplink.ca: ${ca}.not cannot be read (ENOENT)`));
  });
});
