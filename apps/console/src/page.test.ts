/** The pure parts of the page. */
import { KeyKind, Kind, LinkState, Reason, reasonNames } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createState } from './state.ts';
import type { ConsoleState } from './state.ts';
import {
  age,
  ago,
  applyChanges,
  battery,
  blur,
  boundsOf,
  chosenNodes,
  chosenOutcomes,
  createModel,
  findings,
  firstName,
  gridLines,
  gridStep,
  isBlank,
  listed,
  mapItems,
  metres,
  modelOf,
  namedOutcomes,
  nodeName,
  openAlarms,
  placeLabels,
  reasons,
  ringsOf,
  shown,
} from './testing/page-modules.ts';
import {
  NOON,
  sampleAgent,
  sampleBatch,
  sampleHeard,
  sampleNode,
  sampleOutcome,
  sampleResult,
  sampleService,
} from './testing/sample-bus.ts';

const watch = () => createState({ name: 'console', startedMs: NOON });
const pageOf = (state: ConsoleState) => modelOf(state.changes(undefined, NOON));
const fixAt = (latitudeI: number, longitudeI: number) =>
  ({
    $typeName: 'cotbus.v1.Fix',
    latitudeI,
    longitudeI,
    precisionBits: 32,
    locationSource: 0,
    hdopE2: 0,
    ageMs: 0,
  }) as const;

describe('what the page knows', () => {
  it('follows the console through changes, and starts anew with the whole', () => {
    const state = watch();
    const page = createModel();
    state.node(sampleNode({ num: 1 }), { agent: 'north', num: '00000001' }, NOON);
    expect([...applyChanges(page, state.changes(undefined, NOON))]).toContain('nodes');
    const seen = state.revision(NOON);
    state.node(undefined, { agent: 'north', num: '00000001' }, NOON);
    state.node(sampleNode({ num: 2 }), { agent: 'north', num: '00000002' }, NOON);
    expect([...applyChanges(page, state.changes(seen, NOON))]).toEqual(['nodes']);
    expect([...page.nodes.keys()]).toEqual(['county/!00000002']);
    applyChanges(page, watch().changes(undefined, NOON));
    expect(page.nodes.size).toBe(0);
  });

  it('has the alarms open that nobody has acknowledged or cancelled', () => {
    const state = watch();
    const emergency = { type: 'b-a-o-tbl', kind: Kind.EMERGENCY };
    for (const uid of ['a', 'b', 'c']) state.result(sampleResult({ ...emergency, uid }), NOON);
    state.acknowledge('a', 'Anna', NOON);
    state.result(sampleResult({ ...emergency, uid: 'b', type: 'b-a-o-can' }), NOON);
    expect(openAlarms(pageOf(state)).map(({ key }) => key)).toEqual(['c']);
  });
});

describe('the words of the page', () => {
  it('have a label and a meaning for every reason, and for no other', () => {
    expect(Object.keys(reasons).toSorted()).toEqual([...reasonNames, 'unknown'].toSorted());
    for (const { tone, text, meaning } of Object.values(reasons)) {
      expect(['good', 'quiet', 'wait', 'bad']).toContain(tone);
      expect(text).toMatch(/^\w/);
      expect(meaning).toMatch(/\.$/);
    }
  });

  it.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [7_500_000, '2 h 5 min'],
    [7_200_000, '2 h'],
    [200_000_000, '2 d'],
    [-5000, '0 s'],
  ])('say %d ms as %s', (ms, text) => {
    expect(age(ms)).toBe(text);
  });

  it('say numbers as a person reads them', () => {
    expect([ago(500), ago(3000)]).toEqual(['now', '3 s ago']);
    expect([battery(null), battery(101), battery(7)]).toEqual(['–', 'powered', '7 %']);
    expect([metres(14.6), metres(1540), metres(15_400)]).toEqual(['15 m', '1.5 km', '15 km']);
    expect([blur(0), blur(32), blur(14)]).toEqual(['', '', '± 1.5 km']);
  });

  it.each([
    ['a direction that is turned', 'a\u202Egnp.exe', 'a\ufffdgnp.exe'],
    ['an isolate that is never closed', '\u2066a', '\ufffda'],
    ['control characters', '\u0000a\u0007\u009b', '\ufffda\ufffd\ufffd'],
    ['piled marks', `Z${'\u0351'.repeat(40)}a`, `Z${'\u0351'.repeat(3)}a`],
  ])('do not let a name deceive by %s', (_what, text, safe) => {
    expect(shown(text)).toBe(safe);
  });

  it.each(['Radio 7', 'الراديو', '🦊👨‍👩‍👧', 'Žižkov', 'two\nlines', 'हिन्दी', '<img src=x>'])(
    'leave %s as it is',
    (text) => {
      expect(shown(text)).toBe(text);
      expect(isBlank(text)).toBe(false);
    },
  );

  it('pass over names that nobody can see', () => {
    for (const name of ['', '   ', '\u200b\u200b', '\u202e', '\u3164', '\u2800']) expect(isBlank(name)).toBe(true);
    expect(firstName('\u200b', '', 'ANDROID-1')).toBe('ANDROID-1');
    expect(nodeName({ shortName: '\u3164', longName: 'Alpha' })).toBe('Alpha');
  });
});

