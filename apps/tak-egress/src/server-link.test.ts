import { Kind, LinkState } from '@cotbus/contracts';
import { memoryJournals } from '@cotbus/service/testing';
import { cotFaults } from '@cotbus/testkit';
import { describe, expect, it } from 'vitest';
import { startWorld } from './testing/egress-world.ts';
import { chatXml, eventResult, meshEvent, phoneXml } from './testing/events.ts';
import { startTakServer, tlsFile } from './testing/tak-server.ts';
import type { TakServer } from './testing/tak-server.ts';
import { until } from './testing/until.ts';

type World = Awaited<ReturnType<typeof startWorld>>;

const tcp = (server: Pick<TakServer, 'port'>, more: object = {}) => ({
  listen: { enabled: false },
  links: [{ name: 'server', kind: 'tcp', host: '127.0.0.1', port: server.port, ...more }],
});

/** The link is open, as the status says. Time passes while it is waited for. */
const opened = async (world: World, name = 'server'): Promise<void> => {
  await until(`link ${name}`, () => {
    world.clock.advance(100);
    return world.link(name)?.state === LinkState.OPEN;
  });
};

const lost = (world: World): Promise<unknown> =>
  until('a lost link', () => {
    world.clock.advance(100);
    return world.link('server')?.state !== LinkState.OPEN;
  });

const hearMany = async (world: World, from: number, to: number): Promise<void> => {
  for (let seq = from; seq <= to; seq++) await world.hear(eventResult({ seq, event: meshEvent({ uid: `N${seq}` }) }));
};

