import { createMessage, Dialect, Kind, LinkState } from '@cotbus/contracts';
import type { EventHeard } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { takOptions } from './options.ts';
import { startWorld } from './testing/egress-world.ts';
import { eventResult, meshEvent } from './testing/events.ts';
import type { ResultInit } from './testing/events.ts';

const GATEWAY = 0x66;
const rule = { mesh: 'valley', kinds: ['pli', 'chat', 'marker', 'emergency'] };

interface Peers {
  readonly onlyV1?: number;
  readonly onlyV2?: number;
}

const world = async (peers: Peers = { onlyV1: 1 }, translate: readonly object[] = [rule]) => {
  const egress = await startWorld({ translate });
  const bus = egress.broker.connect();
  const say = async (now: Peers): Promise<void> => {
    const about = { agent: 'hill', mesh: 'valley', node: GATEWAY, online: true, link: LinkState.OPEN };
    bus.publish('agentStatus', createMessage('agentStatus', { ...about, atMs: egress.clock.now(), ...now }));
    await egress.clock.pass(1000);
  };
  await say(peers);
  egress.published.length = 0;
  let seq = 0;
  return {
    ...egress,
    say,
    /** What is heard of node 9 on port 78 of the valley, unless something else is said. */
    heard: async (init: Omit<ResultInit, 'seq'>): Promise<void> => {
      seq += 1;
      await egress.hear(eventResult({ seq, mesh: 'valley', node: 9, ...init }));
    },
    sent: () => firstTries(egress.published).map(({ event, translateTo }) => [event?.uid, translateTo]),
  };
};
/** An item that nobody answers is published again. */
const firstTries = (published: readonly EventHeard[]) => published.filter(({ item }) => item?.attempt === 1);
const pli = (uid = 'U-1') => meshEvent({ uid, kind: Kind.PLI });
const chat = (id = 'm-1', text = 'hello') =>
  meshEvent({
    uid: `GeoChat.U-1.All Chat Rooms.${id}`,
    type: 'b-t-f',
    kind: Kind.CHAT,
    detail: `<__chat id="All Chat Rooms" senderCallsign="ONE"/><remarks>${text}</remarks>`,
  });
const sos = () => meshEvent({ uid: 'U-1-9-1-1', type: 'b-a-o-tbl', kind: Kind.EMERGENCY });

