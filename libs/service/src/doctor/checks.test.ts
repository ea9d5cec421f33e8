import { create } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  AgentStatusSchema,
  Dialect,
  Finding_Level,
  KeyKind,
  LinkState,
  meshtastic,
  ServiceStatusSchema,
} from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { findingsOf, siteChecks } from './checks.ts';
import type { Seen, Site } from './site.ts';

type AgentInit = MessageInitShape<typeof AgentStatusSchema>;
type ServiceInit = MessageInitShape<typeof ServiceStatusSchema>;
const { NOTE, WARNING, FAULT } = Finding_Level;
const { REPEATER, SENSOR, TAK, CLIENT } = meshtastic.Config_DeviceConfig_Role;
const MINUTE = 60_000;

const alive = <S>(status: S, clockAheadMs?: number): Seen<S> => ({ status, isAlive: true, clockAheadMs });
const agent = (init: Partial<AgentInit> = {}) =>
  create(AgentStatusSchema, {
    agent: 'hill',
    mesh: 'valley',
    online: true,
    link: LinkState.OPEN,
    node: 0x77,
    firmwareVersion: '2.8.0.7754068',
    capabilities: { supportsTakV2: true, takV1Usable: true },
    region: 'EU_868',
    modemPreset: 'LONG_FAST',
    txEnabled: true,
    rebroadcastMode: 'ALL',
    channels: [{ index: 0, name: 'Team', key: KeyKind.PRIVATE, primary: true, hash: 9 }],
    dialect: Dialect.V2,
    role: CLIENT,
    transport: 'serial',
    sends: true,
    listeningMs: 60 * MINUTE,
    heardAgeMs: MINUTE,
    silentAlarmMs: 15 * MINUTE,
    ...init,
  } as AgentInit);
const service = (name: string, init: Partial<ServiceInit> = {}) =>
  create(ServiceStatusSchema, { name, instance: 'main', online: true, ready: true, ...init } as ServiceInit);
const healthy = ['radio-agent', 'codec-worker', 'tak-egress'].map((name) => alive(service(name)));

const site = (parts: Partial<Site> = {}): Site => ({ agents: [alive(agent())], services: healthy, ...parts });
const withAgents = (...inits: Partial<AgentInit>[]) => site({ agents: inits.map((init) => alive(agent(init))) });
const brief = (of: Site) => findingsOf(of).map(({ code, level, about }) => [code, level, about]);

