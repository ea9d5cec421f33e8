/** Ways in which an event may come back, with real links: it reaches everybody once and goes in no circle. */
import { Kind, LinkState } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { startWorld } from './testing/egress-world.ts';
import { eventResult, meshEvent, phoneXml } from './testing/events.ts';
import { startTakServer } from './testing/tak-server.ts';
import type { TakServer } from './testing/tak-server.ts';
import { until } from './testing/until.ts';

type World = Awaited<ReturnType<typeof startWorld>>;

const site = async (name: string, server: TakServer, mesh: string): Promise<World> => {
  const world = await startWorld({
    name,
    listen: { port: 0 },
    links: [{ name: 'server', kind: 'tcp', host: '127.0.0.1', port: server.port }],
  });
  await until('an open link', () => {
    world.clock.advance(100);
    return world.link('server')?.state === LinkState.OPEN;
  });
  await world.agent(`radio-${name}`, mesh);
  return world;
};
const settle = async (...worlds: readonly World[]): Promise<void> => {
  for (let n = 0; n < 10; n++) {
    for (const world of worlds) await world.clock.pass(1);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
};
/** What was given to its meshes, besides that the other gateway is there. */
const published = (world: World) =>
  world.published.map(({ event }) => event?.uid).filter((uid) => uid?.startsWith('COTBUS-') !== true);
const count = (server: TakServer, uid: string): number =>
  server.connections.flatMap(({ events }) => events).filter((xml) => xml.includes(` uid="${uid}"`)).length;
const withoutTags = (xml: string): string => xml.replace(/<_flow-tags_[^>]*\/>/, '');

describe('two gateways at one server', () => {
  it('bring what one mesh says to the other, once, whether the server keeps flow tags or not', async () => {
    for (const relay of [(xml: string) => xml, withoutTags]) {
      const server = await startTakServer({ relay });
      const [north, south] = [await site('north', server, 'valley'), await site('south', server, 'hill')];
      const event = meshEvent({ uid: 'N1', kind: Kind.MARKER, type: 'b-m-p-s-m', detail: '<color argb="-1"/>' });
      await north.hear(eventResult({ seq: 1, event, mesh: 'valley', destinations: ['north'] }));
      await until('the marker at the server', () => count(server, 'N1') === 1);
      await settle(north, south);
      expect(published(south)).toContain('N1');
      expect(published(north)).not.toContain('N1');
      expect(count(server, 'N1')).toBe(1);
      await server.stop();
    }
  });

  it('on one mesh do not send back to it what both have heard', async () => {
    const server = await startTakServer({ relay: withoutTags });
    const [north, south] = [await site('north', server, 'valley'), await site('south', server, 'valley')];
    const event = meshEvent({ uid: 'N1' });
    await north.hear(eventResult({ seq: 1, event, mesh: 'valley', destinations: ['north'] }));
    await south.hear(eventResult({ seq: 1, event, mesh: 'valley', destinations: ['south'] }));
    await until('both reports at the server', () => count(server, 'N1') === 2);
    await settle(north, south);
    expect([published(north), published(south)]).toEqual([[], []]);
    expect(count(server, 'N1')).toBe(2);
  });
});

describe('a phone that is connected here and at the server', () => {
  it('is seen by others once, and goes to the mesh once', async () => {
    const server = await startTakServer({ relay: withoutTags });
    const world = await site('north', server, 'valley');
    const [phone, other] = [await world.join(), await world.join()];
    await other.arrived();
    const xml = phoneXml('ALPHA', world.clock.now());
    phone.send(xml);
    await server.event('ALPHA');
    server.say(xml);
    await settle(world);
    expect((await other.arrived()).filter((each) => each.includes('ALPHA'))).toHaveLength(1);
    await settle(world);
    expect(published(world)).toEqual(['ALPHA']);
    expect(await world.outcomes()).toContain('duplicate came over client-1');
  });
});

describe('WinTAK as a relay beside our own link to a server', () => {
  it('makes no second one of what the mesh said', async () => {
    const server = await startTakServer();
    const world = await site('north', server, 'valley');
    const wintak = await world.join();
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }), mesh: 'valley', destinations: ['north'] }));
    const [report = ''] = await wintak.arrived();
    server.say(withoutTags(report));
    server.say(report);
    await settle(world);
    expect((await wintak.arrived()).filter((xml) => xml.includes('"N1"')).length).toBeLessThanOrEqual(1);
    expect(published(world)).toEqual([]);
    expect(count(server, 'N1')).toBe(1);
  });
});
