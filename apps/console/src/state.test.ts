import { createMessage, Kind, KeyKind, LinkState, nodeLevel, RadioIdentity_State, Reason } from '@cotbus/contracts';
import type { MessageOf } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { MAX_AGENTS, MAX_NODES, MAX_OUTCOMES, MAX_TEXT } from './bounds.ts';
import { createState } from './state.ts';
import {
  NOON,
  sampleAgent,
  sampleBatch,
  sampleNode,
  sampleOutcome,
  sampleResult,
  sampleService,
} from './testing/sample-bus.ts';
import type { View } from './view.ts';

/** A state that takes messages as the bus gives them, at noon unless said otherwise. */
const watch = () => {
  const state = createState({ name: 'console', startedMs: NOON - 5000 });
  return {
    ...state,
    hearNode: (node: MessageOf<'node'>, nowMs = NOON) =>
      state.node(node, { agent: node.agent, num: nodeLevel(node.num) }, nowMs),
    hearAgent: (status: MessageOf<'agentStatus'>, nowMs = NOON) => state.agent(status, { agent: status.agent }, nowMs),
    hearService: (status: MessageOf<'serviceStatus'>, nowMs = NOON) =>
      state.service(status, { name: status.name, instance: status.instance }, nowMs),
  };
};

const onlyNode = (view: View) => {
  const [node, ...others] = view.nodes;
  if (node === undefined || others.length > 0) throw new Error(`${view.nodes.length} nodes`);
  return node;
};

describe('nodes', () => {
  it('says when and by whom a node was heard, how, and where it is', () => {
    const state = watch();
    const fix = { $typeName: 'cotbus.v1.Fix' as const, latitudeI: 515_000_000, longitudeI: -1_200_000 };
    state.hearNode(
      sampleNode({
        role: 7,
        hops: 2,
        snrDb: 6.5,
        fix: { ...fix, precisionBits: 32, ageMs: 20_000, locationSource: 0, hdopE2: 0, altitudeHaeM: 80 },
        metrics: { $typeName: 'cotbus.v1.Metrics', battery: 71 },
        tak: {
          $typeName: 'cotbus.v1.TakIdentity',
          uid: 'ANDROID-1',
          callsign: 'RAVEN',
          team: 'Cyan',
          role: '',
          ageMs: 0,
        },
      }),
    );
    expect(onlyNode(state.view(NOON + 3000))).toEqual({
      key: 'county/!1234abcd',
      node: '!1234abcd',
      mesh: 'county',
      longName: 'Alpha One',
      shortName: 'A1',
      role: 'tak',
      own: false,
      viaMqtt: false,
      heardMs: NOON - 1000,
      agent: 'north',
      agents: 1,
      dialects: [],
      battery: 71,
      snrDb: 6.5,
      rssiDbm: null,
      hops: 2,
      position: { lat: 51.5, lon: -0.12, altitudeM: 80, precisionBits: 32, atMs: NOON - 20_000 },
      tak: { uid: 'ANDROID-1', callsign: 'RAVEN', team: 'Cyan' },
      visibility: { state: 'unknown', reason: null, detail: '', destination: '', atMs: null },
    });
  });

  it('takes the agent that heard last, and what it does not know from the other', () => {
    const state = watch();
    state.hearNode(sampleNode({ agent: 'north', heardAgeMs: 9000, longName: 'Alpha One', hops: 3 }));
    state.hearNode(sampleNode({ agent: 'south', heardAgeMs: 2000, longName: '', hops: 1 }));
    expect(onlyNode(state.view(NOON))).toMatchObject({
      agent: 'south',
      agents: 2,
      hops: 1,
      heardMs: NOON - 2000,
      longName: 'Alpha One',
    });
  });

  it('keeps equal numbers on different meshes apart', () => {
    const state = watch();
    state.hearNode(sampleNode({ agent: 'north', mesh: 'county' }));
    state.hearNode(sampleNode({ agent: 'far', mesh: 'valley' }));
    expect(
      state
        .view(NOON)
        .nodes.map(({ mesh }) => mesh)
        .toSorted(),
    ).toEqual(['county', 'valley']);
  });

  it('forgets a node when its agent clears it', () => {
    const state = watch();
    state.hearNode(sampleNode());
    state.node(undefined, { agent: 'north', num: '1234abcd' }, NOON);
    expect(state.view(NOON).nodes).toEqual([]);
  });

  it.each([
    ['0, 0', 0, 0],
    ['beyond the pole', 950_000_000, 0],
    ['beyond the date line', 0, 1_900_000_000],
  ])('has no position yet at %s', (_what, latitudeI, longitudeI) => {
    const state = watch();
    const fix = { latitudeI, longitudeI, precisionBits: 0, locationSource: 0, hdopE2: 0, ageMs: 0 };
    state.hearNode(sampleNode({ fix: { $typeName: 'cotbus.v1.Fix', ...fix } }));
    expect(onlyNode(state.view(NOON)).position).toBeNull();
  });

  it('keeps a bounded number of them, those that were said last', () => {
    const state = watch();
    for (let num = 1; num <= MAX_NODES + 10; num += 1) state.hearNode(sampleNode({ num }));
    const view = state.view(NOON);
    expect(view.nodes).toHaveLength(MAX_NODES);
    expect(view.nodes[0]?.node).toBe(`!${nodeLevel(MAX_NODES + 10)}`);
  });

  it('leaves the mesh that its agent has left', () => {
    const state = watch();
    state.hearNode(sampleNode({ mesh: 'county' }));
    state.hearNode(sampleNode({ mesh: 'valley' }));
    expect(state.view(NOON).nodes.map(({ mesh }) => mesh)).toEqual(['valley']);
  });

  it('says in which dialects it was heard', () => {
    const state = watch();
    state.hearNode(sampleNode());
    state.outcomes(sampleBatch(1, [{ port: 3 }, { port: 78 }, { port: 67 }, { port: 257 }].map(sampleOutcome)), NOON);
    expect(onlyNode(state.view(NOON)).dialects).toEqual(['plain', 'V2', 'forwarder']);
  });
});

