import { createMessage, Kind, LinkState } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { startWorld } from './testing/egress-world.ts';
import { eventResult, meshEvent } from './testing/events.ts';
import { takOptions } from './options.ts';

const rule = { from: 'valley', to: 'coast', kinds: ['chat', 'pli'] };
const GATEWAY = 0x77;

const world = async (relay: readonly object[] = [rule]) => {
  const egress = await startWorld({ relay });
  const bus = egress.broker.connect();
  for (const [agent, mesh, node] of [
    ['hill', 'valley', 0x66],
    ['harbour', 'coast', GATEWAY],
  ] as const) {
    const status = { agent, mesh, node, online: true, atMs: egress.clock.now(), link: LinkState.OPEN };
    bus.publish('agentStatus', createMessage('agentStatus', status));
  }
  await egress.clock.pass(1000);
  egress.published.length = 0;
  return egress;
};
const pli = (uid: string) => meshEvent({ uid, kind: Kind.PLI });

describe('relaying', () => {
  it('is off by default', async () => {
    expect(takOptions.parse({}).relay).toEqual([]);
    const { hear, published } = await world([]);
    await hear(eventResult({ seq: 1, mesh: 'valley', node: 9, event: pli('U-1') }));
    expect(published).toEqual([]);
  });

  it('makes an item for the other mesh of what is news, and hands it to TAK as ever', async () => {
    const { hear, published, outcomes } = await world();
    await hear(eventResult({ seq: 1, mesh: 'valley', node: 9, event: pli('U-1') }));
    expect(published).toMatchObject([{ link: 'relay from valley', event: { uid: 'U-1' } }]);
    expect(published[0]?.item?.addressed).toMatchObject([{ destination: 'coast', sink: 'harbour' }]);
    expect(published[0]?.event?.staleMs).toBeGreaterThan(0);
    expect(await outcomes()).toEqual(['tak no_client kept for clients that join']);
  });

  it('goes by mesh and kind, one way', async () => {
    const { hear, published } = await world([{ ...rule, kinds: ['chat'] }]);
    await hear(eventResult({ seq: 1, mesh: 'valley', node: 9, event: pli('U-1') }));
    await hear(eventResult({ seq: 2, mesh: 'coast', node: 9, event: pli('U-2') }));
    expect(published).toEqual([]);
  });

  it.each([3, 4, 67])('leaves contacts of plain nodes alone (port %i)', async (port) => {
    const { hear, published } = await world();
    await hear({ ...eventResult({ seq: 1, mesh: 'valley', node: 9, event: pli('MESHTASTIC-00000009') }), port });
    expect(published).toEqual([]);
  });

  it('never passes on what came from the node of a gateway', async () => {
    const { hear, published, outcomes } = await world();
    await hear(eventResult({ seq: 1, mesh: 'valley', node: GATEWAY, event: pli('U-1') }));
    expect(published).toEqual([]);
    expect(await outcomes()).toContain('coast loop it came from the node of a gateway');
  });

  it('does not take for news what another radio of the other mesh hears of it, and relays the next one', async () => {
    const { hear, published, outcomes } = await world([rule, { from: 'coast', to: 'valley', kinds: ['pli'] }]);
    await hear(eventResult({ seq: 1, mesh: 'valley', node: 9, event: pli('U-1') }));
    await outcomes();
    await hear(eventResult({ seq: 2, origin: 'pier', mesh: 'coast', node: GATEWAY, event: pli('U-1') }));
    expect(await outcomes()).toEqual(['tak loop was sent on this mesh by a gateway']);
    await hear(eventResult({ seq: 3, mesh: 'valley', node: 9, event: { ...pli('U-1'), lat: 1 } }));
    expect(published.map(({ item }) => item?.addressed[0]?.destination)).toEqual(['coast', 'coast']);
  });

  it('lets somebody who moved to the other mesh speak there', async () => {
    const { hear, outcomes } = await world();
    await hear(eventResult({ seq: 1, mesh: 'valley', node: 9, event: pli('U-1') }));
    await outcomes();
    await hear(eventResult({ seq: 2, origin: 'pier', mesh: 'coast', node: 9, event: { ...pli('U-1'), lat: 2 } }));
    expect(await outcomes()).toEqual(['tak no_client kept for clients that join']);
  });

  it('does not send on a mesh what that mesh has said itself', async () => {
    const { hear, published, outcomes } = await world();
    await hear(eventResult({ seq: 1, origin: 'pier', mesh: 'coast', node: 9, event: pli('U-1') }));
    await hear(eventResult({ seq: 2, mesh: 'valley', node: 8, event: { ...pli('U-1'), lat: 3 } }));
    expect(published).toEqual([]);
    expect(await outcomes()).toContain('coast loop was heard on mesh coast');
  });

  it('says so when nobody serves the other mesh', async () => {
    const { hear, published, outcomes } = await world([{ ...rule, to: 'island' }]);
    await hear(eventResult({ seq: 1, mesh: 'valley', node: 9, event: pli('U-1') }));
    expect(published).toEqual([]);
    expect(await outcomes()).toContain('island no_destination no radio agent of it is known');
  });

  it('wants two meshes', () => {
    expect(takOptions.safeParse({ relay: [{ from: 'a', to: 'a' }] }).success).toBe(false);
    expect(takOptions.parse({ relay: [{ from: 'a', to: 'b' }] }).relay[0]?.kinds).toEqual(['chat', 'emergency']);
  });
});
