import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kind } from '@cotbus/contracts';
import { memoryJournals } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startWorld } from './testing/egress-world.ts';
import { eventResult, meshEvent, phoneXml } from './testing/events.ts';
import { openTlsPhone } from './testing/phone.ts';
import type { Phone } from './testing/phone.ts';
import { tlsFile } from './testing/tak-server.ts';
import { until } from './testing/until.ts';

type World = Awaited<ReturnType<typeof startWorld>>;

const uidOf = (xml: string): string => / uid="([^"]*)"/.exec(xml)?.[1] ?? '';
const uidsOf = (xmls: readonly string[]): string[] => xmls.map(uidOf);

/** A line of somebody on the mesh. */
const chat = (id: string, to = 'All Chat Rooms') =>
  meshEvent({
    uid: `GeoChat.N1.${to}.${id}`,
    kind: Kind.CHAT,
    type: 'b-t-f',
    detail:
      `<__chat id="${to}" chatroom="${to}" senderCallsign="ONE" messageId="${id}"><chatgrp id="${to}" uid0="N1" ` +
      `uid1="${to}"/></__chat><link uid="N1" type="a-f-G-U-C" relation="p-p"/><remarks>hello</remarks>`,
  });

const signIn = async (world: World, uid: string): Promise<Phone> => {
  const phone = await world.join();
  phone.send(phoneXml(uid, world.clock.now()));
  await phone.arrived();
  return phone;
};

const leave = async (world: World, phone: Phone, clients: number): Promise<void> => {
  phone.close();
  await until('a client less', () => {
    world.clock.advance(100);
    return world.link('listen')?.clients === clients;
  });
};

let seq = 0;
const say = async (world: World, id: string, to?: string): Promise<void> =>
  world.hear(eventResult({ seq: ++seq, event: chat(id, to) }));

describe('a client that was away', () => {
  it('gets the messages it missed, in order, although another stayed', async () => {
    const world = await startWorld();
    const [alpha, bravo] = [await signIn(world, 'ANDROID-A'), await signIn(world, 'ANDROID-B')];
    await alpha.arrived();
    await leave(world, bravo, 1);
    await world.outcomes();
    for (const id of ['m1', 'm2', 'm3']) await say(world, id);
    expect(uidsOf(await alpha.arrived())).toHaveLength(3);
    expect(await world.outcomes()).toEqual(Array.from({ length: 3 }, () => 'tak delivered 1 client'));
    const again = await signIn(world, 'ANDROID-C');
    expect(await again.arrived()).toEqual([]);
    const back = await world.join();
    back.send(phoneXml('ANDROID-B', world.clock.now()));
    const missed = uidsOf(await back.arrived()).filter((uid) => uid.startsWith('GeoChat'));
    expect(missed).toEqual(['m1', 'm2', 'm3'].map((id) => `GeoChat.N1.All Chat Rooms.${id}`));
    await leave(world, back, 2);
    const third = await world.join();
    third.send(phoneXml('ANDROID-B', world.clock.now()));
    await world.clock.pass(6_000);
    expect(uidsOf(await third.arrived()).filter((uid) => uid.includes('m1'))).toHaveLength(1);
  });

  it('gets nothing that waited for more than five minutes', async () => {
    const world = await startWorld();
    await leave(world, await signIn(world, 'ANDROID-B'), 0);
    await world.outcomes();
    await say(world, 'm1');
    expect(await world.outcomes()).toEqual([]);
    await world.clock.pass(301_000);
    expect(await world.outcomes()).toEqual(['tak no_client nobody came within 300 s']);
    const back = await world.join();
    back.send(phoneXml('ANDROID-B', world.clock.now()));
    expect(uidsOf(await back.arrived()).filter((uid) => uid.startsWith('GeoChat'))).toEqual([]);
  });

  it('gets what it missed although the gateway was killed meanwhile', async () => {
    const journals = memoryJournals();
    const before = await startWorld({}, journals);
    const stays = await signIn(before, 'ANDROID-A');
    await leave(before, await signIn(before, 'ANDROID-B'), 1);
    await stays.arrived();
    await say(before, 'm1');
    await stays.arrived();
    await before.clock.pass(200);
    journals.fs.crash('written');
    await before.service.stop();

    const world = await startWorld({}, journals);
    const back = await world.join();
    back.send(phoneXml('ANDROID-B', world.clock.now()));
    expect(uidsOf(await back.arrived())).toEqual(['GeoChat.N1.All Chat Rooms.m1']);
    // The other one was known as well: what is said before it is back waits for it.
    await say(world, 'm2');
    const other = await world.join();
    other.send(phoneXml('ANDROID-A', world.clock.now()));
    expect(uidsOf(await other.arrived()).filter((uid) => uid.startsWith('GeoChat'))).toEqual([
      'GeoChat.N1.All Chat Rooms.m2',
    ]);
  });

  it('may be anybody when nobody is known', async () => {
    const journals = memoryJournals();
    const before = await startWorld({}, journals);
    await say(before, 'm1');
    await before.clock.pass(200);
    journals.fs.crash('written');
    await before.service.stop();
    const world = await startWorld({}, journals);
    expect(await world.outcomes()).toEqual([]);
    const phone = await world.join();
    expect(uidsOf(await phone.arrived())).toEqual(['GeoChat.N1.All Chat Rooms.m1']);
    expect(await world.outcomes()).toEqual(['tak delivered 1 client']);
  });
});