describe('why a node is not visible', () => {
  const after = (...outcomes: Parameters<typeof sampleOutcome>[0][]) => {
    const state = watch();
    state.hearNode(sampleNode());
    state.outcomes(sampleBatch(1, outcomes.map(sampleOutcome)), NOON);
    return onlyNode(state.view(NOON + 1000)).visibility;
  };

  it('is visible once a position was delivered', () => {
    expect(after({ reason: Reason.DELIVERED })).toEqual({
      state: 'visible',
      reason: 'delivered',
      detail: '',
      destination: 'tak',
      atMs: NOON,
    });
  });

  it('says the reason and the detail of the last refusal', () => {
    const refused = { reason: Reason.DICTIONARY_MISSING, kind: Kind.REFUSED, detail: 'needs dictionary 1' };
    expect(after({ reason: Reason.DELIVERED }, refused)).toMatchObject({
      state: 'not_visible',
      reason: 'dictionary_missing',
      detail: 'needs dictionary 1',
    });
  });

  it.each([
    ['a duplicate', { reason: Reason.DUPLICATE }],
    ['something superseded', { reason: Reason.SUPERSEDED }],
    ['a packet that is not for TAK', { reason: Reason.NOT_FOR_TAK, kind: Kind.REFUSED }],
    ['a packet that is shown as a TAK identity', { reason: Reason.TAK_IDENTITY }],
    ['a packet that came from here', { reason: Reason.LOOP }],
    ['a refused chat', { reason: Reason.TOO_LARGE, kind: Kind.CHAT }],
    ['the end of an item of another node', { reason: Reason.GARBLED, kind: Kind.REFUSED, node: 0x99 }],
    ['the end of an item on another mesh', { reason: Reason.GARBLED, kind: Kind.REFUSED, mesh: 'valley' }],
  ])('is not changed by %s', (_what, outcome) => {
    expect(after({ reason: Reason.DELIVERED }, outcome)).toMatchObject({ state: 'visible', reason: 'delivered' });
  });

  it('says that only packets without use for TAK were heard, until something else is', () => {
    const useless = { reason: Reason.NOT_FOR_TAK, kind: Kind.REFUSED };
    expect(after(useless)).toMatchObject({ state: 'not_visible', reason: 'not_for_tak' });
    expect(after(useless, { reason: Reason.DELIVERED })).toMatchObject({ state: 'visible' });
  });

  it('names the ignore list of the radio whatever was delivered before', () => {
    const state = watch();
    state.hearNode(sampleNode({ ignored: true }));
    state.outcomes(sampleBatch(1, [sampleOutcome()]), NOON);
    expect(onlyNode(state.view(NOON)).visibility).toMatchObject({ state: 'not_visible', reason: 'ignored' });
  });
});

