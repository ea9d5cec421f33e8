/** How other programs write and frame events, over real connections: what comes has to be taken, whatever the habit. */
import { create, toBinary } from '@bufbuild/protobuf';
import { LinkState, takproto } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createDatagramCodec } from './datagrams.ts';
import { datagram } from './takproto/frame.ts';
import { startWorld } from './testing/egress-world.ts';
import { eventResult, meshEvent, phoneXml } from './testing/events.ts';
import { startTakServer } from './testing/tak-server.ts';
import { until } from './testing/until.ts';

const START = Date.UTC(2026, 0, 1);
const event = (uid: string): string => phoneXml(uid, START + 1000);
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

/** Uids a client sees of what a server sends in these pieces. */
const relayed = async (pieces: readonly (string | Uint8Array)[], last: string): Promise<string[]> => {
  const server = await startTakServer();
  const world = await startWorld({
    links: [{ name: 'server', kind: 'tcp', host: '127.0.0.1', port: server.port }],
  });
  await until('the link', () => {
    world.clock.advance(100);
    return world.link('server')?.state === LinkState.OPEN;
  });
  const phone = await world.join();
  await phone.arrived();
  for (const piece of pieces) server.say(piece);
  const uids: string[] = [];
  while (!uids.includes(last)) uids.push(/ uid="([^"]*)"/.exec(await phone.next())?.[1] ?? '');
  expect(world.link('server')?.state).toBe(LinkState.OPEN);
  return uids;
};

describe('a server', () => {
  it.each<[string, readonly string[]]>([
    ['a declaration and a newline before each event', [`${DECLARATION}\n${event('A')}${DECLARATION}\n${event('B')}`]],
    ['a declaration in single quotes', [`<?xml version='1.0' encoding='utf-8'?>${event('A')}\r\n${event('B')}`]],
    ['newlines between events', [`${event('A')}\n\n${event('B')}\n`]],
    ['nothing between events', [`${event('A')}${event('B')}`]],
    ['NUL behind events', [`${event('A')}\0${event('B')}\0`]],
    ['events without a version', [event('A').replace(' version="2.0"', ''), event('B')]],
    ['events without how', [event('A').replace(' how="m-g"', ''), event('B')]],
    ['version 2.0 in single quotes, attributes in another order', [event('A').replaceAll('"', "'"), event('B')]],
    ['times with microseconds and an offset', [event('A').replaceAll('.000Z', '.000123+00:00'), event('B')]],
    ['times without fractions', [event('A').replaceAll('.000Z', 'Z'), event('B')]],
    ['NaN for what it does not know', [event('A').replaceAll('9999999.0', 'NaN'), event('B')]],
    ['an authentication block first', [`<auth><cot username="u" password="p"/></auth>${event('A')}`, event('B')]],
    ['a detail before the point', [event('A').replace(/(<point[^>]*>)(<detail>.*<\/detail>)/, '$2$1'), event('B')]],
    ['no detail at all', [event('A').replace(/<detail>.*<\/detail>/, ''), event('B')]],
    ['a byte order mark', [`\uFEFF${event('A')}`, event('B')]],
  ])('that writes %s is understood', async (_, pieces) => {
    expect(await relayed(pieces, 'B')).toEqual(['A', 'B']);
  });

  it('that sends pongs, pings, takPong deletes and group changes is not passed on', async () => {
    const control = (type: string, uid: string): string => event(uid).replace('type="a-f-G-U-C"', `type="${type}"`);
    const pieces = [
      control('t-x-c-t-r', 'takPong'),
      control('t-x-c-t', 'server-ping'),
      control('t-x-d-d', 'takPong'),
      control('t-x-g-c', 'groups'),
      event('B'),
    ];
    expect(await relayed(pieces, 'B')).toEqual(['B']);
  });

  it('that offers nothing and never negotiates is written XML', async () => {
    const server = await startTakServer({ answersPings: false });
    const world = await startWorld({
      listen: { enabled: false },
      links: [{ name: 'server', kind: 'tcp', host: '127.0.0.1', port: server.port }],
    });
    await world.clock.pass(1000);
    await server.event('COTBUS-tak');
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    expect(await server.event('N1')).toMatch(/^<event version="2.0"/);
  });
});

describe('a client', () => {
  it('that says hello by a takPing gets an answer and is nobody on the map', async () => {
    const world = await startWorld();
    const [pytak, phone] = [await world.join(), await world.join()];
    pytak.send(event('takPing').replace('type="a-f-G-U-C"', 'type="t-x-d-d"'));
    expect(await pytak.next()).toContain('uid="takPong"');
    expect(await phone.arrived()).toEqual([]);
  });

  it('that writes each event in pieces that cut a character in two is read', async () => {
    const world = await startWorld();
    const [writer, reader] = [await world.join(), await world.join()];
    await reader.arrived();
    const bytes = Buffer.from(event('Ä').replace('callsign="Ä"', 'callsign="Käthe 🚁"'));
    for (const byte of bytes) writer.sendBytes(Uint8Array.of(byte));
    expect(await reader.next()).toContain('callsign="Käthe 🚁"');
  });
});

describe('a datagram of another program', () => {
  const codec = createDatagramCodec('auto', true, 'COTBUS-tak');
  const said = { uid: 'PYTAK', type: 'a-f-G-U-C', how: 'm-g', sendTime: 1n, startTime: 1n, staleTime: 2n };
  const bytes = toBinary(takproto.TakMessageSchema, create(takproto.TakMessageSchema, { cotEvent: said }));
  const unknownField = Buffer.from([0x9a, 0x06, 1, 7]);

  it.each<[string, Uint8Array]>([
    ['a frame that says nothing of versions', bytes],
    ['a frame with a field that is not known yet', Buffer.concat([bytes, unknownField])],
  ])('is read: %s', (_, message) => {
    const outputs = codec.read(datagram(message), '192.0.2.7:40000', 0);
    expect(outputs).toEqual([{ kind: 'event', xml: expect.stringContaining('uid="PYTAK"') as string }]);
  });

  it.each(['', '\n', ' \r\n\0'])('is read: XML with %j behind it', (end) => {
    const outputs = codec.read(Buffer.from(`${DECLARATION}${event('A')}${end}`), '192.0.2.7:40000', 0);
    expect(outputs).toEqual([{ kind: 'event', xml: expect.stringContaining('uid="A"') as string }]);
  });
});