describe('a message that nobody is here for', () => {
  it('is seen waiting in the status of the listener at once, until somebody comes', async () => {
    const world = await startWorld();
    await say(world, 'm1');
    await world.clock.pass(2000);
    expect(world.link('listen')).toMatchObject({ clients: 0, waiting: 1 });
    const phone = await world.join();
    expect(await phone.arrived()).toHaveLength(1);
    await world.clock.pass(2000);
    expect(world.link('listen')).toMatchObject({ clients: 1, waiting: 0 });
  });
});

describe('a message to one person', () => {
  it('reaches that client alone', async () => {
    const world = await startWorld();
    const [alpha, bravo] = [await signIn(world, 'ANDROID-A'), await signIn(world, 'ANDROID-B')];
    await alpha.arrived();
    await world.outcomes();
    await say(world, 'm1', 'ANDROID-B');
    expect(uidsOf(await bravo.arrived())).toEqual(['GeoChat.N1.ANDROID-B.m1']);
    expect(await alpha.arrived()).toEqual([]);
    expect(await world.outcomes()).toEqual(['tak delivered 1 client']);
  });

  it('is known by its destination, by uid or callsign', async () => {
    const world = await startWorld();
    const [alpha, bravo] = [await signIn(world, 'ANDROID-A'), await signIn(world, 'uid-b')];
    await alpha.arrived();
    for (const dest of ['uid="uid-b"', 'callsign="uid-b"']) {
      const event = chat(dest.slice(0, 3));
      event.detail += `<marti><dest ${dest}/></marti>`;
      await world.hear(eventResult({ seq: ++seq, event }));
    }
    expect(await bravo.arrived()).toHaveLength(2);
    expect(await alpha.arrived()).toEqual([]);
  });

  it('waits for somebody who has not been here, and nobody else gets it', async () => {
    const world = await startWorld();
    const alpha = await signIn(world, 'ANDROID-A');
    await world.outcomes();
    await say(world, 'm1', 'ANDROID-B');
    expect(await alpha.arrived()).toEqual([]);
    expect(await world.outcomes()).toEqual([]);
    const bravo = await world.join();
    bravo.send(phoneXml('ANDROID-B', world.clock.now()));
    expect(uidsOf(await bravo.arrived())).toContain('GeoChat.N1.ANDROID-B.m1');
    expect((await world.outcomes())[0]).toBe('tak delivered 1 client');
  });

  it('for somebody unknown may be for who has not said who he is', async () => {
    const world = await startWorld();
    const [alpha, nameless] = [await signIn(world, 'ANDROID-A'), await world.join()];
    await alpha.arrived();
    await nameless.arrived();
    await say(world, 'm1', 'ANDROID-B');
    expect(await nameless.arrived()).toHaveLength(1);
    expect(await alpha.arrived()).toEqual([]);
  });

  it('between people on a mesh is nobody else’s', async () => {
    const world = await startWorld();
    const alpha = await signIn(world, 'ANDROID-A');
    await world.hear(eventResult({ seq: ++seq, event: meshEvent({ uid: 'MESHTASTIC-00000002' }) }));
    await alpha.arrived();
    await world.outcomes();
    await say(world, 'm1', 'MESHTASTIC-00000002');
    expect(await alpha.arrived()).toEqual([]);
    expect(await world.outcomes()).toEqual(['tak not_for_tak it is for people on a mesh']);
  });

  it('from one client to another passes by the others', async () => {
    const world = await startWorld();
    const [alpha, bravo, charlie] = [
      await signIn(world, 'ANDROID-A'),
      await signIn(world, 'ANDROID-B'),
      await signIn(world, 'ANDROID-C'),
    ];
    for (const phone of [alpha, bravo, charlie]) await phone.arrived();
    const { detail } = chat('m1', 'ANDROID-C');
    alpha.send(
      phoneXml('GeoChat.ANDROID-A.ANDROID-C.m1', world.clock.now(), {
        type: 'b-t-f',
        detail: detail.replaceAll('"N1"', '"ANDROID-A"'),
      }),
    );
    expect(uidOf(await charlie.next())).toBe('GeoChat.ANDROID-A.ANDROID-C.m1');
    expect(await bravo.arrived()).toEqual([]);
  });

  it.each(['All Chat Rooms', 'Cyan', 'Rescue Team', '1f0c2a34-0000-4000-8000-1234567890ab'])(
    'is not what goes to the room %s',
    async (room) => {
      const world = await startWorld();
      const [alpha, bravo] = [await signIn(world, 'ANDROID-A'), await signIn(world, 'ANDROID-B')];
      await alpha.arrived();
      await say(world, 'm1', room);
      expect(await alpha.arrived()).toHaveLength(1);
      expect(await bravo.arrived()).toHaveLength(1);
    },
  );
});

