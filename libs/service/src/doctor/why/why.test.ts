import { create } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  Finding_Level,
  LinkState,
  LinkStatusSchema,
  NodeStateSchema,
  Place_State,
  Reason,
  reasonNames,
} from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { fault } from '../site.ts';
import type { FindingFields } from '../site.ts';
import { whyCodes } from './codes.ts';
import { findingsOfNode } from './heard.ts';
import { findingsOfLink } from './link.ts';
import { answerOnLink } from './on-link.ts';
import type { OnLink } from './on-link.ts';
import { answerOnMesh, answerToMesh } from './on-mesh.ts';
import type { OnMesh } from './on-mesh.ts';
import { reasonWords } from './reason-words.ts';
import { findingsOfServer, whyDead } from './server-channels.ts';
import type { ServerView } from './server-channels.ts';

const { SHOWN, NOT_SHOWN, UNKNOWN } = Place_State;
const MINUTE = 60_000;

/** Every answer is one sentence of cause and one of remedy, with a code out of the list. */
const sound = (finding: FindingFields): FindingFields => {
  expect(whyCodes).toContain(finding.code);
  for (const text of [finding.cause, finding.remedy]) expect(text).toMatch(/^[A-Z0-9a-z"'].*\.$/);
  return finding;
};

describe('an answer about a link', () => {
  const link: OnLink['link'] = {
    name: 'county',
    direction: 'both',
    clients: undefined,
    isOpen: true,
    lastError: '',
    dead: undefined,
    hidesAddresses: false,
  };
  const subject: OnLink['subject'] = {
    name: 'Hut',
    isPerson: true,
    hasPosition: true,
    heardAgoMs: MINUTE,
    leftMs: 14 * MINUTE,
    end: { reason: 'delivered', detail: '' },
  };
  const written: OnLink['fate'] = { kind: 'written', detail: '', writtenAgoMs: MINUTE, before: 0 };
  const off = fault('channels_off', { about: 'x', cause: 'All are off.', remedy: 'Switch them on.' });
  type Facts = {
    link?: Partial<OnLink['link']>;
    subject?: Partial<OnLink['subject']>;
    fate?: Partial<OnLink['fate']> | null;
    rule?: string;
  };
  const answer = (facts: Facts) => {
    const { state, finding } = answerOnLink({
      link: { ...link, ...facts.link },
      subject: { ...subject, ...facts.subject },
      fate: facts.fate === null ? undefined : { ...written, ...facts.fate },
      rule: facts.rule,
    });
    return { state, ...sound(finding) };
  };

  it.each<[string, Place_State, Facts, RegExp]>([
    ['shown', SHOWN, {}, /written to county 1 min ago and holds for another 14 min/],
    ['shown_without_address', SHOWN, { link: { hidesAddresses: true } }, /without an address/],
    ['shown', SHOWN, { link: { hidesAddresses: true }, subject: { isPerson: false } }, /holds/],
    ['shown_nowhere', SHOWN, { subject: { hasPosition: false } }, /without a position/],
    ['channels_off', NOT_SHOWN, { link: { dead: off } }, /All are off/],
    [
      'link_away',
      NOT_SHOWN,
      { link: { isOpen: false, lastError: 'refused.' } },
      /is away: refused\. Its last .* 1 min ago/,
    ],
    ['link_away', NOT_SHOWN, { link: { isOpen: false }, fate: null }, /it is being opened\.$/],
    ['nobody_connected', NOT_SHOWN, { link: { clients: 0 } }, /No TAK client/],
    ['shown', SHOWN, { link: { clients: 1 } }, /holds/],
    ['waits', NOT_SHOWN, { fate: { kind: 'waits' } }, /and is the next one: it reads too slowly/],
    [
      'waits',
      NOT_SHOWN,
      { link: { isOpen: false, lastError: 'gone' }, fate: { kind: 'waits', before: 1 } },
      /behind 1 other: gone/,
    ],
    [
      'not_written',
      NOT_SHOWN,
      { fate: { kind: 'unsent', detail: '50 events wait already' } },
      /50 events wait already/,
    ],
    ['not_taken', NOT_SHOWN, { fate: { kind: 'refused', detail: '9 of 8 bytes' } }, /9 of 8 bytes/],
    ['gone_stale', NOT_SHOWN, { subject: { leftMs: 0 } }, /last heard 1 min ago/],
    ['filtered', NOT_SHOWN, { rule: 'rule 1, deny teams Red' }, /keeps it back: rule 1/],
    ['not_told', NOT_SHOWN, { link: { direction: 'in' }, rule: 'x' }, /direction: in/],
    ['not_delivered', NOT_SHOWN, { fate: null, subject: { end: { reason: 'garbled', detail: '' } } }, /damaged/],
    ['not_written_yet', UNKNOWN, { fate: null }, /Nothing of it/],
    ['not_written_yet', UNKNOWN, { fate: null, subject: { end: undefined } }, /Nothing of it/],
  ])('is %s', (code, state, facts, words) => {
    const told = answer(facts);
    expect([told.code, told.state]).toEqual([code, state]);
    expect(told.cause).toMatch(words);
  });
});

describe('an answer about a mesh', () => {
  const open = { agent: 'hill', link: LinkState.OPEN, txClosed: '', sends: true };
  const ended = (reason: Reason, detail = '') => ({ reason, detail, atMs: 0 });
  it.each<[string, Place_State, Partial<OnMesh>, RegExp]>([
    ['mesh_away', NOT_SHOWN, { agents: [] }, /No agent of mesh valley is there/],
    ['mesh_away', NOT_SHOWN, { agents: [{ ...open, link: LinkState.WAITING }] }, /\(hill\) has a link/],
    [
      'mesh_closed',
      NOT_SHOWN,
      { agents: [{ ...open, txClosed: 'channel 0 has no key. Set one' }] },
      /channel 0 has no key\.$/,
    ],
    ['mesh_closed', NOT_SHOWN, { agents: [{ ...open, sends: false }] }, /only listen/],
    ['on_air', SHOWN, { agents: [{ ...open, sends: false }, open], outcome: ended(Reason.DELIVERED) }, /1 min ago/],
    ['on_air', SHOWN, { outcome: ended(Reason.TOO_SOON) }, /not moved/],
    [
      'not_on_air',
      NOT_SHOWN,
      { outcome: ended(Reason.AIR_BUDGET, 'duty cycle') },
      /no airtime for it: duty cycle, 1 min ago/,
    ],
    ['not_asked', UNKNOWN, {}, /last hour/],
  ])('is %s', (code, state, facts, words) => {
    const { state: is, finding } = answerOnMesh({
      subject: 'Anna',
      mesh: 'valley',
      agents: [open],
      outcome: undefined,
      nowMs: MINUTE,
      ...facts,
    });
    expect([sound(finding).code, is]).toEqual([code, state]);
    expect(finding.cause).toMatch(words);
  });

  it('of an egress alone is what it kept back, or that it handed it on', () => {
    const facts = { subject: 'Anna', mesh: 'valley', end: undefined, refused: undefined, handedAgoMs: undefined };
    const told = [
      facts,
      { ...facts, handedAgoMs: 5_000 },
      { ...facts, refused: 'was heard on mesh valley' },
      { ...facts, end: { reason: 'loop', detail: '' } as const },
    ].map((each) => answerToMesh(each));
    expect(told.map(({ finding }) => sound(finding).code)).toEqual([
      'handed_on',
      'handed_on',
      'kept_back',
      'kept_back',
    ]);
    expect(told[1]?.finding.cause).toContain('was, 5 s ago, handed to mesh valley');
  });
});

describe('what agents know of a node', () => {
  const fix = { latitudeI: 1, longitudeI: 1, ageMs: 0 };
  type NodeInit = MessageInitShape<typeof NodeStateSchema>;
  const node = (init: NodeInit = {}) => {
    const usual = { num: 7, agent: 'hill', mesh: 'valley', longName: 'Hut', heardAgeMs: 5_000, fix };
    return create(NodeStateSchema, { ...usual, ...init } as NodeInit);
  };
  const codes = (...states: ReturnType<typeof node>[]) => findingsOfNode(states, 0).map((one) => sound(one).code);

  it.each<[readonly string[], NodeInit]>([
    [['node_heard'], {}],
    [['node_silent'], { heardAgeMs: 2 * 60 * MINUTE }],
    [['node_heard', 'node_ignored'], { ignored: true }],
    [['node_heard', 'own_radio'], { own: true }],
    [['node_heard', 'no_position'], { fix: { latitudeI: 0, longitudeI: 0 } }],
    [['node_heard', 'position_old'], { fix: { ...fix, ageMs: 61 * MINUTE } }],
    [['node_heard', 'position_coarse'], { fix: { ...fix, precisionBits: 13 } }],
    [['node_heard'], { fix: { ...fix, precisionBits: 32 } }],
    [['node_heard', 'reports_itself'], { tak: { uid: 'ANDROID-1', callsign: 'Anna' }, fix: { latitudeI: 0 } }],
  ])('is %j', (wanted, init) => {
    expect(codes(node(init))).toEqual(wanted);
  });

  it('comes from the agent that heard it last; ages go on while nobody tells', () => {
    expect(codes()).toEqual([]);
    const states = [
      node({ agent: 'ridge', heardAgeMs: 9_000, ignored: true, fix }),
      node({ hops: 2, snrDb: 6.25, viaMqtt: true, ignored: false }),
    ];
    const [heard, ...more] = findingsOfNode(states, 0);
    expect(more).toEqual([]);
    expect(heard?.cause).toBe(
      'It was last heard 5 s ago by hill on mesh valley (over 2 hops, SNR 6.3 dB, via MQTT); also known to ridge.',
    );
    expect(findingsOfNode([node({ atMs: 0 })], 3 * MINUTE)[0]?.cause).toContain('3 min ago');
    expect(findingsOfNode([node({ atMs: 99_000 })], 0)[0]?.cause).toContain('5 s ago');
    const cell = findingsOfNode([node({ fix: { ...fix, precisionBits: 16 } })], 0)[1];
    expect(cell?.cause).toContain('some 729 m');
  });
});

describe('what a server says', () => {
  type Channels = ServerView['channels'];
  const both = (name: string, access: 'on' | 'off' | 'none') => ({ name, write: access, read: access });
  const [blueOn, blueOff, redOn] = [both('Blue', 'on'), both('Blue', 'off'), both('Red', 'on')];
  const look = (channels: Channels, direction: 'both' | 'out' | 'in' = 'both', isRegistered?: boolean) =>
    findingsOfServer({ name: 'county', direction, uid: 'COTBUS-tak' }, { channels, isRegistered }).map(sound);

  it.each<[string, Channels, RegExp]>([
    ['channels_none', [], /in no channel/],
    ['channels_off', [blueOff], /channel Blue is off/],
    ['channels_off', [blueOff, both('Red', 'off')], /channels Blue, Red are off/],
    ['channels_on', [blueOn], /^Channel Blue is on/],
    ['channels_partly', [blueOff, redOn], /^Channel Red is on, and channel Blue is off/],
    ['channels_not_written', [{ name: 'Blue', write: 'none', read: 'on' }], /may write in no channel/],
    ['channels_not_written', [{ name: 'Blue', write: 'off', read: 'on' }], /may write are off \(Blue\)/],
    ['channels_not_read', [{ name: 'Blue', write: 'on', read: 'none' }], /may read in no channel/],
    ['channels_on', [blueOn, { name: 'Ops', write: 'none', read: 'on' }], /^Channels Blue, Ops \(read only\) are on/],
  ])('is %s', (code, channels, words) => {
    const told = look(channels);
    expect(told.map((one) => one.code)).toEqual([code]);
    expect(told[0]?.cause).toMatch(words);
    const isDead = /none|off|not_written/.test(code);
    expect(whyDead(told)?.code).toBe(isDead ? code : undefined);
  });

  it('matters in the direction of the link, and so does whether it knows us', () => {
    const read = { name: 'Blue', write: 'none', read: 'on' } as const;
    expect(look([read], 'in').map(({ code }) => code)).toEqual(['channels_on']);
    expect(look([{ ...read, write: 'on', read: 'none' }], 'out').map(({ code }) => code)).toEqual(['channels_on']);
    expect(look([blueOn], 'both', true).map(({ code }) => code)).toEqual(['channels_on', 'gateway_registered']);
    expect(look([blueOn], 'both', false).at(-1)).toMatchObject({
      code: 'gateway_unknown',
      level: Finding_Level.WARNING,
    });
    expect(look([blueOn], 'in', false).map(({ code }) => code)).toEqual(['channels_on']);
  });

  it('does not drown the reader', () => {
    const many = Array.from({ length: 30 }, (_, n) => both(`G${n}`, 'off'));
    expect(look(many)[0]?.cause).toContain('G9 and 20 more are off');
  });
});

describe('a link by itself', () => {
  const codes = (
    init: MessageInitShape<typeof LinkStatusSchema>,
    more: Partial<Parameters<typeof findingsOfLink>[0]> = {},
  ) =>
    findingsOfLink({
      status: create(LinkStatusSchema, { name: 'county', address: 'h:1', state: LinkState.OPEN, ...init }),
      direction: 'both',
      isListener: false,
      isIntroduced: true,
      ...more,
    }).map((one) => sound(one).code);

  it('is up, down, slow, empty or hidden', () => {
    expect(codes({ clients: 2 })).toEqual(['link_up']);
    expect(codes({ waiting: 3 })).toEqual(['link_up', 'link_waits']);
    expect(codes({ state: LinkState.WAITING, waiting: 1, lastError: 'gone' })).toEqual(['link_down']);
    expect(codes({}, { isIntroduced: false })).toEqual(['link_up', 'gateway_hidden']);
    expect(codes({}, { isListener: true })).toEqual(['listener_empty']);
    expect(codes({ clients: 1, lastError: 'x was refused' }, { isListener: true })).toEqual(['listener_up']);
  });
});

it('has words for every reason, as sentences', () => {
  for (const reason of [...reasonNames, 'unknown'] as const) {
    const { cause, remedy } = reasonWords(reason, 'some detail.');
    expect(cause).toMatch(/^[A-Z].*: some detail\.$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  }
});