describe('a link to a server', () => {
  it('introduces the gateway first, then brings what the mesh says', async () => {
    const server = await startTakServer();
    const world = await startWorld(tcp(server));
    await opened(world);
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    const arrived = await server.event('N1');
    expect(cotFaults(arrived)).toEqual([]);
    expect(server.uids()).toEqual(['COTBUS-tak', 'N1']);
    const [own = ''] = server.latest()?.events ?? [];
    expect(cotFaults(own)).toEqual([]);
    expect(own).toContain('<contact callsign="Cotbus" endpoint="*:-1:stcp"/>');
    expect(await world.outcomes()).toEqual(['tak delivered server']);
  });

  it('shows who is on the mesh without an address that would swallow messages', async () => {
    const server = await startTakServer();
    const world = await startWorld({ ...tcp(server), listen: { enabled: true, port: 0 } });
    await opened(world);
    const phone = await world.join();
    const detail = '<contact callsign="ONE" endpoint="*:-1:stcp"/>';
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1', detail }) }));
    expect(await server.event('N1')).toContain('<contact callsign="ONE"/>');
    expect((await phone.arrived())[0]).toContain('<contact callsign="ONE" endpoint="*:-1:stcp"/>');
    expect(await world.outcomes()).toEqual(['tak delivered 1 client, server']);
  });

  it('gives what the server says to the mesh and to clients, and answers nothing but for itself', async () => {
    const server = await startTakServer();
    const world = await startWorld({ ...tcp(server), listen: { enabled: true, port: 0 } });
    await world.agent('radio-1', 'mesh-1');
    await opened(world);
    const phone = await world.join();
    await phone.arrived();
    server.say(chatXml('FAR', 'm1', world.clock.now()));
    expect(await phone.next()).toContain('GeoChat.FAR.All Chat Rooms.m1');
    await world.clock.pass(10);
    expect(world.published).toMatchObject([{ kind: Kind.CHAT, link: 'server' }]);
    phone.send(phoneXml('ALPHA', world.clock.now()));
    await server.event('ALPHA');
    expect(server.uids()).toEqual(['COTBUS-tak', 'ALPHA']);
  });

  it('holds for away servers: four minutes and forty events, all of them, in order', async () => {
    const server = await startTakServer();
    const world = await startWorld(tcp(server));
    await opened(world);
    await server.stop();
    await lost(world);
    for (let n = 1; n <= 40; n++) {
      await hearMany(world, n, n);
      await world.clock.pass(6_000);
    }
    expect(await world.outcomes()).toEqual([]);
    expect(world.link('server')?.waiting).toBe(40);
    const again = await startTakServer({ port: server.port });
    await opened(world);
    await again.event('N40');
    expect(again.uids()).toEqual(['COTBUS-tak', ...Array.from({ length: 40 }, (_, n) => `N${n + 1}`)]);
    expect(await world.outcomes()).toEqual(Array.from({ length: 40 }, () => 'tak delivered server'));
  });

  it('ends what waited for more than five minutes, and shows the picture all the same', async () => {
    const server = await startTakServer();
    await server.stop();
    const world = await startWorld(tcp(server));
    await hearMany(world, 1, 2);
    await world.clock.pass(240_000);
    await hearMany(world, 3, 3);
    await world.clock.pass(61_000);
    expect(await world.outcomes()).toEqual(
      Array.from({ length: 2 }, () => 'tak expired server: it waited 300 s; kept for clients that join'),
    );
    const again = await startTakServer({ port: server.port });
    await opened(world);
    await again.event('N2');
    expect(again.uids().slice(0, 2)).toEqual(['COTBUS-tak', 'N3']);
    expect(again.uids().toSorted()).toEqual(['COTBUS-tak', 'N1', 'N2', 'N3']);
    expect(await world.outcomes()).toEqual(['tak delivered server']);
  });

  it('keeps what waits through a crash, without telling anybody twice', async () => {
    const [up, down] = [await startTakServer(), await startTakServer()];
    await down.stop();
    const links = {
      listen: { enabled: false },
      links: [
        { name: 'up', kind: 'tcp', host: '127.0.0.1', port: up.port },
        { name: 'down', kind: 'tcp', host: '127.0.0.1', port: down.port },
      ],
    };
    const journals = memoryJournals();
    const before = await startWorld(links, journals);
    await opened(before, 'up');
    await hearMany(before, 1, 3);
    await up.event('N3');
    expect(await before.outcomes()).toEqual([]);
    // It is killed: whatever it does from now on reaches no journal.
    journals.fs.crash('written');
    await before.service.stop();
    const world = await startWorld(links, journals);
    world.clock.set({ nowMs: before.clock.now() });
    await opened(world, 'up');
    const again = await startTakServer({ port: down.port });
    await opened(world, 'down');
    await again.event('N3');
    expect(again.uids()).toEqual(['COTBUS-tak', 'N1', 'N2', 'N3']);
    expect(up.uids()).toEqual(['COTBUS-tak']);
    expect(await world.outcomes()).toEqual(Array.from({ length: 3 }, () => 'tak delivered up, down'));
  });

  it('lets the least important go when more waits than may', async () => {
    const server = await startTakServer();
    await server.stop();
    const world = await startWorld({ ...tcp(server), queue: { entries: 3 } });
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'C', kind: Kind.CHAT, type: 'b-t-f' }) }));
    await hearMany(world, 2, 5);
    expect(await world.outcomes()).toEqual(
      Array.from({ length: 2 }, () => 'tak queue_full server: 3 events wait already; kept for clients that join'),
    );
  });

  it('is ended when the server is silent, pings included, and opened again', async () => {
    const server = await startTakServer({ answersPings: false });
    const world = await startWorld(tcp(server));
    await opened(world);
    await until('a lost link', () => {
      world.clock.advance(500);
      return world.link('server')?.lastError?.includes('silent');
    });
    expect(world.link('server')?.lastError).toMatch(/^the server has been silent for 2\d s, pings included$/);
    await opened(world);
    await server.connected(2);
  });

  it('lives as long as pings are answered', async () => {
    const server = await startTakServer();
    const world = await startWorld(tcp(server));
    await opened(world);
    for (let n = 0; n < 30; n++) {
      await world.clock.pass(4_000);
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    }
    expect(server.connections).toHaveLength(1);
  });

  it('tells the picture again from time to time, itself first', async () => {
    const server = await startTakServer();
    const world = await startWorld({ ...tcp(server), syncIntervalSeconds: 60 });
    await opened(world);
    await hearMany(world, 1, 2);
    await server.event('N2');
    const soFar = server.uids().length;
    await world.clock.pass(20_000);
    await until('a sync', () => {
      world.clock.advance(1000);
      return server.uids().length >= soFar + 3;
    });
    expect(server.uids().slice(soFar, soFar + 3)).toEqual(['COTBUS-tak', 'N1', 'N2']);
  });

  it('writes again what it may have died with, the same to the byte', async () => {
    const server = await startTakServer();
    const world = await startWorld(tcp(server));
    await opened(world);
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'C', kind: Kind.CHAT, type: 'b-t-f' }) }));
    const first = await server.event('C');
    server.hangUp();
    await lost(world);
    await opened(world);
    await server.connected(2);
    expect(await server.event('C')).toBe(first);
    expect(await world.outcomes()).toEqual(['tak delivered server']);
  });

  it('passes on nothing from the others when it shall not, and only what its filter lets pass', async () => {
    const server = await startTakServer();
    const world = await startWorld({
      ...tcp(server, { relay: false, out: { rules: [{ action: 'deny', uids: ['N2'] }] } }),
      listen: { enabled: true, port: 0 },
    });
    await opened(world);
    const phone = await world.join();
    phone.send(phoneXml('ALPHA', world.clock.now()));
    await phone.arrived();
    await world.outcomes();
    await hearMany(world, 1, 3);
    await server.event('N3');
    expect(server.uids()).toEqual(['COTBUS-tak', 'N1', 'N3']);
    expect(await world.outcomes()).toEqual([
      'tak delivered 1 client, server',
      'tak delivered 1 client; server: rule 0 of the filter denies it',
      'tak delivered 1 client, server',
    ]);
  });

  it('that takes only, or gives only, does so', async () => {
    const [taking, giving] = [await startTakServer(), await startTakServer()];
    const world = await startWorld({
      listen: { enabled: false },
      links: [
        { name: 'out', kind: 'tcp', host: '127.0.0.1', port: taking.port, direction: 'out' },
        { name: 'in', kind: 'tcp', host: '127.0.0.1', port: giving.port, direction: 'in' },
      ],
    });
    await opened(world, 'out');
    await opened(world, 'in');
    await taking.event('COTBUS-tak');
    taking.say(phoneXml('NOT-TAKEN', world.clock.now()));
    giving.say(phoneXml('FAR', world.clock.now()));
    await taking.event('FAR');
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    await taking.event('N1');
    expect(giving.uids()).toEqual([]);
    expect(await world.outcomes()).toEqual(['no_destination no radio agent is known', 'tak delivered out']);
  });

  it('does not give its own report back to the meshes when the server sends it back', async () => {
    const server = await startTakServer();
    const world = await startWorld(tcp(server));
    await opened(world);
    server.say(await server.event('COTBUS-tak'));
    await until('an outcome', () => world.status()?.links.length === 1 && true);
    await until('the echo', () => server.latest());
    for (let n = 0; n < 20; n++) await world.clock.pass(1);
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    expect(await world.outcomes()).toEqual(['loop is the report of this gateway']);
  });
});

