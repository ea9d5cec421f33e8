import { createSocket } from 'node:dgram';
import { parseEventXml } from '@cotbus/codec';
import { createMessage, Kind, LinkState, Reason } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import { memoryJournals } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startWorld } from './testing/egress-world.ts';
import { chatXml, eventResult, meshEvent, phoneXml } from './testing/events.ts';

/** An event as every receiver accepts it. */
const accepted = (xml: string): CotEvent => {
  expect(cotFaults(xml)).toEqual([]);
  const parsed = parseEventXml(xml);
  if (!parsed.ok) throw new TypeError(parsed.detail);
  return parsed.event;
};

describe('an event from the mesh', () => {
  it('reaches every client once, stamped with when it was heard, and ends delivered', async () => {
    const world = await startWorld();
    const phones = [await world.join(), await world.join()];
    for (const phone of phones) await phone.arrived();
    const event = meshEvent({ olderMs: 5000, staleAfterMs: 60_000 });
    const heardMs = world.clock.now() - 2000;
    await world.hear(eventResult({ seq: 1, ageMs: 2000, event }));
    for (const phone of phones) {
      const arrived = accepted(await phone.next());
      expect(arrived).toMatchObject({ uid: event.uid, timeMs: heardMs - 5000, startMs: heardMs, opex: '' });
      expect(arrived.staleMs).toBe(heardMs + 60_000);
      expect(arrived.detail).toContain('<_flow-tags_ Cotbus-tak=');
    }
    expect(await world.outcomes()).toEqual(['tak delivered 2 clients']);
  });

  it('carries the opex of the configuration', async () => {
    const world = await startWorld({ opex: 's-demo' });
    const phone = await world.join();
    await phone.arrived();
    await world.hear(eventResult({ seq: 1, event: meshEvent() }));
    expect(accepted(await phone.next()).opex).toBe('s-demo');
  });

  it('waits in the picture for clients that join, until it is stale', async () => {
    const world = await startWorld();
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'A', staleAfterMs: 60_000 }) }));
    await world.hear(eventResult({ seq: 2, event: meshEvent({ uid: 'B', staleAfterMs: 3_600_000 }) }));
    expect(await world.outcomes()).toEqual([
      'tak no_client kept for clients that join',
      'tak no_client kept for clients that join',
    ]);
    const first = await world.join();
    expect((await first.arrived()).map((xml) => accepted(xml).uid)).toEqual(['A', 'B']);
    world.clock.advance(60_000);
    const second = await world.join();
    expect((await second.arrived()).map((xml) => accepted(xml).uid)).toEqual(['B']);
  });

  it('that is a message waits for whoever comes first', async () => {
    const world = await startWorld();
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'C', kind: Kind.CHAT, type: 'b-t-f' }) }));
    expect(await world.outcomes()).toEqual([]);
    expect((await (await world.join()).arrived()).map((xml) => accepted(xml).uid)).toEqual(['C']);
    expect(await world.outcomes()).toEqual(['tak delivered 1 client']);
    expect(await (await world.join()).arrived()).toEqual([]);
  });

  it('that is a message ends when nobody comes for it', async () => {
    const world = await startWorld();
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'C', kind: Kind.CHAT, type: 'b-t-f' }) }));
    await world.clock.pass(301_000);
    expect(await world.outcomes()).toEqual(['tak no_client nobody came within 300 s']);
    expect(await (await world.join()).arrived()).toEqual([]);
  });

  it('goes to UDP receivers as well', async () => {
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    await new Promise<void>((resolve) => {
      socket.bind(0, '127.0.0.1', resolve);
    });
    const { port } = socket.address();
    const world = await startWorld({ listen: { enabled: false }, udp: [{ host: '127.0.0.1', port }] });
    expect(world.link(`udp 127.0.0.1:${port}`)).toMatchObject({ transport: 'udp', state: LinkState.OPEN });
    const received = new Promise<string>((resolve) => {
      socket.once('message', (bytes) => resolve(bytes.toString()));
    });
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'A' }) }));
    expect(accepted(await received).uid).toBe('A');
    expect(await world.outcomes()).toEqual([`tak delivered udp 127.0.0.1:${port}`]);
  });

  it.each([
    [
      'a frame heard twice',
      eventResult({ seq: 1, frameHash: 9n, event: meshEvent() }),
      eventResult({ seq: 5, origin: 'radio-2', frameHash: 9n, event: meshEvent({ lat: 1 }) }),
      'tak duplicate of radio-1/1.0000000000000007/1',
    ],
    [
      'the same content over another radio',
      eventResult({ seq: 1, event: meshEvent() }),
      eventResult({ seq: 5, origin: 'radio-2', event: meshEvent() }),
      'tak duplicate of radio-1/1.0000000000000007/1',
    ],
    [
      'an older position that comes later',
      eventResult({ seq: 7, event: meshEvent() }),
      eventResult({ seq: 6, event: meshEvent({ lat: 1 }) }),
      'tak superseded something newer of this uid is known',
    ],
    [
      'an older position over another radio',
      eventResult({ seq: 7, event: meshEvent() }),
      eventResult({ seq: 8, origin: 'radio-2', ageMs: 500, event: meshEvent({ lat: 1 }) }),
      'tak superseded something newer of this uid is known',
    ],
  ])('is delivered once: %s', async (_, first, second, outcome) => {
    const world = await startWorld();
    const phone = await world.join();
    await phone.arrived();
    await world.hear(first);
    await world.hear(second);
    expect(await phone.arrived()).toHaveLength(1);
    expect(await world.outcomes()).toEqual(['tak delivered 1 client', outcome]);
  });

  it('that repeats itself over one radio is news', async () => {
    const world = await startWorld();
    const phone = await world.join();
    await phone.arrived();
    const sos = meshEvent({ uid: 'A-9-1-1', kind: Kind.EMERGENCY, type: 'b-a-o-tbl' });
    await world.hear(eventResult({ seq: 1, event: sos }));
    await world.hear(eventResult({ seq: 2, event: sos }));
    expect(await phone.arrived()).toHaveLength(2);
    expect(await world.outcomes()).toEqual(['tak delivered 1 client', 'tak delivered 1 client']);
  });

  it('that is stale already is not sent', async () => {
    const world = await startWorld();
    await world.hear(eventResult({ seq: 1, ageMs: 60_000, event: meshEvent({ staleAfterMs: 60_000 }) }));
    expect(await world.outcomes()).toEqual(['tak expired it was stale before it came here']);
  });

  it('that is a ping is not sent', async () => {
    const world = await startWorld();
    await world.hear(eventResult({ seq: 1, event: meshEvent({ type: 't-x-c-t', kind: Kind.RAW }) }));
    expect(await world.outcomes()).toEqual(['tak not_for_tak it is about a connection of its sender']);
  });

  it('that no receiver could read for its size is not sent', async () => {
    const world = await startWorld();
    const detail = `<remarks>${'x'.repeat(64 * 1024)}</remarks>`;
    await world.hear(eventResult({ seq: 1, event: meshEvent({ detail }) }));
    expect(await world.outcomes()).toEqual([expect.stringMatching(/^tak too_large \d+ of 65536 bytes$/)]);
  });
});