describe('agents and services', () => {
  it('shows what an agent says of its radio', () => {
    const state = watch();
    const channel = { $typeName: 'cotbus.v1.ChannelStatus' as const, index: 0, name: 'LongFast', primary: true };
    state.hearAgent(sampleAgent({ channels: [{ ...channel, key: KeyKind.DEFAULT }], txClosed: 'default key' }));
    expect(state.view(NOON).agents).toEqual([
      expect.objectContaining({
        agent: 'north',
        online: true,
        link: 'open',
        node: '!0000002a',
        txClosed: 'default key',
        channels: [{ index: 0, name: 'LongFast', key: 'default', primary: true }],
      }),
    ]);
  });

  it('shows the team and role of radios, and how far we are in finding out', () => {
    const state = watch();
    const identity = { node: 0x2a, team: 'Cyan', role: 'Medic', detail: '', atMs: NOON };
    state.hearAgent(
      sampleAgent({
        identities: [
          { $typeName: 'cotbus.v1.RadioIdentity', ...identity, state: RadioIdentity_State.ANSWERED },
          { $typeName: 'cotbus.v1.RadioIdentity', ...identity, node: 7, state: 99 as RadioIdentity_State },
        ],
      }),
    );
    expect(state.view(NOON).agents[0]?.identities).toEqual([
      { node: '!0000002a', state: 'answered', team: 'Cyan', role: 'Medic', detail: '' },
      { node: '!00000007', state: 'not_asked', team: 'Cyan', role: 'Medic', detail: '' },
    ]);
  });

  it('counts an agent as offline when its heartbeat is older than 35 s, and says that the view has changed', () => {
    const state = watch();
    state.hearAgent(sampleAgent());
    const before = state.revision(NOON + 35_000);
    expect(state.view(NOON + 35_000).agents[0]?.online).toBe(true);
    expect(state.view(NOON + 35_001).agents[0]?.online).toBe(false);
    expect(state.revision(NOON + 35_001)).not.toBe(before);
  });

  it('does not believe a retained status that outlived its author', () => {
    const state = watch();
    state.hearAgent(sampleAgent({ atMs: NOON - 3_600_000 }));
    expect(state.view(NOON).agents[0]).toMatchObject({ online: false, heartbeatMs: NOON - 3_600_000 });
  });

  it('believes the second heartbeat of an agent with a wrong clock, and corrects its times', () => {
    const state = watch();
    const wrong = NOON - 3_600_000;
    state.hearAgent(sampleAgent({ atMs: wrong }));
    state.hearAgent(sampleAgent({ atMs: wrong + 10_000 }), NOON + 10_000);
    state.hearNode(sampleNode({ atMs: wrong + 10_000, heardAgeMs: 500 }), NOON + 10_000);
    const view = state.view(NOON + 12_000);
    expect(view.agents[0]).toMatchObject({ online: true, clockBehindMs: 3_600_000, heartbeatMs: NOON + 10_000 });
    expect(onlyNode(view).heardMs).toBe(NOON + 9500);
  });

  it('counts an agent as offline after its last will', () => {
    const state = watch();
    state.hearAgent(sampleAgent());
    state.hearAgent(sampleAgent({ online: false, atMs: 0 }), NOON + 1000);
    expect(state.view(NOON + 1000).agents[0]).toMatchObject({ online: false, heartbeatMs: null, clockBehindMs: 0 });
  });

  it('asks for proof of life again after its own connection was away', () => {
    const state = watch();
    state.bus(true);
    state.hearAgent(sampleAgent());
    state.bus(false);
    expect(state.view(NOON + 60_000).bus).toBe(false);
    state.bus(true);
    state.hearAgent(sampleAgent({ atMs: NOON + 10_000 }), NOON + 60_000);
    expect(state.view(NOON + 60_000).agents[0]?.online).toBe(false);
  });

  it('shows the links of a service and its faults', () => {
    const state = watch();
    const link = { name: 'phones', transport: 'tcp-server', address: '0.0.0.0:8087', clients: 2, waiting: 0 };
    state.hearService(
      sampleService({
        ready: false,
        faults: ['server: refused'],
        links: [{ $typeName: 'cotbus.v1.LinkStatus', ...link, state: LinkState.OPEN, lastError: '' }],
      }),
    );
    expect(state.view(NOON).services).toEqual([
      expect.objectContaining({
        ready: false,
        startedMs: NOON - 60_000,
        faults: ['server: refused'],
        links: [{ ...link, state: 'open', lastError: '' }],
      }),
    ]);
  });

  it('forgets what is cleared, and holds a bounded number', () => {
    const state = watch();
    for (let index = 0; index < MAX_AGENTS + 5; index += 1) state.hearAgent(sampleAgent({ agent: `a${index}` }));
    expect(state.view(NOON).agents).toHaveLength(MAX_AGENTS);
    state.agent(undefined, { agent: 'a100' }, NOON);
    state.hearService(sampleService());
    state.service(undefined, { name: 'tak-egress', instance: 'tak' }, NOON);
    expect(state.view(NOON).agents).toHaveLength(MAX_AGENTS - 1);
    expect(state.view(NOON).services).toEqual([]);
  });
});