describe('the map', () => {
  it('draws everything by what it is, alarms on top', () => {
    const state = watch();
    const unit = (uid: string, over: Parameters<typeof sampleResult>[0]) =>
      state.result(sampleResult({ uid, callsign: '', ...over }), NOON);
    unit('sos', { kind: Kind.EMERGENCY, type: 'b-a-o-tbl' });
    unit('person', {});
    unit('spot', { kind: Kind.MARKER, type: 'b-m-p-s-m', team: '' });
    unit('plane', { kind: Kind.AIRCRAFT, type: 'a-n-A-C-F', team: '' });
    unit('old', { staleAfterMs: 0 });
    unit('nowhere', { lat: 0, lon: 0 });
    state.fromTak(sampleHeard({ uid: 'phone' }), NOON);
    const items = mapItems(pageOf(state), NOON);
    expect(items.map(({ key, shape, isStale }) => [key, shape, isStale])).toEqual([
      ['old', 'circle', true],
      ['person', 'circle', false],
      ['spot', 'diamond', false],
      ['plane', 'plane', false],
      ['phone', 'square', false],
      ['sos', 'triangle', false],
    ]);
    expect(items.find(({ key }) => key === 'person')?.colour).toBe('#2f9e44');
    expect(items.find(({ key }) => key === 'spot')?.colour).toBe('#8a8f98');
    expect(listed(items, '').map(({ key }) => key)).toEqual(['sos', 'phone', 'person', 'plane', 'spot', 'old']);
    expect(listed(items, ' PHO ').map(({ key }) => key)).toEqual(['phone']);
  });

  it('shows a node that TAK does not see, and once when it does', () => {
    const state = watch();
    const hear = (num: number, over = {}) =>
      state.node(
        sampleNode({ num, fix: fixAt(515_000_000, 10_000_000), ...over }),
        { agent: 'north', num: num.toString(16).padStart(8, '0') },
        NOON,
      );
    hear(0x1234abcd);
    hear(2);
    hear(3, { own: true });
    hear(4, { fix: undefined });
    state.result(sampleResult({}), NOON);
    expect(mapItems(pageOf(state), NOON).map(({ key, shape }) => [key, shape])).toEqual([
      ['county/!00000002', 'ring'],
      ['MESHTASTIC-1234ABCD', 'circle'],
    ]);
  });

  it('is not misled by a team that is a name of JavaScript', () => {
    const state = watch();
    state.result(sampleResult({ team: 'constructor' }), NOON);
    expect(mapItems(pageOf(state), NOON)[0]?.colour).toBe('#8a8f98');
  });

  it('knows the corners of everything on it', () => {
    expect(boundsOf([])).toBeUndefined();
    expect(
      boundsOf([
        { lat: 1, lon: -5 },
        { lat: -3, lon: 7 },
      ]),
    ).toEqual([
      [-3, -5],
      [1, 7],
    ]);
  });

  it('puts no name over another', () => {
    const point = fc.record({
      x: fc.integer({ min: 0, max: 300 }),
      y: fc.integer({ min: 0, max: 300 }),
      label: fc.string(),
    });
    const boxOf = ({ text, x, y, dy, align }: ReturnType<typeof placeLabels>[number]) => {
      const width = text.length * 7;
      const left = x - { left: 0, right: width, center: width / 2 }[align as 'left'];
      return { left, right: left + width, top: y + dy - 7, bottom: y + dy + 7 };
    };
    fc.assert(
      fc.property(fc.array(point, { maxLength: 40 }), (points) => {
        const boxes = placeLabels(points, (text) => text.length * 7).map(boxOf);
        for (const [index, a] of boxes.entries()) {
          for (const b of boxes.slice(index + 1)) {
            const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
            expect(apart).toBe(true);
          }
        }
      }),
    );
  });

  it('shortens a long name, and shows none of what deceives', () => {
    const [label] = placeLabels([{ x: 50, y: 50, label: `\u202e${'x'.repeat(60)}` }], () => 10);
    expect(label?.text).toBe(`\ufffd${'x'.repeat(22)}…`);
  });

  it.each([
    [180, 30],
    [1.4, 0.2],
    [0.013, 0.002],
    [0.0000001, 0.0001],
  ])('has a round grid over %d degrees: %d', (span, step) => {
    expect(gridStep(span)).toBe(step);
  });

  it('has lines at multiples of its step, and a bounded number of them', () => {
    expect(gridLines(-1.2, 2.1, 1)).toEqual([-1, 0, 1, 2]);
    expect(gridLines(0, 1e6, 1)).toHaveLength(200);
  });

  it('knows the coasts as rings with their boxes', () => {
    const square = [
      [0, 0],
      [0, 10],
      [10, 10],
      [0, 0],
    ];
    const features = [
      { geometry: { type: 'Polygon', coordinates: [square] } },
      { geometry: { type: 'MultiPolygon', coordinates: [[square], [square, square]] } },
    ];
    const rings = ringsOf({ features });
    expect(rings).toHaveLength(4);
    expect(rings[0]).toMatchObject({ left: 0.5, right: 190 / 360, bottom: 0.5 });
    expect(rings[0]?.top).toBeCloseTo(0.4721, 3);
  });
});

