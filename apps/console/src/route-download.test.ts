import { createMessage } from '@cotbus/contracts';
import type { Command } from '@cotbus/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, closeAll, openConsole } from './testing/open-console.ts';

afterEach(closeAll);

const HASH = 'ab'.repeat(32);

/** A packager that gives out everything, or says why not. */
const openPackager = async (answer: { ok: boolean; text: string; bytes?: Uint8Array<ArrayBuffer> } | undefined) => {
  const opened = await openConsole();
  const asked: Command[] = [];
  await opened.radio.subscribe('command', { target: 'routes', verb: 'package' }, (command) => {
    if (command === undefined) return;
    asked.push(command);
    if (answer !== undefined) opened.radio.publish('reply', createMessage('reply', { id: command.id, ...answer }));
  });
  const get = async (query: Record<string, string>, headers?: Record<string, string>) =>
    ask(`${opened.url}api/route-package?${new URLSearchParams(query)}`, headers && { headers });
  return { get, asked, clock: opened.clock };
};

const bytes = new TextEncoder().encode('PK a package');
const wanted = { packager: 'routes', hash: HASH };

describe('the download of a route', () => {
  it('is what the packager gives, as a file', async () => {
    const { get, asked } = await openPackager({ ok: true, text: 'ridge.zip', bytes });
    const answer = await get({ ...wanted, layout: 'itak' });
    expect(answer).toMatchObject({
      status: 200,
      text: 'PK a package',
      headers: {
        'content-type': 'application/zip',
        'content-disposition': 'attachment; filename="ridge.zip"',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    });
    expect(asked).toMatchObject([{ arguments: { route: HASH, layout: 'itak' } }]);
  });

  it('has a name that is nothing but a name', async () => {
    const { get } = await openPackager({ ok: true, text: '../"a"\r\nset-cookie: x\u202e🙂.zip', bytes });
    const { headers } = await get({ ...wanted, layout: 'kml' });
    expect(headers['content-disposition']).toMatch(/^attachment; filename="[A-Za-z0-9._-]+"$/);
    expect(headers['content-type']).toBe('application/vnd.google-earth.kml+xml');
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('says what is wrong', async () => {
    const { get } = await openPackager({ ok: false, text: 'no such route is kept' });
    expect(await get(wanted)).toMatchObject({ status: 404, text: 'no such route is kept\n' });
    for (const query of [
      {},
      { ...wanted, hash: '../../etc' },
      { ...wanted, packager: 'a/b' },
      { ...wanted, packager: '#' },
      { ...wanted, layout: 'rar' },
      { ...wanted, more: '1' },
    ]) {
      expect(await get(query)).toMatchObject({ status: 400 });
    }
  });

  it('is not waited for without end', async () => {
    const { get, asked, clock } = await openPackager(undefined);
    const answer = get(wanted);
    await expect.poll(() => asked.length, { interval: 5, timeout: 20_000 }).toBe(1);
    await clock.pass(5000);
    expect(await answer).toMatchObject({ status: 504, text: 'routes does not answer: is it running?\n' });
  });

  it('is for those alone who may look', async () => {
    const { get, asked } = await openPackager({ ok: true, text: 'ridge.zip', bytes });
    expect(await get(wanted, { authorization: 'Bearer wrong' })).toMatchObject({ status: 401 });
    expect(asked).toEqual([]);
  });
});
