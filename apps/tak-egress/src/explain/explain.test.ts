import { fromBinary } from '@bufbuild/protobuf';
import { createMessage, ExplanationSchema, Kind, LinkState, Place_State, Reason } from '@cotbus/contracts';
import type { Explanation, Place, Reply, Subject } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { memoryJournals } from '@cotbus/service/testing';
import { startWorld } from '../testing/egress-world.ts';
import { eventResult, meshEvent, phoneXml, refusalResult } from '../testing/events.ts';
import { startTakServer } from '../testing/tak-server.ts';
import { until } from '../testing/until.ts';

type World = Awaited<ReturnType<typeof startWorld>>;
const { SHOWN, NOT_SHOWN, UNKNOWN } = Place_State;

let asked = 0;
/** Sends a command to the egress. */
const ask = async (world: World, verb: string, given: Record<string, string>): Promise<Reply> => {
  const bus = world.broker.connect();
  const id = `question-${++asked}`;
  let reply: Reply | undefined;
  await bus.subscribe('reply', { id }, (said) => {
    reply = said;
  });
  bus.publish('command', createMessage('command', { id, target: 'tak', verb, lifeMs: 5_000, arguments: given }));
  return until('an answer', () => {
    world.clock.advance(0);
    return reply;
  });
};

const explain = async (world: World, given: Record<string, string>): Promise<Explanation> => {
  const { ok, text, bytes } = await ask(world, 'explain', given);
  expect([ok, text]).toEqual([true, '']);
  return fromBinary(ExplanationSchema, bytes);
};

const only = ({ subjects: [subject, ...more] }: Explanation): Subject => {
  expect(more).toEqual([]);
  if (subject === undefined) throw new Error('nobody');
  return subject;
};

const brief = ({ name, state, answer }: Place) => [name, state, answer?.code];
const placeAt = (subject: Subject, name: string): Place => {
  const place = subject.places.find((one) => one.name === name);
  if (place === undefined) throw new Error(`no ${name}`);
  return place;
};

const opened = (world: World, name = 'server') =>
  until(`link ${name}`, () => {
    world.clock.advance(100);
    return world.link(name)?.state === LinkState.OPEN;
  });

const links = (port: number, more: object = {}) => ({
  listen: { enabled: false },
  links: [{ name: 'server', kind: 'tcp', host: '127.0.0.1', port, ...more }],
});