describe('another gateway of the same name at the server', () => {
  it('is told of, with what to do; an echo of our own report is not', async () => {
    const server = await startTakServer();
    const world = await startWorld(tcp(server));
    await opened(world);
    const own = await server.event('COTBUS-tak');
    server.say(own);
    await until('the echo', async () => {
      await world.clock.pass(100);
      return (await world.outcomes()).length > 0;
    });
    expect(world.status()?.faults).toEqual([]);
    server.say(own.replaceAll(/ time="[^"]*"/g, ` time="${new Date(world.clock.now() + 1).toISOString()}"`));
    const faults = await until('an alarm', () => {
      world.clock.advance(1000);
      return world.status()?.faults.length !== 0 && world.status()?.faults;
    });
    expect(faults).toEqual([expect.stringContaining('another gateway at server calls itself "tak", too')]);
    expect(world.status()?.ready).toBe(true);
  });
});

describe('a TLS link', () => {
  const tls = (server: Pick<TakServer, 'port'>, options: object = {}, host = 'localhost') => ({
    listen: { enabled: false },
    links: [{ name: 'server', kind: 'tls', host, port: server.port, tls: { ca: tlsFile('ca.pem'), ...options } }],
  });
  const alpha = { cert: tlsFile('alpha.pem'), key: tlsFile('alpha.key') };
  const bravo = { cert: tlsFile('bravo.pem'), key: tlsFile('bravo.key') };

  it.each([
    ['with a server certificate', 'server', {}, 'localhost'],
    ['by address', 'server', {}, '127.0.0.1'],
    ['with an authority between', 'behind', {}, 'localhost'],
    ['with the name in the certificate', 'elsewhere', { serverName: 'elsewhere.example' }, 'localhost'],
    ['whatever the name', 'elsewhere', { verifyHostname: false }, 'localhost'],
    [
      'with a certificate that signed itself, when it is known',
      'self-signed',
      { ca: tlsFile('self-signed.pem') },
      'localhost',
    ],
  ])('opens %s', async (_, certificate, options, host) => {
    const server = await startTakServer({ certificate });
    const world = await startWorld(tls(server, options, host));
    await opened(world);
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    expect(await server.event('N1')).toContain('<event');
  });

  it.each([
    ['a certificate', alpha],
    ['a key with a passphrase', { ...bravo, passphrase: 'opensesame' }],
  ])('proves who it is with %s', async (_, options) => {
    for (const maxVersion of [undefined, 'TLSv1.2'] as const) {
      const server = await startTakServer({
        certificate: 'server',
        wantsClientCertificate: true,
        ...(maxVersion && { maxVersion }),
      });
      const world = await startWorld(tls(server, options));
      await opened(world);
      expect(await server.event('COTBUS-tak')).toContain('<event');
      await world.service.stop();
    }
  });

  it.each([
    ['expired', {}, /its certificate, or that of its authority, has expired/],
    ['elsewhere', {}, /its certificate is for another name \(.*elsewhere.example\)/],
    ['self-signed', {}, /an authority that is not trusted here: name its truststore or certificate as ca/],
    ['server', { ca: tlsFile('other-ca.pem') }, /an authority that is not trusted here/],
    ['server', { ca: tlsFile('no-such.pem') }, /no-such.pem/],
    ['server', { ca: tlsFile('alpha.key') }, /alpha.key holds no certificate authority/],
    ['server', bravo, /bravo.key.*passphrase/],
    ['server', { ...bravo, passphrase: 'wrong' }, /passphrase/],
    ['server', { ...alpha, key: tlsFile('stranger.key') }, /stranger.key belongs to no certificate/],
    ['server', { cert: tlsFile('old-client.pem'), key: tlsFile('old-client.key') }, /expired on 2021-01-01/],
    ['server', { cert: tlsFile('server.pem'), key: tlsFile('server.key') }, /is not for a client/],
  ])('says in words what is wrong: %s %j', async (certificate, options, why) => {
    const server = await startTakServer({ certificate });
    const world = await startWorld(tls(server, options));
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    const fault = await until('a fault', () => {
      world.clock.advance(100);
      return world.link('server')?.lastError || undefined;
    });
    expect(fault).toMatch(why);
    expect(fault).not.toContain("wrong'");
    expect(world.link('server')?.state).not.toBe(LinkState.OPEN);
    await until('an event that waits', () => {
      world.clock.advance(100);
      return world.link('server')?.waiting === 1;
    });
  });

  it.each([undefined, 'TLSv1.2'] as const)(
    'loses nothing at a server that wants a client certificate (%s)',
    async (maxVersion) => {
      const server = await startTakServer({
        certificate: 'server',
        wantsClientCertificate: true,
        ...(maxVersion && { maxVersion }),
      });
      const world = await startWorld(tls(server));
      await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
      const fault = await until('a fault', () => {
        world.clock.advance(10);
        return world.link('server')?.lastError || undefined;
      });
      expect(fault).toMatch(/client certificate/);
      expect(await world.outcomes()).toEqual([]);
    },
  );

  it('says that the server speaks no TLS', async () => {
    const server = await startTakServer({ greeting: '<event/>' });
    const world = await startWorld(tls(server));
    const fault = await until('a fault', () => {
      world.clock.advance(100);
      return world.link('server')?.lastError || undefined;
    });
    expect(fault).toMatch(/does not speak TLS: check the port/);
  });

  it('says that nobody is there', async () => {
    const server = await startTakServer();
    await server.stop();
    const world = await startWorld(tls(server));
    const fault = await until('a fault', () => {
      world.clock.advance(100);
      return world.link('server')?.lastError || undefined;
    });
    expect(fault).toMatch(/nothing listens there: check host and port/);
  });
});
