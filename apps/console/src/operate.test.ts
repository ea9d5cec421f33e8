/** What people do and ask over the page, through HTTP and the bus. */
import { create, toBinary } from '@bufbuild/protobuf';
import { createMessage, Kind, SettingListSchema } from '@cotbus/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OFFER_MS } from './one-time-downloads.ts';
import { answerAsEgress, PACKAGE } from './testing/fake-egress.ts';
import { asOperator, ask, asViewer, closeAll, openConsole, post } from './testing/open-console.ts';
import { sampleResult } from './testing/sample-bus.ts';
import type { View } from './view.ts';

afterEach(closeAll);

const wait = { interval: 5, timeout: 20_000 };
const stateOf = async (url: string): Promise<View> => JSON.parse((await ask(`${url}api/state`)).text) as View;

const openWithEgress = async (options: Record<string, unknown> = {}) => {
  const opening = await openConsole(options);
  const given = await answerAsEgress(opening.radio, opening.clock);
  return { ...opening, given };
};
const wish = { egress: 'tak', name: 'Anna', client: 'atak', host: '192.168.1.20' };

describe('connection packages', () => {
  it('are made for a person and fetched once, without a login', async () => {
    const { url, given } = await openWithEgress();
    const made = await post(`${url}api/connection-packages`, wish, asOperator);
    expect(made.status).toBe(200);
    const { path, qr, notes, ...offer } = JSON.parse(made.text) as Record<string, unknown>;
    expect(offer).toMatchObject({ fileName: 'Anna-atak.zip', url: null, lifeMs: OFFER_MS });
    expect([qr, notes]).toEqual([[], ['A note.']]);
    expect(given).toMatchObject([{ name: 'Anna' }]);
    const link = `${url}${String(path).slice(1)}`;
    // Somebody looks what it is.
    expect((await ask(link, { method: 'HEAD', headers: {} })).status).toBe(200);
    const fetched = await ask(link, { headers: {} });
    expect(fetched.text).toBe(new TextDecoder().decode(PACKAGE));
    expect(fetched.headers).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="Anna-atak.zip"',
      'cache-control': 'no-store',
    });
    await vi.waitFor(async () => expect((await ask(link, { headers: {} })).status).toBe(410), wait);
  });

  it('have a code to scan where phones reach the console', async () => {
    const { url } = await openWithEgress({ hostNames: ['gateway.lan'] });
    const headers = { ...asOperator, host: 'gateway.lan', origin: 'https://gateway.lan' };
    const made = JSON.parse((await post(`${url}api/connection-packages`, wish, headers)).text) as {
      path: string;
      url: string;
      qr: string[];
      isPlain: boolean;
    };
    expect(made.url).toBe(`https://gateway.lan${made.path}`);
    expect(made.qr.length).toBeGreaterThan(20);
    expect(made.isPlain).toBe(false);
  });

  it('are over when their time is', async () => {
    const { url, clock } = await openWithEgress();
    const { path } = JSON.parse((await post(`${url}api/connection-packages`, wish, asOperator)).text) as {
      path: string;
    };
    await clock.pass(OFFER_MS);
    expect((await ask(`${url}${path.slice(1)}`, { headers: {} })).status).toBe(410);
  });

  it.each([
    [{ ...wish, name: ' ' }, 400],
    [{ ...wish, egress: 'a/b' }, 400],
    [{ ...wish, client: 'maps' }, 400],
    [{ ...wish, name: 'Refused' }, 409],
  ])('are refused in words: %j', async (body, status) => {
    const { url } = await openWithEgress();
    const answer = await post(`${url}api/connection-packages`, body, asOperator);
    expect(answer.status).toBe(status);
    expect(answer.text.length).toBeGreaterThan(5);
  });

  it('say so when the egress does not answer', async () => {
    const { url, clock } = await openConsole();
    let status: number | undefined;
    void post(`${url}api/connection-packages`, wish, asOperator).then((answer) => (status = answer.status));
    await vi.waitFor(async () => {
      await clock.pass(31_000);
      expect(status).toBe(504);
    }, wait);
  });

  it('are listed with who has them, and taken back', async () => {
    const { url } = await openWithEgress();
    await post(`${url}api/connection-packages`, wish, asOperator);
    const revoked = await post(`${url}api/certificates/revoke`, { egress: 'tak', name: 'Anna' }, asOperator);
    expect(JSON.parse(revoked.text)).toEqual({ text: 'Anna is shut out.' });
    const list = JSON.parse((await ask(`${url}api/certificates?egress=tak`)).text) as Record<string, unknown>;
    expect(list).toMatchObject({ authority: 'Cotbus on base', port: 8089, given: [{ name: 'Anna', revoked: true }] });
  });
});