describe('a result of a worker', () => {
  it.each([
    ['detail that is not well-formed', { detail: '</detail></event><event>' }, 'garbled'],
    ['position that is none', { lat: 200 }, 'impossible'],
  ])('with a %s is not passed on', async (_, init, reason) => {
    const world = await startWorld();
    const phone = await world.join();
    await phone.arrived();
    await world.hear(eventResult({ seq: 1, event: meshEvent(init) }));
    expect(await phone.arrived()).toEqual([]);
    expect((await world.outcomes()).map((outcome) => outcome.split(' ').slice(0, 2))).toEqual([['tak', reason]]);
  });

  it('is not taken any more when the service stops', async () => {
    const world = await startWorld();
    await world.service.stop();
    await world.hear(eventResult({ seq: 1, event: meshEvent() }));
    expect(await world.outcomes()).toEqual([]);
  });

  it('ends with the reason of its refusal', async () => {
    const world = await startWorld();
    const { item } = eventResult({ seq: 1, event: meshEvent() });
    const refusal = { reason: Reason.DICTIONARY_MISSING, detail: 'dictionary 4' };
    if (item === undefined) throw new TypeError('no item');
    await world.hear(
      createMessage('rxResult', { item, kind: Kind.REFUSED, result: { case: 'refusal', value: refusal } }),
    );
    expect(await world.outcomes()).toEqual(['tak dictionary_missing dictionary 4']);
  });

  it('is taken once, and not at all when it is meant for another egress', async () => {
    const world = await startWorld();
    const result = eventResult({ seq: 1, event: meshEvent() });
    await world.hear(result);
    await world.hear(result);
    await world.hear(eventResult({ seq: 2, event: meshEvent({ uid: 'B' }), destinations: ['north'] }));
    expect(await world.outcomes()).toEqual(['tak no_client kept for clients that join']);
  });

  it('that disagrees with itself or is empty ends so, and without an item it is counted', async () => {
    const world = await startWorld();
    await world.hear({ ...eventResult({ seq: 1, event: meshEvent() }), kind: Kind.CHAT });
    await world.hear({ ...eventResult({ seq: 2, event: meshEvent() }), result: { case: undefined } });
    const nameless = eventResult({ seq: 0, event: meshEvent() });
    await world.hear(nameless);
    expect(await world.outcomes()).toEqual([
      'tak impossible the result of the worker disagrees with itself',
      'tak unreadable the result of the worker is empty',
    ]);
    await world.clock.pass(10_000);
    expect(world.status()?.counters['results_without_item_total']).toBe(1);
  });
});