describe('outcomes', () => {
  it('shows the newest first and counts every reason', () => {
    const state = watch();
    state.outcomes(
      sampleBatch(1, [sampleOutcome({ atMs: NOON - 4000 }), sampleOutcome({ reason: Reason.LOOP })]),
      NOON,
    );
    const view = state.view(NOON);
    expect(view.outcomes.map(({ reason, atMs }) => [reason, atMs])).toEqual([
      ['loop', NOON],
      ['delivered', NOON - 4000],
    ]);
    expect(view.outcomeCounts).toEqual({ delivered: 1, loop: 1 });
  });

  it('keeps a bounded number of them, and counts all', () => {
    const state = watch();
    for (let number = 1; number <= MAX_OUTCOMES + 50; number += 1) {
      state.outcomes(sampleBatch(number, [sampleOutcome()]), NOON);
    }
    const view = state.view(NOON);
    expect(view.outcomes).toHaveLength(MAX_OUTCOMES);
    expect(view.outcomes[0]?.key).toBe(`tak/1.7/${MAX_OUTCOMES + 50}`);
    expect(view.outcomeCounts).toEqual({ delivered: MAX_OUTCOMES + 50 });
  });

  it('takes each number once, and says how many never came', () => {
    const state = watch();
    state.outcomes(sampleBatch(5, [sampleOutcome(), sampleOutcome()]), NOON);
    state.outcomes(sampleBatch(6, [sampleOutcome(), sampleOutcome()]), NOON);
    expect(state.view(NOON).outcomes.map(({ key }) => key)).toEqual(['tak/1.7/7', 'tak/1.7/6', 'tak/1.7/5']);
    state.outcomes(sampleBatch(5, [sampleOutcome()]), NOON);
    state.outcomes(sampleBatch(6, [sampleOutcome(), sampleOutcome()]), NOON);
    expect(state.view(NOON).outcomeCounts).toEqual({ delivered: 3 });
    state.outcomes(sampleBatch(10, [sampleOutcome()]), NOON);
    expect(state.view(NOON)).toMatchObject({ outcomesMissed: 2, outcomeCounts: { delivered: 4 } });
  });

  it('takes what was before without counting it, and puts it behind what came by itself', () => {
    const state = watch();
    const item = (seq: number) =>
      ({ $typeName: 'cotbus.v1.ItemId', origin: 'north', incarnation: 1, nonce: 7n, seq }) as const;
    state.hearNode(sampleNode());
    const unread = { reason: Reason.UNREADABLE, kind: Kind.REFUSED };
    state.outcomes(sampleBatch(9, [sampleOutcome({ item: item(3), atMs: NOON })]), NOON);
    const past = [
      sampleOutcome({ item: item(1), atMs: NOON - 9000 }),
      sampleOutcome({ item: item(2), atMs: NOON - 5000, ...unread }),
      sampleOutcome({ item: item(3), atMs: NOON }),
    ];
    state.pastOutcomes(sampleBatch(0, past), NOON);
    const view = state.view(NOON);
    const newestFirst = view.outcomes.toSorted((a, b) => b.order - a.order).map(({ atMs }) => NOON - atMs);
    expect(newestFirst).toEqual([0, 5000, 9000]);
    expect(view.outcomeCounts).toEqual({ delivered: 1 });
    expect(onlyNode(view).visibility).toMatchObject({ state: 'visible', atMs: NOON });
  });

  it('knows from what was before why a node is not seen', () => {
    const state = watch();
    state.hearNode(sampleNode());
    const refused = sampleOutcome({ reason: Reason.UNREADABLE, kind: Kind.REFUSED, atMs: NOON - 5000 });
    state.pastOutcomes(sampleBatch(0, [refused]), NOON);
    expect(onlyNode(state.view(NOON)).visibility).toMatchObject({ reason: 'unreadable', atMs: NOON - 5000 });
  });

  it('follows an owner that starts a new journal', () => {
    const state = watch();
    state.outcomes(sampleBatch(900, [sampleOutcome()]), NOON);
    state.outcomes(sampleBatch(1, [sampleOutcome()], { incarnation: 2 }), NOON);
    expect(state.view(NOON)).toMatchObject({ outcomesMissed: 0, outcomeCounts: { delivered: 2 } });
  });

  it('shows reasons and kinds of a newer version as unknown', () => {
    const state = watch();
    state.outcomes(sampleBatch(1, [sampleOutcome({ reason: 999 as Reason, kind: 999 as Kind, node: 0 })]), NOON);
    expect(state.view(NOON).outcomes[0]).toMatchObject({ reason: 'unknown', kind: '', node: '' });
  });
});