describe('an override of a node', () => {
  const said = { node: '!1234abcd', callsign: 'RESCUE 1', team: 'Red', role: '', type: 'a-f-G-E-V' };

  it('goes to the workers, is shown, and outlives a restart', async () => {
    const first = await openConsole();
    const heard: string[] = [];
    await first.radio.subscribe('override', {}, (message) => heard.push(message?.callsign ?? 'cleared'));
    expect((await post(`${first.url}api/overrides`, said, asOperator)).status).toBe(204);
    await vi.waitFor(() => expect(heard).toEqual(['RESCUE 1']), wait);
    expect((await stateOf(first.url)).overrides).toMatchObject([
      { key: '!1234abcd', callsign: 'RESCUE 1', team: 'Red' },
    ]);
    await first.stop();
    const second = await openConsole({}, first.folder);
    expect((await stateOf(second.url)).overrides).toMatchObject([{ key: '!1234abcd', type: 'a-f-G-E-V' }]);
    expect((await post(`${second.url}api/overrides`, { node: '!1234abcd' }, asOperator)).status).toBe(204);
    expect((await stateOf(second.url)).overrides).toEqual([]);
  });

  it.each([
    [{ ...said, type: 'b-t-f' }],
    [{ ...said, node: 'somebody' }],
    [{ ...said, callsign: 'x'.repeat(65) }],
    [{ ...said, more: 1 }],
  ])('is refused: %j', async (body) => {
    const { url } = await openConsole();
    expect((await post(`${url}api/overrides`, body, asOperator)).status).toBe(400);
  });
});

describe('an alarm', () => {
  it('that is acknowledged at one console is acknowledged at all, also at one that starts later', async () => {
    const emergency = { uid: 'RAVEN-9-1-1', type: 'b-a-o-tbl', kind: Kind.EMERGENCY };
    const first = await openConsole();
    const second = await openConsole({ name: 'hq' }, undefined, first);
    first.radio.publish('rxResult', sampleResult(emergency));
    await first.clock.pass(0);
    await post(`${first.url}api/alarms/acknowledge`, { key: 'RAVEN-9-1-1', by: 'Anna' }, asOperator);
    const byAnna = [{ uid: 'RAVEN-9-1-1', acknowledged: { by: 'Anna' } }];
    await vi.waitFor(async () => expect((await stateOf(second.url)).alarms).toMatchObject(byAnna), wait);
    const again = { key: 'RAVEN-9-1-1', by: 'Ben' };
    expect((await post(`${second.url}api/alarms/acknowledge`, again, asOperator)).status).toBe(409);
    const third = await openConsole({ name: 'late' }, undefined, first);
    first.radio.publish('rxResult', sampleResult(emergency));
    await first.clock.pass(0);
    expect((await stateOf(third.url)).alarms).toMatchObject(byAnna);
    // After the last call that it was about has gone stale, it is news again, here as there.
    await first.clock.pass(120_000);
    first.radio.publish('rxResult', sampleResult(emergency));
    await first.clock.pass(0);
    for (const { url } of [first, second, third]) {
      expect((await stateOf(url)).alarms).toMatchObject([{ acknowledged: null }]);
    }
  });
});

describe('settings', () => {
  it('are what the service itself says', async () => {
    const { url, radio } = await openConsole();
    const settings = [
      { path: 'tak.listen.port', value: '8087', source: 'cotbus.yaml:3:11', secret: false },
      { path: 'bus.password', value: '', source: 'environment:COTBUS_BUS_PASSWORD', secret: true },
    ];
    await radio.subscribe('command', { target: 'tak', verb: 'settings' }, (command) => {
      expect(command?.arguments).toEqual({ service: 'tak-egress' });
      const bytes = toBinary(SettingListSchema, create(SettingListSchema, { settings }));
      radio.publish('reply', createMessage('reply', { id: command?.id ?? '', ok: true, bytes }));
    });
    const answer = await ask(`${url}api/settings?name=tak-egress&instance=tak`);
    expect(JSON.parse(answer.text)).toMatchObject(settings);
    expect((await ask(`${url}api/settings?name=tak-egress`)).status).toBe(400);
    expect((await ask(`${url}api/settings?name=tak-egress&instance=a/b`)).status).toBe(400);
  });
});

describe('who may only look', () => {
  const actions: readonly [string, unknown][] = [
    ['api/connection-packages', wish],
    ['api/certificates/revoke', { egress: 'tak', name: 'Anna' }],
    ['api/overrides', { node: '!1234abcd' }],
    ['api/identity', { agent: 'north' }],
    ['api/alarms/acknowledge', { key: 'a', by: 'b' }],
  ];

  it.each(actions)('cannot act: %s', async (path, body) => {
    const { url, given } = await openWithEgress();
    expect((await post(`${url}${path}`, body, asViewer)).status).toBe(403);
    expect((await post(`${url}${path}`, body)).status).toBe(401);
    expect(given).toEqual([]);
  });

  it.each(actions)('and who comes from a foreign page neither: %s', async (path, body) => {
    const { url, given } = await openWithEgress();
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await post(`${url}${path}`, body, { ...asOperator, ...headers })).status).toBe(403);
    }
    const asForm = await post(`${url}${path}`, body, { ...asOperator, 'content-type': 'text/plain' });
    expect(asForm.status).toBe(415);
    expect(given).toEqual([]);
  });

  it.each(['api/certificates?egress=tak', 'api/settings?name=tak-egress&instance=tak'])('may ask: %s', async (path) => {
    const { url } = await openWithEgress();
    expect((await ask(`${url}${path}`, { headers: {} })).status).toBe(401);
  });
});