describe('an event from a client', () => {
  it('is passed on to the others at once and published once for every mesh with a radio', async () => {
    const world = await startWorld();
    await world.agent('radio-1', 'mesh-1');
    await world.agent('radio-2', 'mesh-1');
    await world.agent('radio-3', 'mesh-2', LinkState.WAITING);
    const [sender, other] = [await world.join(), await world.join()];
    sender.send(chatXml('ALPHA', 'm1', world.clock.now()));
    const uid = 'GeoChat.ALPHA.All Chat Rooms.m1';
    expect(await sender.arrived()).toEqual([]);
    expect((await other.arrived()).map((xml) => accepted(xml).uid)).toEqual([uid]);
    await world.clock.pass(0);
    expect(world.published).toHaveLength(1);
    expect(world.published[0]).toMatchObject({
      kind: Kind.CHAT,
      link: 'client-1',
      event: { uid, timeMs: world.clock.now() },
      item: {
        id: { origin: 'tak', seq: 1 },
        attempt: 1,
        addressed: [{ destination: 'mesh-1', sink: 'radio-1', assignment: 1, lifeMs: 300_000 }],
      },
    });
    // For the other mesh it waits until a radio is there.
    expect(await world.outcomes()).toEqual([]);
    await world.agent('radio-3', 'mesh-2', LinkState.OPEN);
    await world.clock.pass(100);
    expect(world.published.flatMap(({ item }) => item?.addressed ?? [])).toContainEqual(
      expect.objectContaining({ destination: 'mesh-2', sink: 'radio-3' }),
    );
  });

  it('has a minute to reach the air when the next report replaces it', async () => {
    const world = await startWorld();
    await world.agent('radio-1', 'mesh-1');
    const phone = await world.join();
    phone.send(phoneXml('ALPHA', world.clock.now()));
    await phone.arrived();
    await world.clock.pass(0);
    expect(world.published[0]?.item?.addressed).toMatchObject([{ lifeMs: 60_000 }]);
  });

  it('is part of the picture for clients that join later', async () => {
    const world = await startWorld();
    const phone = await world.join();
    phone.send(phoneXml('ALPHA', world.clock.now()));
    await phone.arrived();
    expect((await (await world.join()).arrived()).map((xml) => accepted(xml).uid)).toEqual(['ALPHA']);
    expect(await world.outcomes()).toEqual(['no_destination no radio agent is known']);
  });

  it('that was heard on a mesh does not go back there, but to the other one', async () => {
    const world = await startWorld();
    await world.agent('radio-1', 'mesh-1');
    await world.agent('radio-2', 'mesh-2');
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'ALPHA' }) }));
    await world.outcomes();
    const phone = await world.join();
    phone.send(phoneXml('ALPHA', world.clock.now()));
    await phone.arrived();
    expect(await world.outcomes()).toEqual(['mesh-1 loop was heard on mesh mesh-1']);
    expect(world.published.map(({ item }) => item?.addressed.map(({ destination }) => destination))).toEqual([
      ['mesh-2'],
    ]);
  });

  it('is newer than what a mesh said before and brings late', async () => {
    const world = await startWorld();
    const phone = await world.join();
    phone.send(phoneXml('M1', world.clock.now(), { type: 'b-m-p-s-m', detail: '<color argb="-1"/>' }));
    await phone.arrived();
    await world.outcomes();
    const late = meshEvent({ uid: 'M1', kind: Kind.MARKER, type: 'b-m-p-s-m' });
    await world.hear(eventResult({ seq: 1, ageMs: 5000, event: late }));
    expect(await phone.arrived()).toEqual([]);
    expect(await world.outcomes()).toEqual(['tak superseded something newer of this uid is known']);
  });

  it('that comes back from the mesh is a loop', async () => {
    const world = await startWorld();
    const phone = await world.join();
    phone.send(chatXml('ALPHA', 'm1', world.clock.now()));
    await phone.arrived();
    await world.outcomes();
    const echo = meshEvent({ uid: 'GeoChat.ALPHA.All Chat Rooms.m1', kind: Kind.CHAT, type: 'b-t-f' });
    await world.hear(eventResult({ seq: 1, event: echo }));
    expect(await phone.arrived()).toEqual([]);
    expect(await world.outcomes()).toEqual(['tak loop came from TAK']);
  });

  it('that carries our own flow tag goes nowhere', async () => {
    const world = await startWorld();
    await world.agent('radio-1', 'mesh-1');
    const [sender, other] = [await world.join(), await world.join()];
    sender.send(phoneXml('ALPHA', world.clock.now(), { detail: '<_flow-tags_ Cotbus-tak="t"/>' }));
    expect(await sender.arrived()).toEqual([]);
    expect(await other.arrived()).toEqual([]);
    expect(await world.outcomes()).toEqual(['loop came back with our own flow tag']);
    expect(world.published).toEqual([]);
  });

  it('that is stale already takes its uid off the other maps and does not go to the air', async () => {
    const world = await startWorld();
    await world.agent('radio-1', 'mesh-1');
    const [sender, other] = [await world.join(), await world.join()];
    sender.send(phoneXml('ALPHA', world.clock.now()));
    sender.send(phoneXml('ALPHA', world.clock.now(), { staleMs: world.clock.now() }));
    await sender.arrived();
    expect(await other.arrived()).toHaveLength(2);
    expect(await (await world.join()).arrived()).toEqual([]);
    expect(await world.outcomes()).toEqual(['mesh-1 expired it was stale when it came']);
  });

  it('waits for a mesh that an earlier start knew', async () => {
    const journals = memoryJournals();
    const earlier = await startWorld({}, journals);
    await earlier.agent('radio-1', 'mesh-1');
    await earlier.clock.pass(1000);
    await earlier.service.stop();
    const world = await startWorld({}, journals);
    const phone = await world.join();
    phone.send(chatXml('ALPHA', 'm1', world.clock.now()));
    await phone.arrived();
    expect(await world.outcomes()).toEqual([]);
    await world.agent('radio-1', 'mesh-1');
    await world.clock.pass(1000);
    expect(world.published.map(({ event }) => event?.uid)).toContain('GeoChat.ALPHA.All Chat Rooms.m1');
  });

  it('waits for the bus, and is published when it is back', async () => {
    const world = await startWorld();
    await world.agent('radio-1', 'mesh-1');
    const phone = await world.join();
    world.broker.disconnectAll();
    phone.send(phoneXml('ALPHA', world.clock.now()));
    await phone.arrived();
    await world.clock.pass(1000);
    expect(world.published).toEqual([]);
    world.broker.reconnect();
    await world.agent('radio-1', 'mesh-1');
    await world.clock.pass(1000);
    expect(world.published[0]).toMatchObject({ event: { uid: 'ALPHA' }, item: { id: { seq: 1 } } });
    expect(await world.outcomes()).toEqual([]);
  });

  it.each([
    ['is not XML', '<event uid="1"><a></event>', 'garbled'],
    [
      'has no position',
      '<event uid="1" type="a-f-G" time="2026-01-01T00:00:00Z" stale="2026-01-01T00:01:00Z"/>',
      'impossible',
    ],
    ['is cut off', '<event uid="1', 'garbled'],
  ])('that %s ends refused, and the next one and other clients are served', async (_, broken, reason) => {
    const world = await startWorld();
    const [sender, other] = [await world.join(), await world.join()];
    sender.send(broken + phoneXml('ALPHA', world.clock.now()));
    expect(await sender.arrived()).toEqual([]);
    expect((await other.arrived()).map((xml) => accepted(xml).uid)).toEqual(['ALPHA']);
    const [refused, next] = await world.outcomes();
    expect(refused?.split(' ')[0]).toBe(reason);
    expect(next).toBe('no_destination no radio agent is known');
  });
});

