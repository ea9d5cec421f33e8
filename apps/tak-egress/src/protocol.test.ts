/** TAK protocol 1 over real connections: as a server to our clients, and as a client of a server. */
import { buildEventXml } from '@cotbus/codec';
import { LinkState } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { buildControl } from './ping.ts';
import { streamFrame } from './takproto/frame.ts';
import { encodeTakMessage } from './takproto/tak-message.ts';
import { startWorld } from './testing/egress-world.ts';
import { eventResult, meshEvent, phoneXml } from './testing/events.ts';
import { startTakServer } from './testing/tak-server.ts';
import type { TakServer } from './testing/tak-server.ts';
import { until } from './testing/until.ts';

type World = Awaited<ReturnType<typeof startWorld>>;

const control = (type: string, detail: string): string =>
  buildEventXml(buildControl(type, 'u1', Date.UTC(2026, 0, 1), 60_000, `<TakControl>${detail}</TakControl>`));
const OFFER = control('t-x-takp-v', '<TakProtocolSupport version="1"/>');
const answer = (status: boolean): string => control('t-x-takp-r', `<TakResponse status="${status}"/>`);

describe('a client that asks for protobuf', () => {
  it('gets it from the answer on, while others stay with XML', async () => {
    const world = await startWorld({ listen: { port: 0, protocol: 'auto' } });
    const [modern, plain] = [await world.join(), await world.join()];
    expect(await plain.next()).toContain('type="t-x-takp-v"');
    const offer = await modern.next();
    const [, uid = ''] = / uid="([^"]*)"/.exec(offer) ?? [];
    expect(offer).toContain('<TakProtocolSupport version="1"/>');
    modern.send(control('t-x-takp-q', '<TakRequest version="1"/>').replace('u1', uid));
    expect(await modern.next()).toContain('<TakResponse status="true"/>');
    modern.takeFrames();
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    expect(await modern.next()).toContain('uid="N1"');
    expect(await plain.next()).toContain('uid="N1"');
    modern.sendBytes(streamFrame(encodeTakMessage(phoneXml('ALPHA', world.clock.now()))));
    expect(await plain.next()).toContain('uid="ALPHA"');
    expect(modern.sawFrames()).toBe(true);
    expect(plain.sawFrames()).toBe(false);
  });

  it('is told no by a listener that has XML alone', async () => {
    const world = await startWorld();
    const phone = await world.join();
    phone.send(control('t-x-takp-q', '<TakRequest version="1"/>'));
    expect(await phone.next()).toContain('<TakResponse status="false"/>');
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    expect(await phone.next()).toContain('uid="N1"');
  });
});

describe('a link to a server that offers protobuf', () => {
  const start = async (server: TakServer, more: object = {}): Promise<World> => {
    const world = await startWorld({
      listen: { enabled: false },
      links: [{ name: 'server', kind: 'tcp', host: '127.0.0.1', port: server.port, ...more }],
    });
    await until('an open link', () => {
      world.clock.advance(100);
      return world.link('server')?.state === LinkState.OPEN;
    });
    return world;
  };
  const types = (server: TakServer): string[] =>
    (server.latest()?.events ?? []).map((xml) => / type="([^"]*)"/.exec(xml)?.[1] ?? '');
  const asked = (server: TakServer): Promise<unknown> =>
    until('a question', () => types(server).includes('t-x-takp-q'));

  it('asks, writes nothing until it is answered, then protobuf both ways', async () => {
    const server = await startTakServer({ greeting: OFFER });
    const world = await start(server);
    await asked(server);
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    await world.hear(eventResult({ seq: 2, event: meshEvent({ uid: 'N2' }) }));
    expect(types(server)).toEqual(['a-f-G-U-C', 't-x-takp-q']);
    const before = server.latest()?.bytes.length ?? 0;
    server.takeFrames();
    server.say(answer(true));
    await server.event('N2');
    expect(server.latest()?.bytes[before]).toBe(0xbf);
    expect(server.uids()).toEqual(['COTBUS-tak', 'u1', 'N1', 'N2']);
    expect(await world.outcomes()).toEqual(['tak delivered server', 'tak delivered server']);
    server.say(streamFrame(encodeTakMessage(phoneXml('FAR', world.clock.now()))));
    await until('what the server said', () => {
      world.clock.advance(1000);
      return world.status()?.counters['events_taken_total'] === 1;
    });
  });

  it('goes on with XML when the answer is no', async () => {
    const server = await startTakServer({ greeting: OFFER });
    const world = await start(server);
    await asked(server);
    server.say(answer(false));
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    await server.event('N1');
    expect(server.latest()?.bytes).not.toContain(0xbf);
  });

  it('connects anew when there is no answer, and nothing is lost', async () => {
    const server = await startTakServer({ greeting: OFFER });
    const world = await start(server, { silenceSeconds: 0 });
    await asked(server);
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    const why = await until('the end of the link', () => {
      world.clock.advance(1000);
      return world.link('server')?.lastError || undefined;
    });
    expect(why).toMatch(/no answer within 60 s to the question for TAK protocol 1/);
    await server.connected(2);
    await server.event('N1');
    expect(await world.outcomes()).toEqual(['tak delivered server']);
  });

  it('does not ask when it shall write XML', async () => {
    const server = await startTakServer({ greeting: OFFER });
    const world = await start(server, { protocol: 'xml' });
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    await server.event('N1');
    expect(types(server)).not.toContain('t-x-takp-q');
  });

  it('writes protobuf from the first byte when told to', async () => {
    const server = await startTakServer({ takesFrames: true });
    const world = await start(server, { protocol: 'protobuf' });
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    await server.event('N1');
    expect(server.latest()?.bytes[0]).toBe(0xbf);
  });
});
