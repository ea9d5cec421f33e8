import { describe, expect, it } from 'vitest';
import { startMarti } from '../testing/marti.ts';
import type { MartiGroup, MartiOptions } from '../testing/marti.ts';
import { tlsFile } from '../testing/tak-server.ts';
import { activateChannels, askServer } from './ask-server.ts';
import type { ServerAnswer, ServerAsk } from './ask-server.ts';

const alpha = { certificate: tlsFile('alpha.pem'), key: tlsFile('alpha.key'), ca: tlsFile('ca.pem') };

const askOf = (port: number, more: Partial<ServerAsk['server']> = {}): ServerAsk => ({
  server: { host: '127.0.0.1', port, verifyHost: true, serverName: 'localhost', ...alpha, ...more },
  uid: 'COTBUS-tak',
  now: () => Date.now(),
  signal: new AbortController().signal,
});

const both = (name: string, active: boolean): MartiGroup[] => [
  { name, direction: 'IN', active, created: '2026-01-01', type: 'SYSTEM', bitpos: 3 },
  { name, direction: 'OUT', active, created: '2026-01-01', type: 'SYSTEM', bitpos: 3 },
];

const ask = async (options: MartiOptions): Promise<ServerAnswer> => askServer(askOf((await startMarti(options)).port));
const textOf = (answer: ServerAnswer): string => (answer.ok ? 'an answer' : answer.text);

describe('a TAK server', () => {
  it.each([false, true])('tells channels and clients (bare lists: %s)', async (isBare) => {
    const groups = [...both('Blue', true), { name: 'Red', direction: 'OUT', active: false } as const];
    expect(await ask({ groups, isBare, clients: ['ANDROID-1', 'COTBUS-tak'] })).toEqual({
      ok: true,
      view: {
        channels: [
          { name: 'Blue', write: 'on', read: 'on' },
          { name: 'Red', write: 'none', read: 'off' },
        ],
        isRegistered: true,
      },
    });
  });

  it('without a group cache has no channel that is off; one that tells no clients leaves that open', async () => {
    expect(await ask({ groups: both('Blue', false), cache: false })).toEqual({
      ok: true,
      view: { channels: [{ name: 'Blue', write: 'on', read: 'on' }], isRegistered: undefined },
    });
    expect(await ask({ groups: both('Blue', false), clients: ['x'] })).toMatchObject({
      view: { channels: [{ write: 'off' }], isRegistered: false },
    });
  });

  it('switches channels on, and sends back what it does not understand of them', async () => {
    const server = await startMarti({ groups: [...both('Blue', false), ...both('Red', true)] });
    const answer = await activateChannels(askOf(server.port));
    expect(answer).toMatchObject({ ok: true, view: { channels: [{ write: 'on', read: 'on' }, { name: 'Red' }] } });
    expect(server.asked[1]).toBe('PUT /Marti/api/groups/active?clientUid=COTBUS-tak');
    expect(server.groups.every(({ active, bitpos }) => active === true && bitpos === 3)).toBe(true);
    const forgetful = await startMarti({ groups: both('Blue', false), forgets: true });
    expect(await activateChannels(askOf(forgetful.port))).toMatchObject({ view: { channels: [{ write: 'off' }] } });
  });

  it.each<[string, MartiOptions['instead'], RegExp]>([
    ['403', { status: 403, text: '' }, /answered 403 to GET .*groups\/all: it does not let the user/],
    ['404', { status: 404, text: '' }, /404 .*no TAK Server with channels, or not its HTTPS port \(apiPort\)/],
    ['500', { status: 500, text: '' }, /500 .*the server is in trouble/],
    ['302', { status: 302, text: '' }, /answered 302/],
    ['a web page', { status: 200, text: '<html>hello</html>' }, /not what a TAK Server answers/],
    ['nothing', { status: 200, text: '' }, /not what a TAK Server answers/],
    ['another list', { status: 200, text: '[{"name":7}]' }, /not what a TAK Server answers/],
    ['a string', { status: 200, text: '"x"' }, /not what a TAK Server answers/],
  ])('that answers with %s is explained in words', async (_, instead, words) => {
    const server = await startMarti({ instead: instead as NonNullable<typeof instead> });
    expect(textOf(await askServer(askOf(server.port)))).toMatch(words);
    expect(textOf(await activateChannels(askOf(server.port)))).toMatch(words);
  });

  it('that is not there, or does not know us, is explained in words', async () => {
    const server = await startMarti({ groups: both('Blue', true) });
    const without = { certificate: undefined, key: undefined };
    expect(textOf(await askServer(askOf(server.port, without)))).toMatch(/certificate/);
    const stranger = { certificate: tlsFile('stranger.pem'), key: tlsFile('stranger.key') };
    expect(textOf(await askServer(askOf(server.port, stranger)))).toMatch(/certificate/);
    expect(textOf(await askServer(askOf(server.port, { serverName: 'other.example' })))).toMatch(/another name/);
    expect(textOf(await askServer(askOf(server.port, { certificate: '/nowhere.p12', key: undefined })))).toMatch(
      /nowhere/,
    );
    await server.close();
    expect(textOf(await askServer(askOf(server.port)))).toMatch(/nothing listens there/);
  });

  it('that says nothing is given up when we stop', async () => {
    const server = await startMarti({ instead: 'silence' });
    const stop = new AbortController();
    const asking = askServer({ ...askOf(server.port), signal: stop.signal });
    stop.abort();
    expect(textOf(await asking)).toMatch(/does not answer/);
  });
});