describe('what needs attention', () => {
  const found = (prepare: (state: ConsoleState) => void) => {
    const state = watch();
    prepare(state);
    return findings(pageOf(state));
  };
  const LATER = NOON + 13_000;
  /** What the doctor finds, a while after the console has begun to watch. */
  const doctorFinds = (over: Parameters<typeof sampleAgent>[0]) => {
    const state = watch();
    state.bus(true);
    state.agent(sampleAgent(over), { agent: 'north' }, NOON);
    state.revision(LATER);
    return findings(modelOf(state.changes(undefined, LATER)));
  };
  const channel = { $typeName: 'cotbus.v1.ChannelStatus', index: 0, name: 'LongFast', primary: true } as const;

  it('is what the doctor finds of radios and services', () => {
    const all = doctorFinds({ link: LinkState.WAITING, linkDetail: 'port busy' });
    expect(all.find(({ key }) => key === 'doctor/radio_away/north')).toMatchObject({
      tone: 'bad',
      text: expect.stringMatching(/^north: .*port busy/),
      remedy: expect.stringMatching(/./),
    });
    expect(all.map(({ key }) => key)).toContain('doctor/service_missing/tak-egress');
  });

  it('is a channel that strangers can read', () => {
    const all = doctorFinds({ channels: [{ ...channel, key: KeyKind.DEFAULT }], transport: 'tcp' });
    expect(all.find(({ key }) => key === 'doctor/channel_open/north')).toMatchObject({ tone: 'wait' });
  });

  it('is nothing before everybody had time to speak, nor while the bus is away', () => {
    const state = watch();
    state.bus(true);
    state.revision(NOON + 5000);
    expect(state.view(NOON + 5000)).toMatchObject({ hasLooked: false, findings: [] });
    state.bus(false);
    expect(state.view(LATER)).toMatchObject({ hasLooked: false, findings: [] });
  });

  it('leaves the page when it is mended', () => {
    const state = watch();
    state.bus(true);
    state.agent(sampleAgent({ link: LinkState.WAITING }), { agent: 'north' }, NOON);
    const codes = (nowMs: number) => state.view(nowMs).findings.map(({ code }) => code);
    expect(codes(LATER)).toContain('radio_away');
    state.agent(sampleAgent({ atMs: LATER }), { agent: 'north' }, LATER);
    expect(codes(LATER)).not.toContain('radio_away');
  });

  it('is a busy channel', () => {
    const all = found((state) => state.agent(sampleAgent({ channelUtilization: 40 }), { agent: 'north' }, NOON));
    expect(all.map(({ text }) => text)).toEqual(['north: the channel is in use 40 % of the time.']);
  });

  it('is a TAK link that is not open, with what waits for it', () => {
    const link = {
      name: 'server',
      transport: 'tls',
      address: 'tak.lan',
      state: LinkState.WAITING,
      clients: 0,
      waiting: 3,
    };
    const links = [{ $typeName: 'cotbus.v1.LinkStatus', ...link, lastError: 'refused' } as const];
    const all = found((state) =>
      state.service(sampleService({ links }), { name: 'tak-egress', instance: 'tak' }, NOON),
    );
    expect(all).toEqual([
      expect.objectContaining({ text: 'TAK link server is waiting: refused.', remedy: '3 wait for it.', tone: 'bad' }),
    ]);
  });

  it('is a missing dictionary with its remedy, and a node that is heard and not shown, worst first', () => {
    const all = found((state) => {
      state.node(sampleNode(), { agent: 'north', num: '1234abcd' }, NOON);
      state.outcomes(sampleBatch(1, [sampleOutcome({ reason: Reason.DICTIONARY_MISSING, kind: Kind.REFUSED })]), NOON);
    });
    expect(all.map(({ tone, text, remedy }) => [tone, text, remedy])).toEqual([
      ['bad', '1 packet could not be read: a dictionary is missing.', 'npx cotbus dictionaries install'],
      [
        'wait',
        '1 node is heard, but not on the TAK map: dictionary missing.',
        'Needs a dictionary that is not installed.',
      ],
    ]);
  });

  it('is that nobody is connected, with where to connect to', () => {
    const link = { name: 'phones', transport: 'tcp-server', address: '0.0.0.0:8087', state: LinkState.OPEN } as const;
    const links = [{ $typeName: 'cotbus.v1.LinkStatus', ...link, clients: 0, waiting: 0, lastError: '' } as const];
    const all = found((state) => {
      state.service(sampleService({ links }), { name: 'tak-egress', instance: 'tak' }, NOON - 30_000);
      state.service(sampleService({ links, atMs: NOON + 1 }), { name: 'tak-egress', instance: 'tak' }, NOON);
      state.node(sampleNode(), { agent: 'north', num: '1234abcd' }, NOON);
      state.outcomes(sampleBatch(1, [sampleOutcome({ reason: Reason.NO_CLIENT })]), NOON);
    });
    expect(all.map(({ text, remedy }) => [text, remedy])).toEqual([
      [
        'No TAK client is connected: nobody sees the 1 node in TAK.',
        'Let ATAK, iTAK or WinTAK connect to 0.0.0.0:8087.',
      ],
    ]);
  });

  it.each([Reason.TAK_IDENTITY, Reason.NOT_FOR_TAK, Reason.LOOP])(
    'is no node that is rightly not shown: %d',
    (reason) => {
      const all = found((state) => {
        state.node(sampleNode(), { agent: 'north', num: '1234abcd' }, NOON);
        state.outcomes(sampleBatch(1, [sampleOutcome({ reason, kind: Kind.REFUSED })]), NOON);
      });
      expect(all).toEqual([]);
    },
  );
});

