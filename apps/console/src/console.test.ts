import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { toBinary } from '@bufbuild/protobuf';
import { createMessage, OutcomeBatchSchema, Reason } from '@cotbus/contracts';
import { ServiceError } from '@cotbus/service';
import { testContext } from '@cotbus/service/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { readAssets } from './assets.ts';
import { MAX_TEXT } from './bounds.ts';
import { statusConsole } from './console.ts';
import { COMMENT_EVERY_MS, MAX_CLIENTS, PUSH_EVERY_MS } from './event-stream.ts';
import { consoleOptions } from './options.ts';
import { ask, asViewer, closeAll, opened, openConsole, temporaryFolder } from './testing/open-console.ts';
import { sampleAgent, sampleBatch, sampleNode, sampleOutcome, sampleService } from './testing/sample-bus.ts';
import type { View, ViewChanges } from './view.ts';

afterEach(closeAll);

/** An open event stream; `next` gives one block of it after the other. */
const openEvents = async (url: string) => {
  const blocks: string[] = [];
  const waiting: ((block: string) => void)[] = [];
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(`${url}api/events`, { agent: false, headers: asViewer }, resolve);
    opened.push(() => void asked.destroy());
    asked.on('error', reject);
    asked.end();
  });
  let rest = '';
  response.setEncoding('utf8');
  response.on('error', () => {});
  response.on('data', (chunk: string) => {
    const parts = `${rest}${chunk}`.split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const next = waiting.shift();
      if (next === undefined) blocks.push(part);
      else next(part);
    }
  });
  const next = async (): Promise<string> =>
    blocks.shift() ?? (await new Promise<string>((resolve) => void waiting.push(resolve)));
  const nextChanges = async (): Promise<ViewChanges> =>
    JSON.parse(/^data: (.*)$/m.exec(await next())?.[1] ?? '') as ViewChanges;
  return { response, next, nextChanges, blocks };
};