describe('a client that reads slowly', () => {
  it('loses what has no room, the least important first, and nobody else does', async () => {
    const world = await startWorld();
    const [slow, quick] = [await signIn(world, 'SLOW'), await signIn(world, 'QUICK')];
    await slow.arrived();
    await quick.arrived();
    slow.stall();
    const remarks = 'x'.repeat(60_000);
    const events = 250;
    for (let n = 0; n < events; n++) {
      const event = meshEvent({ uid: `R${n}`, kind: Kind.RAW, type: 'b-x', detail: `<remarks>${remarks}</remarks>` });
      await world.hear(eventResult({ seq: ++seq, event }));
      expect(uidOf(await quick.next())).toBe(`R${n}`);
    }
    await say(world, 'm1');
    await quick.next();
    await world.clock.pass(10_000);
    const counters = world.status()?.counters ?? {};
    expect(counters['client_events_queue_full_total']).toBeGreaterThan(20);
    slow.resume();
    const got: string[] = [];
    while (!got.at(-1)?.startsWith('GeoChat')) {
      got.push(uidOf(await slow.next()));
      if (got.length % 10 === 0) await world.clock.pass(1000);
    }
    expect(got.length).toBeLessThan(events);
    const outcomes = await world.outcomes();
    expect(outcomes.filter((outcome) => outcome.startsWith('tak delivered'))).toHaveLength(events + 1);
  });
});

describe('a client that reads slowly and comes back', () => {
  it('gets of each state the newest last', async () => {
    const world = await startWorld();
    const [slow, quick] = [await signIn(world, 'SLOW'), await signIn(world, 'QUICK')];
    await slow.arrived();
    await quick.arrived();
    slow.stall();
    const remarks = 'x'.repeat(60_000);
    const report = (n: number): Promise<void> => {
      const event = meshEvent({ uid: 'MOVES', lat: n / 10, detail: `<remarks>${remarks}</remarks>` });
      return world.hear(eventResult({ seq: ++seq, event }));
    };
    const rounds = 250;
    for (let n = 1; n < rounds; n += 1) {
      await report(n);
      await quick.next();
    }
    await leave(world, slow, 1);
    await report(rounds);
    await quick.next();
    const back = await world.join();
    back.send(phoneXml('SLOW', world.clock.now()));
    const places = (await back.arrived())
      .filter((xml) => uidOf(xml) === 'MOVES')
      .map((xml) => /lat="([^"]*)"/.exec(xml)?.[1]);
    expect(places.map(Number)).toEqual([rounds / 10]);
  });
});

