/** The pure parts of the page: airtime, clients, certificates, identities, overrides, settings, why a node is seen. */
import { create } from '@bufbuild/protobuf';
import {
  AirBudgetSchema,
  DestinationSchema,
  Kind,
  LinkState,
  LinkStatusSchema,
  RadioIdentity_State,
  Reason,
} from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createState } from './state.ts';
import {
  airRows,
  answerLines,
  certificateState,
  chosenSettings,
  connectedClients,
  egressNames,
  identityRows,
  modelOf,
  modulesPath,
  overrideText,
  shortPrint,
  sourceCell,
  verdictText,
} from './testing/page-modules.ts';
import { NOON, sampleAgent, sampleNode, sampleService } from './testing/sample-bus.ts';

const watch = () => createState({ name: 'console', startedMs: NOON });
type State = ReturnType<typeof watch>;
const page = (state: State) => modelOf(state.changes(undefined, NOON));
const agent = (state: State, over: Parameters<typeof sampleAgent>[0]): void =>
  state.agent(sampleAgent(over), { agent: over?.agent ?? 'north' }, NOON);
const service = (state: State, over: Parameters<typeof sampleService>[0]): void => {
  const message = sampleService(over);
  state.service(message, { name: message.name, instance: message.instance }, NOON);
};

describe('airtime', () => {
  const air = (limitMs: number | undefined, spentMs: number) =>
    create(AirBudgetSchema, {
      ...(limitMs !== undefined && { limitMs }),
      spentMs,
      kinds: [
        {
          kind: Kind.CHAT,
          airMs: 1500,
          packets: 3,
          sent: 2,
          waiting: 1,
          refused: [{ reason: Reason.TOO_SOON, count: 4 }],
        },
        { kind: Kind.PLI, airMs: 0, packets: 0, refused: [] },
      ],
    });

  it.each([
    [36_000, 'good', '36 s', 'of 360 s, 10 %'],
    [180_000, 'wait', '180 s', 'of 360 s, 50 %'],
    [340_000, 'bad', '340 s', 'of 360 s, 94 %'],
  ])('says what was used of what is allowed: %i ms', (spentMs, tone, airText, airNote) => {
    const state = watch();
    agent(state, { air: air(360_000, spentMs) });
    const [total, chat, position] = airRows(page(state));
    expect(total).toMatchObject({ tone, airText, airNote, packets: 3 });
    expect(chat).toMatchObject({ kind: 'chat', airText: '1.5 s', refused: '4 too soon' });
    expect(position).toMatchObject({ kind: 'position', airText: '–', refused: '' });
  });

  it('knows radios without a limit, and leaves out those that say nothing', () => {
    const state = watch();
    agent(state, { agent: 'south', air: create(AirBudgetSchema, { spentMs: 5000 }) });
    agent(state, { agent: 'uplink' });
    agent(state, { agent: 'gone', online: false, air: air(1, 1) });
    expect(airRows(page(state)).map(({ key, airNote }) => `${key} ${airNote}`)).toEqual(['agent/south no limit']);
  });
});

describe('clients', () => {
  const client = (name: string, over: Record<string, unknown>) =>
    create(LinkStatusSchema, {
      name,
      transport: 'tls',
      state: LinkState.OPEN,
      client: { listener: 'listenTls', address: '10.0.0.9:5', ...over },
    });

  it('are no links, and the last who came is the first', () => {
    const state = watch();
    const listener = create(LinkStatusSchema, { name: 'listenTls', transport: 'tls-server', state: LinkState.OPEN });
    service(state, {
      links: [listener, client('client-1', { sinceMs: NOON - 9000 }), client('client-2', { sinceMs: NOON - 1 })],
    });
    const model = page(state);
    expect(connectedClients(model).map(({ name }) => name)).toEqual(['client-2', 'client-1']);
    expect([...model.services.values()][0]?.links.map(({ name }) => name)).toEqual(['listenTls']);
    service(state, { links: [listener, client('client-1', { sinceMs: NOON - 9000 })] });
    expect(connectedClients(page(state)).map(({ name }) => name)).toEqual(['client-1']);
    service(state, { online: false });
    expect(connectedClients(page(state))).toEqual([]);
  });

  it('have the times of our clock, and none where nothing was said', () => {
    const state = watch();
    service(state, { links: [client('client-1', { sinceMs: NOON + 5000, heardMs: 0 })] });
    expect(connectedClients(page(state))).toMatchObject([{ sinceMs: NOON, heardMs: null }]);
  });

  it('have fingerprints that a person can compare', () => {
    expect(shortPrint('AB:CD:EF:01:23:45:67')).toBe('AB:CD:EF:01:23:45');
    expect(shortPrint('')).toBe('');
  });
});

describe('a certificate', () => {
  const day = 86_400_000;
  it.each([
    [{ revoked: true, validToMs: NOON + 90 * day }, 'revoked'],
    [{ revoked: false, validToMs: NOON + 90 * day }, 'valid'],
    [{ revoked: false, validToMs: NOON + 20 * day }, 'ends soon'],
    [{ revoked: false, validToMs: NOON }, 'expired'],
    [{ revoked: false, validToMs: null }, 'unknown'],
  ])('%j is %s', (certificate, label) => {
    expect(certificateState(certificate, NOON).label).toBe(label);
  });
});