describe('why a node is not on the map', () => {
  it('is answered for each link: shown there, nobody connected here', async () => {
    const server = await startTakServer();
    const world = await startWorld({ ...links(server.port), listen: { enabled: true, port: 0 } });
    await opened(world);
    await world.hear(eventResult({ seq: 1, node: 0x1234abcd, event: meshEvent({ uid: 'N1' }) }));
    await server.event('N1');
    await world.clock.pass(30_000);
    for (const given of [{ nodes: '!1234abcd' }, { name: 'n1' }, { name: 'one - node one' }, { name: 'ONE' }]) {
      const subject = only(await explain(world, given));
      expect(subject).toMatchObject({ uid: 'N1', node: 0x1234abcd, mesh: 'mesh-1', agent: 'radio-1', kind: Kind.PLI });
      expect(subject).toMatchObject({ lat: 47.5, lon: 11.25, reason: Reason.DELIVERED });
      expect(subject.heardAtMs).toBe(world.clock.now() - 30_000);
      expect(subject.places.map(brief)).toEqual([
        ['listen', NOT_SHOWN, 'nobody_connected'],
        ['server', SHOWN, 'shown_without_address'],
      ]);
      expect(placeAt(subject, 'server').writtenAtMs).toBe(world.clock.now() - 30_000);
    }
  });

  it('names the rule of the filter', async () => {
    const server = await startTakServer();
    const rules = [
      { action: 'allow', kinds: ['chat'] },
      { action: 'deny', teams: ['Green'] },
    ];
    const world = await startWorld(links(server.port, { out: { rules } }));
    await opened(world);
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1', team: 'Green' }) }));
    const place = placeAt(only(await explain(world, { name: 'N1' })), 'server');
    expect(brief(place)).toEqual(['server', NOT_SHOWN, 'filtered']);
    expect(place.answer?.cause).toBe('The filter of server keeps it back: rule 1, deny teams Green.');
    const told = await explain(world, { link: 'server' });
    expect(told.subjects).toEqual([]);
    expect(told.links[0]?.rules).toMatchObject([
      { direction: 'out', rule: 'allow kinds chat', events: 0, dryRun: false },
      { direction: 'out', rule: 'deny teams Green', events: 1 },
      { direction: 'out', rule: 'allow what no rule applies to', events: 0 },
    ]);
  });

  it('says where its report waits, how many wait before it, and why', async () => {
    const server = await startTakServer();
    await server.stop();
    const world = await startWorld(links(server.port));
    for (const n of [1, 2, 3]) {
      await world.hear(eventResult({ seq: n, event: meshEvent({ uid: `N${n}`, callsign: `Node ${n}` }) }));
    }
    await until('a failed link', () => {
      world.clock.advance(100);
      return world.link('server')?.lastError !== '';
    });
    const place = placeAt(only(await explain(world, { name: 'node 3' })), 'server');
    expect(brief(place)).toEqual(['server', NOT_SHOWN, 'waits']);
    expect(place.waitingBefore).toBe(2);
    expect(place.answer?.cause).toMatch(/^Its last report waits for server, behind 2 others: .*nothing listens there/);
    await world.clock.pass(301_000);
    const later = placeAt(only(await explain(world, { name: 'node 3' })), 'server');
    expect(brief(later)).toEqual(['server', NOT_SHOWN, 'not_written']);
    expect(later.answer?.cause).toContain('it waited 300 s');
  });

  it('is known after a crash for what waits, and for nothing else', async () => {
    const [up, down] = [await startTakServer(), await startTakServer()];
    await down.stop();
    const options = {
      listen: { enabled: false },
      links: [
        { name: 'up', kind: 'tcp', host: '127.0.0.1', port: up.port },
        { name: 'down', kind: 'tcp', host: '127.0.0.1', port: down.port },
      ],
    };
    const journals = memoryJournals();
    const before = await startWorld(options, journals);
    await opened(before, 'up');
    await before.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    await up.event('N1');
    expect(await before.outcomes()).toEqual([]);
    journals.fs.crash('written');
    await before.service.stop();
    const world = await startWorld(options, journals);
    world.clock.set({ nowMs: before.clock.now() });
    await opened(world, 'up');
    expect(only(await explain(world, { name: 'N1' })).places.map(brief)).toEqual([
      ['up', UNKNOWN, 'not_written_yet'],
      ['down', NOT_SHOWN, 'waits'],
    ]);
  });

  it('is that it has gone stale, has no position, or goes only the other way', async () => {
    const world = await startWorld({
      links: [{ name: 'in', kind: 'udp', host: '127.0.0.1', direction: 'in', localPort: 0 }],
    });
    const phone = await world.join();
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1', lat: 0, lon: 0, staleAfterMs: 60_000 }) }));
    await phone.arrived();
    expect(only(await explain(world, { name: 'N1' })).places.map(brief)).toEqual([
      ['listen', SHOWN, 'shown_nowhere'],
      ['in', NOT_SHOWN, 'not_told'],
    ]);
    await world.clock.pass(121_000);
    const subject = only(await explain(world, { name: 'N1' }));
    expect(subject.lat).toBeUndefined();
    expect(brief(placeAt(subject, 'listen'))).toEqual(['listen', NOT_SHOWN, 'gone_stale']);
    expect(placeAt(subject, 'listen').answer?.cause).toBe(
      'It was last heard 2 min ago, and what it said then held until 1 min ago.',
    );
  });

  it('is the reason for which its frames ended, where nothing of it could be read', async () => {
    const world = await startWorld();
    const refused = { seq: 1, node: 7, reason: Reason.UNREADABLE, detail: 'channel hash 63' };
    await world.hear(refusalResult(refused));
    await world.hear(refusalResult({ ...refused, seq: 2, reason: Reason.NOT_FOR_TAK, detail: '' }));
    const subject = only(await explain(world, { nodes: '!00000007' }));
    expect(subject).toMatchObject({ uid: '', node: 7, agent: 'radio-1', reason: Reason.UNREADABLE });
    expect(placeAt(subject, 'listen').answer).toMatchObject({
      code: 'not_delivered',
      cause: 'It is encrypted with a key that is not known here: channel hash 63.',
    });
    expect((await explain(world, { nodes: '!00000008', name: 'nobody' })).subjects).toEqual([]);
  });

  it('does not let a copy or another packet of the node take the answer', async () => {
    const world = await startWorld();
    const phone = await world.join();
    await world.hear(eventResult({ seq: 1, node: 7, frameHash: 9n, event: meshEvent({ uid: 'N1' }) }));
    await phone.arrived();
    await world.hear(
      eventResult({ seq: 1, origin: 'radio-2', node: 7, frameHash: 9n, event: meshEvent({ uid: 'N1' }) }),
    );
    await world.hear(refusalResult({ seq: 2, node: 7, reason: Reason.NOT_FOR_TAK }));
    expect(only(await explain(world, { nodes: '!00000007' }))).toMatchObject({ uid: 'N1', reason: Reason.DELIVERED });
  });
});