describe('what a page is told', () => {
  it('is everything at first, and then what changed', () => {
    const state = watch();
    state.hearNode(sampleNode({ num: 1 }));
    const whole = state.changes(undefined, NOON);
    expect(whole).toMatchObject({ whole: true, about: { nowMs: NOON, sinceMs: NOON - 5000 } });
    expect(whole.changes.nodes?.put.map(({ node }) => node)).toEqual(['!00000001']);
    const seen = state.revision(NOON);
    state.hearNode(sampleNode({ num: 2 }));
    state.node(undefined, { agent: 'north', num: '00000001' }, NOON);
    const { whole: isWhole, changes } = state.changes(seen, NOON);
    expect(isWhole).toBe(false);
    expect(Object.keys(changes)).toEqual(['nodes']);
    expect(changes.nodes?.put.map(({ node }) => node)).toEqual(['!00000002']);
    expect(changes.nodes?.gone).toEqual(['county/!00000001']);
  });

  it('is nothing when the same was said again', () => {
    const state = watch();
    state.hearNode(sampleNode());
    const seen = state.revision(NOON);
    state.hearNode(sampleNode());
    expect(state.revision(NOON)).toBe(seen);
  });

  it('tells of routes until they are cleared', () => {
    const state = watch();
    const route = createMessage('route', { hash: 'ab12', name: 'Way up', sizeBytes: 900, points: 7, atMs: NOON });
    state.route(route, { hash: 'ab12' }, NOON);
    expect(state.view(NOON).routes).toEqual([
      { key: 'ab12', name: 'Way up', uid: '', fileName: '', packager: '', sizeBytes: 900, points: 7, atMs: NOON },
    ]);
    state.route(undefined, { hash: 'ab12' }, NOON);
    expect(state.view(NOON).routes).toEqual([]);
  });
});

describe('a simulation', () => {
  it('is one when an agent is on the demo mesh', () => {
    const state = watch();
    expect(state.view(NOON).simulated).toBe(false);
    state.hearAgent(sampleAgent({ mesh: 'demo' }));
    expect(state.view(NOON).simulated).toBe(true);
  });

  it('is one when every callsign is, but a single node cannot claim it for the others', () => {
    const state = watch();
    state.result(sampleResult({ uid: '1', callsign: 'SIM-1' }), NOON);
    expect(state.view(NOON).simulated).toBe(true);
    state.result(sampleResult({ uid: '2', callsign: 'RAVEN' }), NOON);
    expect(state.view(NOON).simulated).toBe(false);
  });
});

describe('hostile texts', () => {
  const hostile = '<img src=x onerror=alert(1)>\u202Egnp.\u2028"\'&';

  it('stay what they are', () => {
    const state = watch();
    state.hearNode(sampleNode({ longName: hostile }));
    expect(onlyNode(JSON.parse(JSON.stringify(state.view(NOON))) as View).longName).toBe(hostile);
  });

  it('are cut to a bounded length, between characters', () => {
    const state = watch();
    state.hearNode(sampleNode({ longName: '😀'.repeat(5000), shortName: `a${'😀'.repeat(5000)}` }));
    const { longName, shortName } = onlyNode(state.view(NOON));
    for (const name of [longName, shortName]) {
      expect(name.length).toBeLessThanOrEqual(MAX_TEXT);
      expect(name.length).toBeGreaterThan(MAX_TEXT - 3);
      expect(name.endsWith('😀…')).toBe(true);
    }
  });

  it.each([Number.NaN, Infinity, -Infinity, 1e300, -1e300])('and a time of %d do not spoil a view', (atMs) => {
    const state = watch();
    state.hearNode(sampleNode({ atMs }));
    state.hearAgent(sampleAgent({ atMs }));
    state.hearAgent(sampleAgent({ atMs: 1 }));
    state.hearService(sampleService({ atMs, startedAtMs: atMs }));
    state.outcomes(sampleBatch(1, [sampleOutcome({ atMs })]), NOON);
    const view = state.view(NOON);
    const times = [view.nodes[0]?.heardMs, view.outcomes[0]?.atMs, view.services[0]?.startedMs];
    for (const time of times) {
      expect(time).toBeGreaterThanOrEqual(0);
      expect(time).toBeLessThanOrEqual(NOON);
    }
  });
});
