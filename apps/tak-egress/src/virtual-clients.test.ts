import { LinkState } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { startWorld } from './testing/egress-world.ts';
import { chatXml, eventResult, meshEvent } from './testing/events.ts';
import { startTakServer } from './testing/tak-server.ts';
import type { TakServer } from './testing/tak-server.ts';
import { until } from './testing/until.ts';

type World = Awaited<ReturnType<typeof startWorld>>;

const node = (uid: string, staleAfterMs = 900_000) =>
  meshEvent({
    uid,
    staleAfterMs,
    callsign: uid,
    detail: `<contact callsign="${uid}" endpoint="*:-1:stcp"/>`,
  });

const start = async (server: TakServer, virtualClients: number): Promise<World> => {
  const world = await startWorld({
    listen: { enabled: false },
    links: [{ name: 'server', kind: 'tcp', host: '127.0.0.1', port: server.port, virtualClients }],
  });
  await until('an open link', () => {
    world.clock.advance(100);
    return world.link('server')?.state === LinkState.OPEN;
  });
  return world;
};

const uidsOf = (events: readonly string[]): string[] => events.map((xml) => / uid="([^"]*)"/.exec(xml)?.[1] ?? '');
/** The connection that began with this uid's report. */
const connectionOf = (server: TakServer, uid: string) =>
  until(`a connection of ${uid}`, () => server.connections.find(({ events }) => uidsOf(events)[0] === uid));
const dm = (to: string, nowMs: number): string => chatXml('FAR', 'm1', nowMs).replaceAll('All Chat Rooms', to);

describe('somebody on the mesh', () => {
  it('gets a connection of his own, by which he is known with his endpoint', async () => {
    const server = await startTakServer();
    const world = await start(server, 2);
    for (const [seq, uid] of ['MESHTASTIC-1', 'MESHTASTIC-2', 'MESHTASTIC-3'].entries()) {
      await world.hear(eventResult({ seq: seq + 1, event: node(uid) }));
    }
    const own = await connectionOf(server, 'MESHTASTIC-1');
    await connectionOf(server, 'MESHTASTIC-2');
    expect(own.events[0]).toContain('<contact callsign="MESHTASTIC-1" endpoint="*:-1:stcp"/>');
    // Two may have one; the third is on the map and cannot be written to.
    const [main] = server.connections;
    expect(main?.events.find((xml) => xml.includes('MESHTASTIC-3'))).toContain('<contact callsign="MESHTASTIC-3"/>');
    await world.hear(eventResult({ seq: 4, event: { ...node('MESHTASTIC-1'), lat: 1 } }));
    await until('the next report', () => own.events.length === 2);
    expect(uidsOf(main?.events ?? []).filter((uid) => uid === 'MESHTASTIC-1')).toHaveLength(1);
    expect(await world.outcomes()).toEqual(Array.from({ length: 4 }, () => 'tak delivered server'));
    await until('the number of them', () => {
      world.clock.advance(1000);
      return world.link('server')?.clients === 2;
    });
  });

  it('gets what is written to him, once, and nothing else over it', async () => {
    const server = await startTakServer();
    const world = await start(server, 2);
    await world.agent('radio-1', 'mesh-1');
    await world.hear(eventResult({ seq: 1, event: node('MESHTASTIC-1') }));
    const own = await connectionOf(server, 'MESHTASTIC-1');
    for (const to of ['All Chat Rooms', 'MESHTASTIC-2', 'MESHTASTIC-1']) own.socket.write(dm(to, world.clock.now()));
    await until('a message', () => {
      world.clock.advance(1);
      return world.published.length > 0;
    });
    expect(world.published.map(({ event }) => event?.uid)).toEqual(['GeoChat.FAR.MESHTASTIC-1.m1']);
  });

  it('loses it when his report is stale, and somebody else may have it', async () => {
    const server = await startTakServer();
    const world = await start(server, 1);
    await world.hear(eventResult({ seq: 1, event: node('MESHTASTIC-1', 60_000) }));
    const own = await connectionOf(server, 'MESHTASTIC-1');
    const ended = new Promise((resolve) => {
      own.socket.once('close', resolve);
    });
    world.clock.set({ monotonicMs: world.clock.monotonic() + 61_000 });
    await world.clock.pass(1_000);
    await ended;
    await until('the link again', () => {
      world.clock.advance(100);
      return world.link('server')?.state === LinkState.OPEN;
    });
    await world.hear(eventResult({ seq: 2, event: node('MESHTASTIC-2') }));
    await connectionOf(server, 'MESHTASTIC-2');
    await world.service.stop();
    expect(await until('the end of every timer', () => world.clock.pending === 0)).toBe(true);
  });
});