describe('a site', () => {
  it('that is well has no findings', () => {
    expect(brief(site())).toEqual([]);
  });

  it('with nothing on the bus lacks one of each', () => {
    expect(brief({ agents: [], services: [] })).toEqual([
      ['service_missing', FAULT, 'radio-agent'],
      ['service_missing', FAULT, 'codec-worker'],
      ['service_missing', FAULT, 'tak-egress'],
    ]);
  });

  it.each<[string, Finding_Level, Partial<AgentInit>, RegExp]>([
    ['radio_away', FAULT, { link: LinkState.WAITING, linkDetail: 'connect ECONNREFUSED' }, /ECONNREFUSED/],
    ['nobody_heard', WARNING, { heardAgeMs: 16 * MINUTE }, /for 16 min/],
    ['nobody_heard', WARNING, { heardAgeMs: undefined, listeningMs: 15 * MINUTE }, /since its link opened/],
    ['radio_renumbered', NOTE, { formerNode: 0x66 }, /!00000077 and was !00000066/],
    ['radio_locked', FAULT, { locked: true, txEnabled: false }, /locked/],
    ['region_unset', FAULT, { region: 'UNSET' }, /UNSET/],
    ['tx_disabled', FAULT, { txEnabled: false }, /tx_enabled/],
    ['tx_disabled', WARNING, { txEnabled: false, sends: false }, /tx_enabled/],
    ['core_portnums_only', FAULT, { rebroadcastMode: 'CORE_PORTNUMS_ONLY' }, /72, 78, 257/],
    ['rebroadcast_limited', NOTE, { rebroadcastMode: 'NONE' }, /nothing/],
    ['rebroadcast_limited', NOTE, { rebroadcastMode: 'KNOWN_ONLY' }, /nodes it knows/],
    ['role_sleeps', WARNING, { role: SENSOR }, /SENSOR/],
    ['role_repeater', WARNING, { role: REPEATER }, /REPEATER/],
    ['radio_managed', NOTE, { managed: true }, /is_managed/],
    ['air_closed', WARNING, { txClosed: 'channel 0 "x" has no key: everybody can read it. Set one' }, /has no key/],
    ['host_clock', FAULT, { clockCheck: { gpsAheadMs: 61_000, gpsNodes: 2 } }, /1 min behind .* 2 nodes/],
    ['host_clock', FAULT, { clockCheck: { gpsAheadMs: -7_200_000, gpsNodes: 1 } }, /2 h ahead of .* 1 node/],
    ['host_clock', FAULT, { clockCheck: { radioAheadMs: 86_400_000 * 3 } }, /3 days behind the radio's/],
    ['radio_clock', NOTE, { clockCheck: { gpsAheadMs: 500, gpsNodes: 1, radioAheadMs: 600_000 } }, /10 min ahead/],
    [
      'channel_unreadable',
      WARNING,
      { unread: [{ channel: 'Ridge', hash: 63, reason: 'key_differs', packets: 7, lastFrom: 5, lastAgeMs: MINUTE }] },
      /7 packets .* channel "Ridge", hash 63: .*!00000005, 1 min ago/,
    ],
    [
      'channel_unreadable',
      WARNING,
      { unread: [{ hash: 63, reason: 'channel_unknown', packets: 1, lastFrom: 5 }] },
      /1 packet seen and not read on a channel with hash 63/,
    ],
    ['channel_unreadable', NOTE, { unread: [{ reason: 'pki', packets: 1, lastFrom: 5 }] }, /between two nodes/],
  ])('finds %s (level %i)', (code, level, init, words) => {
    const findings = findingsOf(withAgents(init));
    expect(findings.map((finding) => [finding.code, finding.level])).toEqual([[code, level]]);
    expect(findings[0]?.cause).toMatch(words);
    expect(findings[0]?.about).toBe('hill');
  });

  it('finds the firmware that empties port 72, in the TAK roles alone', () => {
    const old = { capabilities: { supportsTakV2: false, takV1Usable: false }, firmwareVersion: '2.7.26.54e0d8d' };
    const findings = findingsOf(withAgents({ ...old, role: TAK, dialect: Dialect.FORWARDER }));
    expect(findings.map(({ code }) => code)).toEqual(['takv1_spoiled', 'only_forwarder']);
    expect(findings[0]?.cause).toContain('2.7.26');
  });

  it('finds that radio and dialect do not fit', () => {
    const old = { capabilities: { supportsTakV2: false, takV1Usable: true }, firmwareVersion: '2.7.22' };
    expect(brief(withAgents({ ...old, dialect: Dialect.V2 }))).toEqual([['firmware_lacks_v2', WARNING, 'hill']]);
    expect(brief(withAgents({ ...old, dialect: Dialect.V1 }))).toEqual([]);
  });

  it('is warned of when every channel can be read, and noted when one can', () => {
    const open = { index: 0, name: 'LongFast', key: KeyKind.DEFAULT, primary: true, hash: 8 };
    const own = { index: 1, name: 'Team', key: KeyKind.PRIVATE, hash: 9 };
    expect(brief(withAgents({ channels: [open] }))).toEqual([['channel_open', WARNING, 'hill']]);
    expect(brief(withAgents({ channels: [open, own] }))).toEqual([['channel_open', NOTE, 'hill']]);
  });

  it('has settings of a radio only where there is one', () => {
    expect(
      brief(withAgents({ transport: 'mqtt', region: 'UNSET', rebroadcastMode: 'NONE', txEnabled: false })),
    ).toEqual([]);
    const none = { node: 0, region: '', txEnabled: false, channels: [], link: LinkState.WAITING };
    expect(brief(withAgents(none))).toEqual([['radio_away', FAULT, 'hill']]);
  });

  it('never alarms about silence when that is switched off', () => {
    expect(brief(withAgents({ silentAlarmMs: 0, heardAgeMs: 999 * MINUTE, listeningMs: 999 * MINUTE }))).toEqual([]);
  });
});

describe('two radios of one mesh', () => {
  const two = (second: Partial<AgentInit>) => withAgents({}, { agent: 'ridge', node: 0x78, ...second });

  it('are well when they agree, or when one of them does not say', () => {
    expect(brief(two({}))).toEqual([]);
    expect(brief(two({ region: '', modemPreset: '' }))).toEqual([]);
  });

  it.each<[Partial<AgentInit>, RegExp]>([
    [{ region: 'US' }, /region \(EU_868, US\)/],
    [{ modemPreset: 'MEDIUM_FAST' }, /modem preset \(LONG_FAST, MEDIUM_FAST\)/],
    [{ channels: [{ name: 'Team', key: KeyKind.PRIVATE, hash: 10 }] }, /the key of channel "Team"/],
    [{ channels: [{ name: 'Other', key: KeyKind.PRIVATE, hash: 9 }] }, /all channels/],
  ])('differ in %j', (second, words) => {
    const findings = findingsOf(two(second));
    expect(findings.map(({ code, level, about }) => [code, level, about])).toEqual([
      ['mesh_settings_differ', WARNING, 'mesh valley'],
    ]);
    expect(findings[0]?.cause).toMatch(words);
  });

  it('may differ on two meshes', () => {
    expect(brief(two({ mesh: 'coast', region: 'US' }))).toEqual([]);
  });

  it('that are one radio push each other out', () => {
    expect(brief(two({ node: 0x77 }))).toEqual([['radio_shared', FAULT, 'ridge']]);
  });
});

describe('services', () => {
  const and = (seen: Site['services'][number]) => site({ services: [...healthy, seen] });

  it('that have stopped, or hang, are named', () => {
    const stopped = { ...alive(service('console', { online: false })), isAlive: false };
    expect(brief(and(stopped))).toEqual([['service_offline', WARNING, 'console/main']]);
    const hangs = { ...alive(service('console')), isAlive: false };
    expect(brief(and(hangs))).toEqual([['heartbeat_missing', FAULT, 'console/main']]);
  });

  it('that are not ready say why, each fault once', () => {
    const faults = ['links: port 8087 is taken', 'bus: not connected'];
    const findings = findingsOf(and(alive(service('tak-egress', { instance: 'site', ready: false, faults }))));
    expect(findings.map(({ code, cause }) => [code, cause])).toEqual([
      ['service_fault', 'Links: port 8087 is taken.'],
      ['service_fault', 'Bus: not connected.'],
    ]);
  });

  it('that are agents say of their radio only what the radio check does not', () => {
    const faults = ['radio tcp 10.0.0.1:4403: no route', 'bus: not connected', 'nobody heard for 20 min'];
    const away = agent({ link: LinkState.WAITING, linkDetail: 'no route' });
    const services = [...healthy, alive(service('radio-agent', { instance: 'hill', ready: false, faults }))];
    expect(brief({ agents: [alive(away)], services })).toEqual([
      ['service_fault', FAULT, 'radio-agent/hill'],
      ['radio_away', FAULT, 'hill'],
    ]);
  });

  it('that only raise an alarm are not at fault for it', () => {
    expect(brief(and(alive(service('radio-agent', { instance: 'x', faults: ['nobody heard for 20 min'] }))))).toEqual(
      [],
    );
  });

  it('with another clock are noted', () => {
    expect(brief(and(alive(service('console'), 61_000)))).toEqual([['clocks_differ', NOTE, 'console/main']]);
    expect(brief(and(alive(service('console'), -59_000)))).toEqual([]);
  });

  it('that could not read frames for want of a dictionary say how many', () => {
    const counters = { outcome_dictionary_missing_total: 3 };
    const findings = findingsOf(and(alive(service('tak-egress', { instance: 'site', counters }))));
    expect(findings).toMatchObject([{ code: 'dictionary_missing', level: WARNING }]);
    expect(findings[0]?.cause).toContain('3 frames');
  });

  it('pass on what they found themselves', () => {
    const found = { code: 'no_gateway', level: WARNING, about: 'hill', cause: 'Nobody.', remedy: 'Somebody.' };
    expect(findingsOf(withAgents({ findings: [found] }))).toMatchObject([found]);
    expect(findingsOf(and(alive(service('console', { findings: [found] }))))).toMatchObject([found]);
  });
});

it('puts faults first, and what was said by the dead nowhere', () => {
  const bad = agent({ managed: true, region: 'UNSET', heardAgeMs: 99 * MINUTE });
  expect(findingsOf(site({ agents: [alive(bad)] })).map(({ level }) => level)).toEqual([FAULT, WARNING, NOTE]);
  expect(findingsOf(site({ agents: [{ ...alive(bad), isAlive: false }] }))).toEqual([]);
});

it('gives causes and remedies as sentences, with codes out of the list', () => {
  const everything = withAgents(
    { managed: true, region: 'UNSET', rebroadcastMode: 'CORE_PORTNUMS_ONLY', role: REPEATER, locked: true },
    { agent: 'b', link: LinkState.CLOSED, formerNode: 3 },
  );
  const codes = new Set(siteChecks.flatMap((check) => check.codes));
  for (const { code, cause, remedy } of findingsOf(everything)) {
    expect(codes).toContain(code);
    for (const text of [cause, remedy]) expect(text).toMatch(/^\S.*[.)]$/);
  }
});