describe('why a TAK user is not on the mesh', () => {
  it('is answered for each mesh: handed on, or kept back', async () => {
    const world = await startWorld({ listen: { port: 0, in: { rules: [{ action: 'deny', users: ['bravo'] }] } } });
    await world.agent('radio-1', 'mesh-1');
    const phone = await world.join();
    phone.send(phoneXml('ALPHA', world.clock.now()));
    await phone.arrived();
    const alpha = only(await explain(world, { name: 'ALPHA' }));
    expect(alpha).toMatchObject({ node: 0, link: 'client-1', callsign: 'ALPHA' });
    expect(alpha.places.map(brief)).toEqual([['mesh-1', UNKNOWN, 'handed_on']]);
    phone.send(phoneXml('BRAVO', world.clock.now()));
    await phone.arrived();
    const [place] = only(await explain(world, { name: 'bravo' })).places;
    expect(place?.answer).toMatchObject({
      code: 'kept_back',
      cause: 'The configuration does not let it pass: listen: rule 0 of the filter denies it.',
    });
  });

  it('says that what was stale when it came goes to no mesh', async () => {
    const world = await startWorld();
    await world.agent('radio-1', 'mesh-1');
    const phone = await world.join();
    phone.send(phoneXml('ALPHA', world.clock.now() - 90_000));
    await phone.arrived();
    const [place] = only(await explain(world, { name: 'ALPHA' })).places;
    expect(place?.answer?.cause).toBe('It does not go to mesh mesh-1: it was stale when it came.');
  });

  it('is not that a copy of his report came over another way, or back', async () => {
    const world = await startWorld();
    await world.agent('radio-1', 'mesh-1');
    const [phone, relay] = [await world.join(), await world.join()];
    relay.send(phoneXml('BRAVO', world.clock.now()));
    await relay.arrived();
    const report = phoneXml('ALPHA', world.clock.now());
    phone.send(report);
    const relayed = await relay.next();
    relay.send(report);
    relay.send(relayed);
    await relay.arrived();
    const alpha = only(await explain(world, { name: 'ALPHA' }));
    expect([alpha.link, alpha.reason]).toEqual(['client-1', Reason.UNSPECIFIED]);
    expect(alpha.places.map(brief)).toEqual([['mesh-1', UNKNOWN, 'handed_on']]);
  });

  it('takes nobody off a mesh whose report TAK sends back', async () => {
    const world = await startWorld();
    await world.agent('radio-1', 'mesh-1');
    const phone = await world.join();
    await world.hear(eventResult({ seq: 1, node: 7, event: meshEvent({ uid: 'N1' }) }));
    phone.send(phoneXml('N1', world.clock.now()));
    await phone.arrived();
    expect(only(await explain(world, { name: 'N1' }))).toMatchObject({ node: 7, link: '', reason: Reason.DELIVERED });
  });
});

describe('a link', () => {
  it('is explained by itself', async () => {
    const server = await startTakServer();
    const world = await startWorld({
      ...links(server.port),
      listen: { enabled: true, port: 0 },
      udp: [{ host: '127.0.0.1', port: 4242 }],
    });
    await opened(world);
    const { links: told } = await explain(world, {});
    expect(
      told.map(({ link, direction, findings }) => [link?.name, direction, findings.map(({ code }) => code)]),
    ).toEqual([
      ['listen', 'both', ['listener_empty']],
      ['server', 'both', ['link_up']],
      ['udp 127.0.0.1:4242', 'out', ['link_up', 'gateway_hidden']],
    ]);
    await server.stop();
    await until('a lost link', () => {
      world.clock.advance(100);
      return world.link('server')?.state !== LinkState.OPEN;
    });
    const [lost] = (await explain(world, { link: 'server' })).links;
    expect(lost?.findings.map(({ code }) => code)).toEqual(['link_down']);
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ link: 'nowhere' }, /there is no such link here; there are: listen/],
    [{ nodes: '1234' }, /nodes are at most 16/],
    [{ nodes: Array.from({ length: 17 }, () => '!00000001').join(',') }, /nodes are at most 16/],
    [{ name: 'x'.repeat(257) }, /at most 256 characters/],
  ])('that is asked for wrongly is refused: %j', async (given, text) => {
    const world = await startWorld();
    expect(await ask(world, 'explain', given)).toMatchObject({
      ok: false,
      text: expect.stringMatching(text) as string,
    });
  });

  it('without a server of channels has none to switch on', async () => {
    const world = await startWorld();
    const answers = [
      await ask(world, 'activate-channels', {}),
      await ask(world, 'activate-channels', { link: 'listen' }),
    ];
    expect(answers.map(({ ok, text }) => [ok, text])).toEqual([
      [false, 'name the link whose channels shall be switched on'],
      [false, 'listen has no server with channels: only links of kind tls have'],
    ]);
  });
});
