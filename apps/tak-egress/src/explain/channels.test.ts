import { fromBinary } from '@bufbuild/protobuf';
import { createMessage, ExplanationSchema, LinkState, Place_State, TakChannel_Access } from '@cotbus/contracts';
import type { Reply } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { startWorld } from '../testing/egress-world.ts';
import { eventResult, meshEvent } from '../testing/events.ts';
import { startMarti } from '../testing/marti.ts';
import type { MartiOptions } from '../testing/marti.ts';
import { startTakServer, tlsFile } from '../testing/tak-server.ts';
import { until } from '../testing/until.ts';

const blue = (active: boolean) =>
  [
    { name: 'Blue', direction: 'IN', active },
    { name: 'Blue', direction: 'OUT', active },
  ] as const;

/** An egress with a link to a TAK server, open. */
const start = async (marti: MartiOptions) => {
  const [server, api] = [
    await startTakServer({ certificate: 'server', wantsClientCertificate: true }),
    await startMarti(marti),
  ];
  const world = await startWorld({
    listen: { enabled: false },
    links: [
      {
        name: 'county',
        kind: 'tls',
        host: 'localhost',
        port: server.port,
        apiPort: api.port,
        tls: { cert: tlsFile('alpha.pem'), key: tlsFile('alpha.key'), ca: tlsFile('ca.pem') },
      },
    ],
  });
  await until('an open link', () => {
    world.clock.advance(100);
    return world.link('county')?.state === LinkState.OPEN;
  });
  const bus = world.broker.connect();
  let asked = 0;
  const ask = async (verb: string, given: Record<string, string>) => {
    const id = `question-${++asked}`;
    const replies: Reply[] = [];
    await bus.subscribe('reply', { id }, (reply) => reply && replies.push(reply));
    bus.publish('command', createMessage('command', { id, target: 'tak', verb, lifeMs: 5_000, arguments: given }));
    const reply = await until('an answer', () => {
      world.clock.advance(0);
      return replies[0];
    });
    return fromBinary(ExplanationSchema, reply.bytes);
  };
  return { server, api, world, ask };
};

describe('the channels of a TAK server', () => {
  it('that are all off are the reason for not being seen, and can be switched on', async () => {
    const { server, api, world, ask } = await start({ groups: blue(false), clients: ['COTBUS-tak'] });
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    await server.event('N1');
    const before = await ask('explain', { name: 'N1' });
    expect(before.subjects[0]?.places).toMatchObject([
      {
        name: 'county',
        state: Place_State.NOT_SHOWN,
        answer: {
          code: 'channels_off',
          cause: expect.stringMatching(/connected, but channel Blue is off .* passes nothing on/) as string,
          remedy: 'Switch them on: cotbus doctor --link "county" --activate-channels.',
        },
      },
    ]);
    expect(api.asked.some((request) => request.startsWith('PUT'))).toBe(false);
    const { links } = await ask('activate-channels', { link: 'county' });
    expect(links[0]?.findings.map(({ code }) => code)).toEqual(['link_up', 'channels_on', 'gateway_registered']);
    expect(links[0]?.channels).toMatchObject([
      { name: 'Blue', write: TakChannel_Access.ON, read: TakChannel_Access.ON },
    ]);
    const after = await ask('explain', { name: 'N1' });
    expect(after.subjects[0]?.places).toMatchObject([{ state: Place_State.SHOWN }]);
  });

  it('are looked at unasked when a link opens, and what is wrong stands in the status until it is not', async () => {
    const { api, world, ask } = await start({ groups: blue(false), clients: [] });
    const codes = () => world.status()?.findings.map(({ code }) => code);
    await until('findings', () => {
      world.clock.advance(500);
      return codes()?.length === 2;
    });
    expect(codes()).toEqual(['channels_off', 'gateway_unknown']);
    for (const group of api.groups) group.active = true;
    await world.clock.pass(6_000);
    await ask('explain', { link: 'county' });
    await world.clock.pass(1_000);
    expect(codes()).toEqual(['gateway_unknown']);
  });

  it('that nobody tells of are no fault of the link', async () => {
    const { world, ask } = await start({ instead: { status: 404, text: '' } });
    await world.clock.pass(20_000);
    const { links } = await ask('explain', { link: 'county' });
    expect(links[0]?.findings.map(({ code }) => code)).toEqual(['link_up', 'server_not_asked']);
    expect(world.status()?.findings).toEqual([]);
  });
});
