import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createMessage, Kind } from '@cotbus/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { loginLink } from './login-link.ts';
import { FORGET_MS, MAX_FAILURES } from './login-limit.ts';
import { consoleOptions } from './options.ts';
import { writeText } from './own-files.ts';
import {
  ask,
  asOperator,
  asViewer,
  closeAll,
  openConsole,
  OPERATE,
  post,
  temporaryFolder,
  VIEW,
} from './testing/open-console.ts';
import type { Answer } from './testing/open-console.ts';
import { sampleResult } from './testing/sample-bus.ts';
import type { View } from './view.ts';

afterEach(closeAll);

describe('who may look and who may act', () => {
  const cookieOf = ({ headers }: Answer): string => headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';

  it('shows the page to everybody, and what it is about only to those with a token', async () => {
    const { url } = await openConsole();
    expect((await ask(url, { headers: {} })).status).toBe(200);
    for (const path of ['api/state', 'api/events']) {
      const { status, headers, text } = await ask(`${url}${path}`, { headers: {} });
      expect([path, status, headers['www-authenticate']]).toEqual([path, 401, 'Bearer realm="Cotbus"']);
      expect(text).toContain('Open the link that Cotbus printed');
    }
    expect(JSON.parse((await ask(`${url}api/session`, { headers: {} })).text)).toMatchObject({ role: null });
  });

  it('lets in who follows the link, without leaving the token in the address', async () => {
    const { url } = await openConsole();
    const followed = await ask(`${url}login?token=${OPERATE}`, { headers: {} });
    expect([followed.status, followed.headers.location, followed.text]).toEqual([303, '/', '']);
    expect(followed.headers['set-cookie']?.[0]).toMatch(
      /^cotbus_\d+=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(followed.headers['set-cookie']?.[0]).not.toContain(OPERATE);
    const cookie = cookieOf(followed);
    expect((await ask(`${url}api/state`, { headers: { cookie } })).status).toBe(200);
    const session = await ask(`${url}api/session`, { headers: { cookie: `other=1; ${cookie}` } });
    expect(JSON.parse(session.text)).toMatchObject({ role: 'operate', byLogin: true });
  });

  it('says that an old link is one', async () => {
    const { url } = await openConsole();
    const { status, headers } = await ask(`${url}login?token=wrong`, { headers: {} });
    expect([status, headers.location, headers['set-cookie']]).toEqual([303, '/?link=old', undefined]);
  });

  it('takes a token from the form, and the cookie back', async () => {
    const { url } = await openConsole();
    expect((await post(`${url}api/login`, { token: 'wrong-token-000000' })).status).toBe(401);
    const answer = await post(`${url}api/login`, { token: ` ${VIEW}\n` });
    expect(answer.status).toBe(204);
    const session = await ask(`${url}api/session`, { headers: { cookie: cookieOf(answer) } });
    expect(JSON.parse(session.text)).toMatchObject({ role: 'view' });
    const out = await post(`${url}api/logout`, {});
    expect(out.headers['set-cookie']?.[0]).toMatch(/^cotbus_\d+=; Max-Age=0;/);
  });

  it('keeps logins over a restart, until the token is another', async () => {
    const first = await openConsole();
    const cookie = cookieOf(await ask(`${first.url}login?token=${VIEW}`, { headers: {} }));
    await first.stop();
    const { port } = new URL(first.url);
    const second = await openConsole({ port: Number(port) });
    expect((await ask(`${second.url}api/state`, { headers: { cookie } })).status).toBe(200);
    await second.stop();
    const third = await openConsole({ port: Number(port), tokens: { view: 'another-token-01', operate: OPERATE } });
    expect((await ask(`${third.url}api/state`, { headers: { cookie } })).status).toBe(401);
  });

  it('lets browsers on this machine look without a token when told to, but nobody who comes through a proxy', async () => {
    const { url } = await openConsole({ thisMachine: 'view' });
    const { port } = new URL(url);
    expect((await ask(`${url}api/state`, { headers: {} })).status).toBe(200);
    expect((await ask(`${url}api/state`, { headers: { host: `localhost:${port}` } })).status).toBe(200);
    for (const headers of [{ 'x-forwarded-for': '10.0.0.1' }, { forwarded: 'for=10.0.0.1' }, { host: '10.0.0.1' }]) {
      expect((await ask(`${url}api/state`, { headers })).status).toBe(401);
    }
    expect((await post(`${url}api/alarms/acknowledge`, { key: 'a', by: 'b' })).status).toBe(403);
  });

  it('makes tokens on the first start, readable by their owner alone, and keeps them', async () => {
    const first = await openConsole({ tokens: {} });
    const file = join(first.folder, 'console-console', 'tokens.json');
    const tokens = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    expect(tokens['operate']).toMatch(/^[\w-]{24}$/);
    expect(tokens['view']).toMatch(/^[\w-]{24}$/);
    expect(tokens['view']).not.toBe(tokens['operate']);
    // Windows has no such modes: there the folder's rights hold.
    expect(statSync(file).mode & 0o077).toBe(process.platform === 'win32' ? 0o066 : 0);
    await first.stop();
    const link = await loginLink(consoleOptions.parse({ port: 8080 }), first.folder);
    expect(link).toBe(`http://127.0.0.1:8080/login?token=${tokens['operate']}`);
    const second = await openConsole({ tokens: {} }, first.folder);
    expect((await ask(`${second.url}login?token=${tokens['view']}`, { headers: {} })).headers.location).toBe('/');
  });

  it('holds back who tries tokens, whatever comes next from there, for a minute', async () => {
    const { url, clock } = await openConsole();
    for (let tries = 0; tries < MAX_FAILURES; tries += 1) {
      expect((await post(`${url}api/login`, { token: `guess-number-${tries}` })).status).toBe(401);
    }
    const held = await post(`${url}api/login`, { token: VIEW });
    expect([held.status, held.headers['retry-after']]).toEqual([429, '60']);
    expect((await ask(`${url}login?token=${VIEW}`, { headers: {} })).status).toBe(429);
    expect((await ask(`${url}api/state`)).status).toBe(200);
    await clock.pass(FORGET_MS);
    expect((await post(`${url}api/login`, { token: VIEW })).status).toBe(204);
  });
});

describe('acknowledging an alarm', () => {
  const emergency = { uid: 'RAVEN-9-1-1', type: 'b-a-o-tbl', kind: Kind.EMERGENCY };
  const openWithAlarm = async () => {
    const opening = await openConsole();
    opening.radio.publish('rxResult', sampleResult(emergency));
    await opening.clock.pass(0);
    return { ...opening, path: `${opening.url}api/alarms/acknowledge` };
  };
  const body = { key: 'RAVEN-9-1-1', by: ' Anna ' };

  it('is recorded with name and time, and survives a restart', async () => {
    const { url, path, folder, stop } = await openWithAlarm();
    expect((await post(path, body, asOperator)).status).toBe(204);
    const { alarms } = JSON.parse((await ask(`${url}api/state`)).text) as View;
    expect(alarms[0]?.acknowledged).toMatchObject({ by: 'Anna' });
    await stop();
    const again = await openConsole({}, folder);
    const kept = JSON.parse((await ask(`${again.url}api/state`)).text) as View;
    expect(kept.alarms).toEqual(alarms);
  });

  it('says when somebody was faster, or when there is none', async () => {
    const { path } = await openWithAlarm();
    await post(path, body, asOperator);
    expect((await post(path, body, asOperator)).status).toBe(409);
    expect((await post(path, { ...body, key: 'nobody' }, asOperator)).status).toBe(409);
  });

  it('needs somebody who may act', async () => {
    const { path } = await openWithAlarm();
    expect((await post(path, body)).status).toBe(401);
    expect((await post(path, body, asViewer)).status).toBe(403);
  });

  it.each<[string, Record<string, string>, number]>([
    ['from another page', { origin: 'https://evil.example' }, 403],
    ['from another page on this machine', { origin: 'http://127.0.0.1:3000' }, 403],
    ['from a page that hides its name', { origin: 'null' }, 403],
    ['from another site, as the browser says', { 'sec-fetch-site': 'cross-site' }, 403],
    ['from another port, as the browser says', { 'sec-fetch-site': 'same-site' }, 403],
    ['as a form', { 'content-type': 'text/plain' }, 415],
  ])('is refused %s', async (_what, headers, status) => {
    const { path, url } = await openWithAlarm();
    const cookie = (await ask(`${url}login?token=${OPERATE}`, { headers: {} })).headers['set-cookie']?.[0] ?? '';
    expect((await post(path, body, { cookie, ...headers })).status).toBe(status);
    const own = { origin: url.slice(0, -1), 'sec-fetch-site': 'same-origin' };
    expect((await post(path, body, { cookie, ...own })).status).toBe(204);
  });

  it.each([
    ['without a name', { key: 'RAVEN-9-1-1', by: '  ' }, 400],
    ['with a name as long as a book', { key: 'RAVEN-9-1-1', by: 'x'.repeat(61) }, 400],
    ['with more than it takes', { ...body, role: 'operate' }, 400],
    ['as no object', [1], 400],
    ['as nothing', undefined, 400],
    ['with a body that never ends', { ...body, by: 'x'.repeat(9000) }, 413],
  ])('is refused %s', async (_what, sent, status) => {
    const { path } = await openWithAlarm();
    expect((await post(path, sent, asOperator)).status).toBe(status);
  });
});

describe('the identity of a radio', () => {
  const openWithAgent = async () => {
    const opening = await openConsole();
    const asked: Record<string, unknown>[] = [];
    await opening.radio.subscribe('command', { target: 'north' }, (command) => {
      if (command === undefined) return;
      asked.push({ verb: command.verb, ...command.arguments });
      opening.radio.publish('reply', createMessage('reply', { id: command.id, ok: true, text: 'It is Cyan.' }));
    });
    return { ...opening, asked, path: `${opening.url}api/identity` };
  };

  it('is asked for, and written when a team or role is given', async () => {
    const { path, asked } = await openWithAgent();
    const answer = await post(path, { agent: 'north' }, asOperator);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { ok: true, text: 'It is Cyan.' }]);
    await post(path, { agent: 'north', node: '!0000002a', team: 'Cyan', role: '' }, asOperator);
    expect(asked).toEqual([{ verb: 'identity-get' }, { verb: 'identity-set', node: '!0000002a', team: 'Cyan' }]);
  });

  it('may take longer than somebody waits at a button', async () => {
    const { path, clock } = await openWithAgent();
    const answer = post(path, { agent: 'far' }, asOperator);
    const passing = (async () => {
      for (let second = 0; second < 60; second += 1) await clock.pass(1000);
    })();
    expect(JSON.parse((await answer).text)).toEqual({
      ok: null,
      text: 'far was asked; what comes of it will stand at the radio.',
    });
    await passing;
  });

  it.each([
    [{ agent: 'a/b' }, 400],
    [{ agent: 'north', node: '42' }, 400],
    [{ agent: 'north', team: 'x'.repeat(41) }, 400],
    [{ agent: 'north', verb: 'stop' }, 400],
  ])('is not asked for with %o', async (body, status) => {
    const { path, asked } = await openWithAgent();
    expect((await post(path, body, asOperator)).status).toBe(status);
    expect(asked).toEqual([]);
  });

  it('is asked for by those who may act', async () => {
    const { path } = await openWithAgent();
    expect((await post(path, { agent: 'north' }, asViewer)).status).toBe(403);
  });
});

describe('a data folder that cannot be used', () => {
  it('is named when the tokens in it are damaged', async () => {
    const folder = temporaryFolder();
    await writeText(join(folder, 'console-console', 'tokens.json'), '{');
    await expect(openConsole({ tokens: {} }, folder)).rejects.toThrow(/tokens\.json are damaged\. Remove the file/);
  });

  it('does not keep the console from starting when only the alarms are damaged', async () => {
    const folder = temporaryFolder();
    await writeText(join(folder, 'console-console', 'alarms.json'), '[{"key":1}]');
    const { url } = await openConsole({}, folder);
    expect((JSON.parse((await ask(`${url}api/state`)).text) as View).alarms).toEqual([]);
  });
});