describe('identities of radios', () => {
  it('are those that were asked, and the radio itself also when nobody has', () => {
    const state = watch();
    agent(state, {
      agent: 'asked',
      identities: [identity(0x2a, RadioIdentity_State.NOT_STORED), identity(7, RadioIdentity_State.NO_ANSWER)],
    });
    agent(state, { agent: 'new' });
    agent(state, { agent: 'uplink', transport: 'mqtt' });
    state.node(
      sampleNode({ num: 7, agent: 'asked', longName: 'Truck', shortName: 'T' }),
      { agent: 'asked', num: '00000007' },
      NOON,
    );
    expect(identityRows(page(state)).map(({ key, state: now, name }) => [key, now, name])).toEqual([
      ['agent/asked/!0000002a', 'not_stored', 'the radio itself'],
      ['agent/asked/!00000007', 'no_answer', 'T · Truck'],
      ['agent/new/!0000002a', 'not_asked', 'the radio itself'],
    ]);
  });
  const identity = (node: number, state: RadioIdentity_State) =>
    ({ $typeName: 'cotbus.v1.RadioIdentity', node, state, team: '', role: '', detail: '', atMs: 0 }) as const;
});

describe('settings', () => {
  const settings = [
    { path: 'tak.listen.port', value: '8087', source: 'default' },
    { path: 'tak.name', value: '"county"', source: 'site.yaml:2:9' },
  ];

  it('are found by name, value and source, and without defaults', () => {
    expect(chosenSettings(settings, { wanted: '8087', choice: 'all' })).toEqual([settings[0]]);
    expect(chosenSettings(settings, { wanted: 'site.yaml', choice: 'all' })).toEqual([settings[1]]);
    expect(chosenSettings(settings, { wanted: '', choice: 'given' })).toEqual([settings[1]]);
  });

  it.each([
    ['default', 'default', undefined],
    ['site.yaml:2:9', 'file', 'site.yaml:2:9'],
    ['C:\\cotbus\\site.yaml:2:9', 'file', 'C:\\cotbus\\site.yaml:2:9'],
    ['environment:COTBUS_TAK_NAME', 'environment', 'COTBUS_TAK_NAME'],
    ['--radio', 'flag', '--radio'],
    ['demo', 'demo', undefined],
  ])('say that they come from %s', (source, label, note) => {
    expect([sourceCell(source).label, sourceCell(source).note]).toEqual([label, note]);
  });
});

describe('an override', () => {
  it('is a few words', () => {
    const said = {
      key: '!1',
      callsign: 'RESCUE',
      team: 'Red',
      role: '',
      type: 'a-f-G',
      console: 'console',
      atMs: NOON,
    };
    expect(overrideText(said)).toBe('RESCUE · Red · a-f-G');
    expect(overrideText(undefined)).toBe('');
  });
});

describe('why a node is seen or not', () => {
  const places = [
    { name: 'phones', state: 'shown', cause: 'Written.', remedy: '', waitingBefore: null },
    { name: 'server', state: 'not_shown', cause: 'It waits.', remedy: 'Wait.', waitingBefore: 4 },
    { name: 'hq', state: 'unknown', cause: 'Restarted.', remedy: '', waitingBefore: null },
  ];

  it('has a line for each place', () => {
    const lines = answerLines('tak', [{ uid: 'U-1', callsign: 'A1', places }]);
    expect(lines.map(({ label, title, cause }) => [label, title, cause])).toEqual([
      ['shown', 'phones · A1', 'Written.'],
      ['not shown', 'server · A1', 'It waits. · 4 wait before it'],
      ['not known', 'hq · A1', 'Restarted.'],
    ]);
  });

  it('has a line where an egress knows nothing', () => {
    expect(answerLines('tak', [])).toMatchObject([{ title: 'tak', cause: 'It knows nothing of this node.' }]);
  });

  it('begins with what this console saw', () => {
    const verdict = { detail: '', destination: 'tak', atMs: NOON };
    expect(verdictText({ visibility: { ...verdict, state: 'visible', reason: 'delivered' } })).toContain(
      'delivered to tak',
    );
    expect(verdictText({ visibility: { ...verdict, state: 'not_visible', reason: 'no_client' } })).toMatch(
      /^no client · /,
    );
    expect(verdictText({ visibility: { ...verdict, state: 'unknown', reason: null } })).toContain(
      'Nothing was decided',
    );
  });

  it('is asked of every egress that is there, by the name of its destination', () => {
    const state = watch();
    const destination = create(DestinationSchema, { name: 'county' });
    for (const instance of ['county.a', 'county.b']) service(state, { instance, destination });
    service(state, { instance: 'hq' });
    service(state, { instance: 'gone', online: false });
    service(state, { name: 'codec-worker', instance: 'worker' });
    expect(egressNames(page(state))).toEqual(['county', 'hq']);
  });
});

describe('a QR code on the page', () => {
  it('is a path of runs, inside its quiet zone', () => {
    expect(modulesPath(['110', '001'])).toBe('M4 4h2v1h-2zM6 5h1v1h-1z');
    expect(modulesPath([])).toBe('');
  });
});