describe('a client with a certificate', () => {
  const tls = { cert: tlsFile('server.pem'), key: tlsFile('server.key'), ca: tlsFile('ca.pem') };
  const secure = { listen: { enabled: false }, listenTls: { host: '127.0.0.1', port: 0, tls, protocol: 'xml' } };
  const connectAs = async (world: World, certificate?: string): Promise<Phone> => {
    const phone = await openTlsPhone(world.link('listenTls')?.address ?? '', certificate);
    onTestFinished(() => phone.close());
    return phone;
  };
  const clientsAre = (world: World, clients: number): Promise<unknown> =>
    until(`${clients} clients`, () => {
      world.clock.advance(100);
      return world.link('listenTls')?.clients === clients;
    });

  it('is let in, is named by it, and gets events', async () => {
    const world = await startWorld(secure);
    const phone = await connectAs(world, 'alpha');
    await phone.arrived();
    await world.hear(eventResult({ seq: ++seq, event: meshEvent() }));
    expect(uidsOf(await phone.arrived())).toEqual(['MESHTASTIC-00000001']);
    await world.clock.pass(1000);
    expect(world.link('client-1')).toMatchObject({ transport: 'tls' });
    expect(world.link('client-1')?.address).toMatch(/ certificate ALPHA$/);
    expect(world.link('client-1')?.client).toMatchObject({ listener: 'listenTls', certificate: 'ALPHA' });
    expect(world.link('client-1')?.client?.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  it.each([
    ['no certificate', undefined, 'it has no client certificate'],
    ['one of another authority', 'stranger', 'its certificate is from an unknown authority'],
    ['one that has expired', 'old-client', 'its certificate has expired'],
  ])('is not let in with %s, and that is told', async (_, certificate, why) => {
    const world = await startWorld(secure);
    const phone = await connectAs(world, certificate);
    await phone.closed;
    const told = await until('a refusal', () => {
      world.clock.advance(100);
      return world.link('listenTls')?.lastError || undefined;
    });
    expect(told).toContain(`was refused: ${why}`);
    expect(world.link('listenTls')?.clients).toBe(0);
    expect(world.link('client-1')).toBeUndefined();
  });

  it('is known again before it says anything, and gets what it missed', async () => {
    const world = await startWorld(secure);
    const phone = await connectAs(world, 'alpha');
    phone.send(phoneXml('ANDROID-A', world.clock.now()));
    await phone.arrived();
    phone.close();
    await clientsAre(world, 0);
    await world.outcomes();
    await say(world, 'm1');
    const back = await connectAs(world, 'alpha');
    expect(uidsOf(await back.arrived()).filter((uid) => uid.startsWith('GeoChat'))).toHaveLength(1);
    expect(await world.outcomes()).toEqual(['tak delivered 1 client']);
  });

  it('is cut off when it is revoked, and does not come in again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cotbus-revoked-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const world = await startWorld(secure, { ...memoryJournals(), folder });
    const [alpha, bravo] = [await connectAs(world, 'alpha'), await connectAs(world, 'bravo')];
    await alpha.arrived();
    await bravo.arrived();
    mkdirSync(join(folder, 'certificates'));
    const { fingerprint256 } = new X509Certificate(readFileSync(tlsFile('alpha.pem')));
    writeFileSync(join(folder, 'certificates/revoked.txt'), `${fingerprint256} ALPHA\n`);
    const why = await until('the end of a client', () => {
      world.clock.advance(1000);
      return world.link('listenTls')?.lastError || undefined;
    });
    expect(why).toContain('its certificate is revoked');
    await alpha.closed;
    await (
      await connectAs(world, 'alpha')
    ).closed;
    expect(await bravo.arrived()).toEqual([]);
  });

  it('finds a door as soon as the gateway has certificates of its own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cotbus-own-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'certificates'));
    const own = ['server.pem', 'server.key'].map((name) => readFileSync(tlsFile(name), 'utf8')).join('');
    writeFileSync(join(folder, 'certificates/server.pem'), own);
    writeFileSync(join(folder, 'certificates/ca.pem'), readFileSync(tlsFile('ca.pem')));
    const listenTls = { host: '127.0.0.1', port: 0 };
    const world = await startWorld({ listen: { enabled: false }, listenTls }, { ...memoryJournals(), folder });
    expect(await (await connectAs(world, 'alpha')).next()).toContain('t-x-takp-v');
    expect((await startWorld({ listenTls })).link('listenTls')).toBeUndefined();
  });

  it('that others share is known by its uid as well', async () => {
    const world = await startWorld(secure);
    for (const uid of ['ANDROID-A', 'ANDROID-B']) {
      const phone = await connectAs(world, 'alpha');
      phone.send(phoneXml(uid, world.clock.now()));
      await phone.arrived();
      phone.close();
      await clientsAre(world, 0);
    }
    await say(world, 'm1', 'ANDROID-B');
    const first = await connectAs(world, 'alpha');
    first.send(phoneXml('ANDROID-A', world.clock.now()));
    expect(uidsOf(await first.arrived()).filter((uid) => uid.startsWith('GeoChat'))).toEqual([]);
    const second = await connectAs(world, 'alpha');
    second.send(phoneXml('ANDROID-B', world.clock.now()));
    expect(uidsOf(await second.arrived()).filter((uid) => uid.startsWith('GeoChat'))).toHaveLength(1);
  });

  it('finds no door without certificates of the gateway, and the status says why', async () => {
    const world = await startWorld({
      ...secure,
      listenTls: { ...secure.listenTls, tls: { ...tls, key: tlsFile('no.key') } },
    });
    expect(world.link('listenTls')?.lastError).toMatch(/no.key/);
    expect(world.status()?.ready).toBe(false);
    expect(world.status()?.faults).toEqual([expect.stringMatching(/^tak.listenTls: .*no.key/)]);
  });
});