describe('lists', () => {
  const state = watch();
  for (const [num, over] of [
    [1, { longName: 'Bravo', heardAgeMs: 10 }],
    [2, { longName: 'Alpha', heardAgeMs: 2 * 3_600_000 }],
    [3, { longName: 'Own', own: true, heardAgeMs: 9 * 3_600_000, fix: fixAt(1, 1) }],
  ] as const) {
    state.node(sampleNode({ num, shortName: '', ...over }), { agent: 'north', num: `0000000${num}` }, NOON);
  }
  const refused = sampleOutcome({ reason: Reason.GARBLED, kind: Kind.REFUSED, node: 1, uid: '', callsign: '' });
  state.outcomes(sampleBatch(1, [refused, sampleOutcome({ node: 2 })]), NOON);
  const page = pageOf(state);
  const chosen = (wish: { wanted?: string; choice?: string; order?: string }) =>
    chosenNodes(page.nodes, { wanted: '', choice: 'all', order: 'heard', ...wish }, NOON).map(
      ({ longName }) => longName,
    );

  it('of nodes are in the order that was chosen', () => {
    expect(chosen({})).toEqual(['Bravo', 'Alpha', 'Own']);
    expect(chosen({ order: 'name' })).toEqual(['Alpha', 'Bravo', 'Own']);
  });

  it('of nodes hold what was looked for', () => {
    expect(chosen({ choice: 'not_visible' })).toEqual(['Bravo']);
    expect(chosen({ choice: 'silent' })).toEqual(['Alpha']);
    expect(chosen({ choice: 'no_position' })).toEqual(['Bravo', 'Alpha']);
    expect(chosen({ wanted: 'garbled' })).toEqual(['Bravo']);
    expect(chosen({ wanted: '!00000002' })).toEqual(['Alpha']);
  });

  it('of outcomes name the sender of a packet that nobody could read', () => {
    const all = namedOutcomes(page);
    expect(all.map(({ reason, nodeName: name }) => [reason, name])).toEqual([
      ['delivered', 'Alpha'],
      ['garbled', 'Bravo'],
    ]);
    expect(chosenOutcomes(all, { wanted: 'bravo', reason: '' })).toHaveLength(1);
    expect(chosenOutcomes(all, { wanted: '', reason: 'delivered' })).toHaveLength(1);
    expect(chosenOutcomes(all, { wanted: 'bravo', reason: 'delivered' })).toEqual([]);
  });
});