describe('a client', () => {
  it('has its ping answered, which goes nowhere else', async () => {
    const world = await startWorld();
    await world.agent('radio-1', 'mesh-1');
    const [phone, other] = [await world.join(), await world.join()];
    phone.send(phoneXml('ALPHA-ping', world.clock.now(), { type: 't-x-c-t' }));
    expect(await phone.next()).toMatch(/ uid="takPong" type="t-x-c-t-r" /);
    expect(await other.arrived()).toEqual([]);
    expect(await world.outcomes()).toEqual([]);
    expect(world.published).toEqual([]);
  });

  it('gets the messages again that its link died with, once it says who it is', async () => {
    const world = await startWorld();
    const [phone, other] = [await world.join(), await world.join()];
    phone.send(phoneXml('ALPHA', world.clock.now()));
    await other.next();
    await phone.arrived();
    world.clock.advance(6000);
    phone.stall();
    const chat = { uid: 'C', kind: Kind.CHAT, type: 'b-t-f' };
    await world.hear(eventResult({ seq: 1, event: meshEvent(chat) }));
    const written = await other.next();
    phone.close();
    await phone.closed;
    const again = await world.join();
    expect((await again.arrived()).some((xml) => xml.includes('uid="C"'))).toBe(false);
    again.send(phoneXml('ALPHA', world.clock.now()));
    expect(await again.next()).toBe(written);
    expect(accepted(written).uid).toBe('C');
    const toNobody = 'no_destination no radio agent is known';
    expect(await world.outcomes()).toEqual([toNobody, 'tak delivered 2 clients', toNobody]);
  });

  it('is shown with the name of its first contact for as long as it is there', async () => {
    const world = await startWorld();
    const phone = await world.join();
    phone.send(chatXml('ANDROID-1', 'm1', world.clock.now()));
    phone.send(phoneXml('ALPHA', world.clock.now()) + phoneXml('BRAVO', world.clock.now()));
    await phone.arrived();
    const joinedMs = world.clock.now();
    await world.clock.pass(1000);
    expect(world.link('listen')).toMatchObject({ transport: 'tcp-server', state: LinkState.OPEN, clients: 1 });
    expect(world.link('client-1')?.address).toMatch(/^127\.0\.0\.1:\d+ ALPHA ALPHA$/);
    expect(world.link('client-1')?.client).toMatchObject({
      listener: 'listen',
      callsign: 'ALPHA',
      uid: 'ALPHA',
      certificate: '',
      sinceMs: joinedMs,
      heardMs: joinedMs,
    });
  });
});

describe('the service', () => {
  it('registers as a destination under its name', async () => {
    const world = await startWorld({ name: 'north' });
    expect(world.status()).toMatchObject({
      instance: 'north',
      online: true,
      ready: true,
      destination: { name: 'north' },
    });
    const result = eventResult({ seq: 1, event: meshEvent(), destinations: ['north'] });
    await world.hear(result);
    expect(await world.outcomes()).toEqual(['north no_client kept for clients that join']);
  });

  it('does not start when its port is taken, and says why', async () => {
    const world = await startWorld();
    const port = Number(world.link('listen')?.address.split(':')[1]);
    await expect(startWorld({ listen: { port } })).rejects.toMatchObject({ code: 'port_taken' });
  });

  it('ends its clients and says offline when it stops', async () => {
    const world = await startWorld();
    const phone = await world.join();
    await world.service.stop();
    await phone.closed;
    await world.clock.pass(0);
    expect(world.status()?.online).toBe(false);
    expect(world.clock.pending).toBe(0);
  });
});