describe('the page', () => {
  it('is served with its files, and nothing foreign or inline may run in it', async () => {
    const { url } = await openConsole();
    const { status, headers, text } = await ask(url);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect(text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  });

  it('finds every file that it names', async () => {
    const { url } = await openConsole();
    const seen = new Set<string>();
    const follow = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.add(path);
      const { status, headers, text } = await ask(new URL(path, url).href);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['x-content-type-options']).toBe('nosniff');
      if (path.startsWith('/lib/')) return;
      const named = text.matchAll(
        /(?:src="|stylesheet" href="|from '\.\/|src = '|fetch\(')((?:lib\/)?[\w.-]+\.(?:json|js|css))/g,
      );
      for (const [, file] of named) await follow(`/${file}`);
    };
    await follow('/');
    expect([...seen].toSorted()).toEqual([...readAssets().keys()].toSorted());
  });

  it('asks for all of its modules at once, not one after the other', async () => {
    const { url } = await openConsole();
    const { text } = await ask(url);
    const preloaded = [...text.matchAll(/modulepreload" href="([\w.-]+)"/g)].map(([, file]) => `/${file}`);
    const modules = [...readAssets().keys()].filter((path) => /^\/[\w-]+\.js$/.test(path) && path !== '/app.js');
    expect(preloaded.toSorted()).toEqual(modules.toSorted());
  });

  it('is compressed where the browser can read it, and not sent again while it is the same', async () => {
    const { url } = await openConsole();
    const plain = await ask(`${url}lib/countries.json`);
    const small = await ask(`${url}lib/countries.json`, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(Number(small.headers['content-length'])).toBeLessThan(Number(plain.headers['content-length']) / 2);
    const again = await ask(`${url}lib/countries.json`, { headers: { 'if-none-match': plain.headers.etag ?? '' } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('may load map tiles from where the operator says, and from nowhere else', async () => {
    const { url } = await openConsole({ tiles: { url: 'http://tiles.lan:8000/{z}/{x}/{y}.png' } });
    const { headers } = await ask(url);
    expect(headers['content-security-policy']).toContain("img-src 'self' data: http://tiles.lan:8000;");
  });

  it('answers HEAD without a body, refuses other methods and does not know other paths', async () => {
    const { url } = await openConsole();
    const head = await ask(`${url}api/state`, { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const refused = await ask(`${url}api/state`, { method });
      expect([refused.status, refused.headers.allow]).toEqual([405, 'GET, HEAD']);
    }
    for (const path of ['package.json', '..%2fpackage.json', 'api', 'constructor']) {
      expect((await ask(`${url}${path}`)).status).toBe(404);
    }
    expect((await ask(`${url}healthz?x=1`)).text).toBe('ok\n');
  });

  it('does not answer under a name that it was not given', async () => {
    const { url } = await openConsole({ hostNames: ['gateway.lan'] });
    const refused = await ask(`${url}api/state`, { headers: { ...asViewer, host: 'evil.example' } });
    expect(refused.status).toBe(421);
    expect(refused.text).toContain('console.hostNames');
    expect((await ask(`${url}api/state`, { headers: { ...asViewer, host: 'gateway.lan:8080' } })).status).toBe(200);
  });
});

describe('the state', () => {
  it('holds what was said on the bus before and after', async () => {
    const { url, radio, clock } = await openConsole();
    radio.publish('agentStatus', sampleAgent());
    radio.publish('node', sampleNode());
    await clock.pass(0);
    const { headers, text } = await ask(`${url}api/state`);
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    const view = JSON.parse(text) as View;
    expect(view.bus).toBe(true);
    expect(view.agents.map(({ agent }) => agent)).toEqual(['north']);
    expect(view.nodes.map(({ node }) => node)).toEqual(['!1234abcd']);
    expect(view.services.map(({ name, online }) => [name, online])).toEqual([['console', true]]);
  });

  it('keeps hostile names as data', async () => {
    const { url, radio, clock } = await openConsole();
    const longName = '<img src=x onerror=alert(1)>\u202Egnp.exe\u0000\n\ndata: {}';
    radio.publish('node', sampleNode({ num: 1, longName }));
    radio.publish('node', sampleNode({ num: 2, longName: 'x'.repeat(10_000) }));
    await clock.pass(0);
    const { nextChanges } = await openEvents(url);
    const names = (await nextChanges()).changes.nodes?.put.map((node) => node.longName) ?? [];
    expect(names).toContain(longName);
    expect(names.find((name) => name.startsWith('xx'))).toHaveLength(MAX_TEXT);
  });

  it('asks everybody who records outcomes, once, for what was before', async () => {
    const { url, radio, clock } = await openConsole();
    const asked: string[] = [];
    await radio.subscribe('command', { verb: 'outcomes' }, (command) => {
      asked.push(command?.target ?? '');
      const bytes = toBinary(OutcomeBatchSchema, sampleBatch(0, [sampleOutcome({ reason: Reason.GARBLED })]));
      radio.publish('reply', createMessage('reply', { id: command?.id ?? '', ok: true, bytes }));
    });
    for (const name of ['tak-egress', 'codec-worker', 'tak-egress']) {
      radio.publish('serviceStatus', sampleService({ name }));
      await clock.pass(0);
    }
    expect(asked).toEqual(['tak']);
    const { outcomes } = JSON.parse((await ask(`${url}api/state`)).text) as View;
    expect(outcomes.map(({ reason }) => reason)).toEqual(['garbled']);
  });

  it('says when the console has lost the bus', async () => {
    const { url, broker } = await openConsole();
    const { nextChanges } = await openEvents(url);
    expect((await nextChanges()).about.bus).toBe(true);
    broker.disconnectAll();
    expect((JSON.parse((await ask(`${url}api/state`)).text) as View).bus).toBe(false);
  });
});

describe('the event stream', () => {
  it('brings the state at once, and again after the bus has said something new', async () => {
    const { url, radio, clock } = await openConsole();
    const { response, nextChanges } = await openEvents(url);
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect((await nextChanges()).changes.nodes?.put).toEqual([]);
    radio.publish('node', sampleNode());
    await clock.pass(PUSH_EVERY_MS);
    const { whole, changes } = await nextChanges();
    expect(whole).toBe(false);
    expect(changes.nodes?.put.map(({ longName }) => longName)).toEqual(['Alpha One']);
  });

  it('makes one message of many changes, and none of no change', async () => {
    const { url, radio, clock } = await openConsole();
    const { next, nextChanges, blocks } = await openEvents(url);
    await nextChanges();
    for (let num = 1; num <= 20; num += 1) radio.publish('node', sampleNode({ num }));
    await clock.pass(PUSH_EVERY_MS);
    expect((await nextChanges()).changes.nodes?.put).toHaveLength(20);
    // Up to the comment, only the console's own heartbeat and the doctor's first look can have changed anything.
    await clock.pass(COMMENT_EVERY_MS);
    let block = await next();
    let messages = 0;
    for (; block !== ': alive'; block = await next()) messages += 1;
    expect(messages).toBeLessThanOrEqual(3);
    expect(blocks.length).toBeLessThanOrEqual(1);
  });

  it('is open to a bounded number of pages, and free again when one leaves', async () => {
    const { url } = await openConsole();
    const pages = [];
    for (let page = 0; page < MAX_CLIENTS; page += 1) pages.push(await openEvents(url));
    const refused = await ask(`${url}api/events`);
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '10']);
    pages[0]?.response.destroy();
    let status: number | undefined = 503;
    while (status === 503) {
      const again = await openEvents(url);
      status = again.response.statusCode;
      if (status === 503) again.response.resume();
    }
    expect(status).toBe(200);
  });

  it('ends when the console stops', async () => {
    const opening = await openConsole();
    const { response, nextChanges } = await openEvents(opening.url);
    await nextChanges();
    const ended = new Promise<void>((resolve) => void response.on('close', resolve));
    await opening.stop();
    await ended;
    await expect(ask(opening.url)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('starting', () => {
  const start = async (options: Record<string, unknown>): Promise<unknown> => {
    const context = testContext();
    opened.push(() => context.stop());
    const journals = { ...context.journals, folder: temporaryFolder() };
    return statusConsole
      .start({ ...context, journals }, consoleOptions.parse(options))
      .catch((error: unknown) => error);
  };

  it('names the option to change when its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
    opened.push(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const error = await start({ port });
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({
      code: 'port_taken',
      message:
        `The console cannot listen on 127.0.0.1:${port}: another program does. ` +
        'Set console.port (COTBUS_CONSOLE_PORT) to a free port, or to 0 for any free one.',
    });
  });

  it('names the option to change when its address is none of this machine', async () => {
    const error = await start({ host: '192.0.2.1', port: 0 });
    expect(error).toMatchObject({ code: 'address_unusable' });
    expect((error as Error).message).toContain('console.host (COTBUS_CONSOLE_HOST)');
  });

  it('opens nothing when it is switched off', async () => {
    const context = testContext();
    opened.push(() => context.stop());
    await statusConsole.start(context, consoleOptions.parse({ enabled: false }));
    const links: number[] = [];
    await context.broker
      .connect()
      .subscribe('serviceStatus', {}, (status) => void links.push(status?.links.length ?? 0));
    await context.clock.pass(10_000);
    expect(new Set(links)).toEqual(new Set([0]));
  });
});