describe('translation between the dialects of one mesh', () => {
  it('is off by default', async () => {
    expect(takOptions.parse({}).translate).toEqual([]);
    expect(takOptions.parse({ translate: [{ mesh: 'a' }] }).translate[0]?.kinds).toEqual(['chat', 'emergency']);
    const { heard, published } = await world({ onlyV1: 1 }, []);
    await heard({ event: chat() });
    expect(published).toEqual([]);
  });

  it.each([
    [78, { onlyV1: 2 }, Dialect.V1],
    [72, { onlyV2: 1 }, Dialect.V2],
    [257, { onlyV2: 1 }, Dialect.V2],
  ])('makes an item of what came on port %i for those who speak only the other', async (port, peers, dialect) => {
    const { heard, published, outcomes } = await world(peers);
    await heard({ event: pli(), port });
    expect(published).toMatchObject([
      { link: 'translation on valley', saidBy: 9, translateTo: dialect, event: { uid: 'U-1' } },
    ]);
    expect(published[0]?.item?.addressed).toMatchObject([{ destination: 'valley', sink: 'hill' }]);
    // TAK has it as ever.
    expect(await outcomes()).toEqual(['tak no_client kept for clients that join']);
  });

  it.each([
    ['everybody who speaks one speaks both', 78, {}],
    ['all speak this one alone', 78, { onlyV2: 4 }],
    ['all speak this one alone, V1', 72, { onlyV1: 4 }],
    ['it is no dialect of TAK', 1, { onlyV1: 1, onlyV2: 1 }],
    ['a node says where it is', 3, { onlyV1: 1, onlyV2: 1 }],
  ])('is not done when %s', async (_, port, peers) => {
    const { heard, published } = await world(peers);
    await heard({ event: chat(), port });
    expect(published).toEqual([]);
  });

  it('goes by mesh and kind', async () => {
    const { heard, published } = await world({ onlyV1: 1 }, [{ mesh: 'valley', kinds: ['chat'] }]);
    await heard({ event: pli() });
    await heard({ event: chat(), mesh: 'coast' });
    expect(published).toEqual([]);
  });

  it('follows who is there', async () => {
    const { heard, say, sent } = await world({});
    await heard({ event: pli('U-1') });
    await say({ onlyV1: 1 });
    await heard({ event: { ...pli('U-1'), lat: 1 } });
    await say({});
    await heard({ event: { ...pli('U-1'), lat: 2 } });
    expect(sent()).toEqual([['U-1', Dialect.V1]]);
  });

  it('says what a gateway said no second time, its own or another', async () => {
    const { heard, published, outcomes } = await world();
    await heard({ event: pli('U-1'), node: GATEWAY });
    await heard({ event: pli('U-2'), node: 0x77, saidBy: 8 });
    // Once known for one it is one, whether what it says is marked or not.
    await heard({ event: pli('U-3'), node: 0x77 });
    expect(published).toEqual([]);
    const refused = (await outcomes()).filter((line) => line.startsWith('valley'));
    expect(refused).toEqual(Array.from({ length: 3 }, () => 'valley loop it came from the node of a gateway'));
  });

  it.each([
    ['a report', pli(), { ...pli(), lat: 47.6 }, 10, 0],
    ['a chat line that lost its id on the way', chat('m-1'), chat('m-2'), 10, 0],
    ['a line that another gateway translated', chat('m-1'), chat('m-2'), 0x77, 9],
    ['an emergency', sos(), sos(), 10, 0],
  ])('says nothing that the others have heard: %s', async (_, before, after, node, saidBy) => {
    const { heard, published, outcomes } = await world();
    await heard({ event: before, port: 72, node, saidBy });
    await heard({ event: after });
    expect(published).toEqual([]);
    expect(await outcomes()).toContain('valley loop was heard there in V1');
  });

  it('leaves a user to another gateway, of two to the one with the lower number', async () => {
    const { heard, sent, outcomes } = await world();
    await heard({ event: pli('U-1'), port: 72, node: 0x55, saidBy: 9 });
    await heard({ event: pli('U-2'), port: 72, node: 0x77, saidBy: 9 });
    await heard({ event: pli('U-1') });
    await heard({ event: pli('U-2') });
    expect(sent()).toEqual([['U-2', Dialect.V1]]);
    expect(await outcomes()).toContain('valley loop the gateway !00000055 says it there');
  });

  it('leaves those alone who say everything twice', async () => {
    const { heard, sent } = await world();
    await heard({ event: chat('m-1', 'first') });
    await heard({ event: chat('m-2', 'first'), port: 72 });
    await heard({ event: chat('m-3', 'second') });
    await heard({ event: chat('m-4', 'third'), node: 10 });
    expect(sent().map(([uid]) => uid)).toEqual(['GeoChat.U-1.All Chat Rooms.m-1', 'GeoChat.U-1.All Chat Rooms.m-4']);
  });

  it('takes its own words, heard by another radio, for no news', async () => {
    const { heard, outcomes, sent } = await world();
    await heard({ event: chat('m-1') });
    await outcomes();
    await heard({ event: chat('m-2'), port: 72, node: GATEWAY, origin: 'pier' });
    expect(await outcomes()).toEqual(['tak loop was sent on this mesh by a gateway']);
    expect(sent()).toHaveLength(1);
  });

  it('takes what another gateway says again for news only when its sender was not heard', async () => {
    const { heard, outcomes } = await world({});
    await heard({ event: chat('m-1') });
    await outcomes();
    await heard({ event: chat('x-1'), port: 72, node: 0x77, saidBy: 9 });
    await heard({ event: pli('U-8'), port: 72, node: 0x77, saidBy: 8 });
    expect(await outcomes()).toEqual([
      'tak loop was heard of its sender before',
      'tak no_client kept for clients that join',
    ]);
  });

  it('lets an SOS be repeated, and somebody else translate again after a while', async () => {
    const { heard, sent, say, clock } = await world();
    await heard({ event: sos() });
    await heard({ event: sos() });
    expect(sent()).toHaveLength(2);
    await heard({ event: sos(), port: 72, node: 0x55, saidBy: 9 });
    await heard({ event: sos() });
    expect(sent()).toHaveLength(2);
    clock.advance(150_000);
    await say({ onlyV1: 1 });
    await heard({ event: sos() });
    expect(sent()).toHaveLength(3);
  });
});

describe('two gateways that cannot tell each other', () => {
  // The marks and the numbers of the other are lost: only what was said tells.
  it('do not throw a report to and fro', async () => {
    const egress = await startWorld({
      relay: [
        { from: 'valley', to: 'coast', kinds: ['pli', 'emergency'] },
        { from: 'coast', to: 'valley', kinds: ['pli', 'emergency'] },
      ],
    });
    await egress.agent('hill', 'valley');
    await egress.agent('harbour', 'coast');
    egress.published.length = 0;
    const say = (seq: number, mesh: string, node: number, event = pli()) =>
      egress.hear(eventResult({ seq, mesh, node, event, origin: mesh }));
    await say(1, 'valley', 9);
    await say(2, 'valley', 0x77, { ...pli(), lat: 47.500001 });
    await say(3, 'coast', 0x78, { ...pli(), lat: 47.500001 });
    await say(4, 'valley', 9, { ...pli(), lat: 48 });
    await say(5, 'valley', 9, sos());
    await say(6, 'valley', 0x77, sos());
    await say(7, 'valley', 9, sos());
    expect(firstTries(egress.published).map(({ event }) => [event?.uid, event?.lat])).toEqual([
      ['U-1', 47.5],
      ['U-1', 48],
      ['U-1-9-1-1', 47.5],
      ['U-1-9-1-1', 47.5],
    ]);
  });
});
