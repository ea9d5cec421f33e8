import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sdkFolder } from '@cotbus/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Get } from './dictionary-source.ts';
import { installDictionaries } from './install-dictionaries.ts';
import { findDictionaries, usableDictionaries } from './load-dictionaries.ts';

const GENERAL = 'dict_non_aircraft.zstd';
const AIR = 'dict_aircraft.zstd';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cotbus-dictionaries-'));
  folder = join(root, 'data', 'dictionaries');
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Looks like a dictionary, down to its magic. */
const fake = (bytes: number, fill = 1): Uint8Array => {
  const file = new Uint8Array(bytes).fill(fill);
  file.set([0x37, 0xa4, 0x30, 0xec]);
  return file;
};
const put = (name: string, files: Readonly<Record<string, Uint8Array>>): string => {
  const path = join(root, name);
  mkdirSync(path, { recursive: true });
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(path, file), bytes);
  return path;
};
const install = (from: string | undefined, trust = false, get?: Get) =>
  installDictionaries({ from, trust, folder }, get);
const generations = () =>
  usableDictionaries(findDictionaries(folder)).map(({ generation, use }) => `${generation} ${use}`);
const OWN = ['c general', 'c air'];

describe('installing from a folder', () => {
  const sdk = sdkFolder();
  it.skipIf(sdk === undefined)('takes generation A from a copy of the SDK', async () => {
    const steps = await install(sdk);
    expect(steps.map(({ ok }) => ok)).toEqual([true, true]);
    expect(generations()).toEqual(['a general', 'a air', ...OWN]);
    const again = await install(folder);
    expect(again.map(({ ok }) => ok)).toEqual([true, true]);
  });

  it('takes generation B only on trust, and only as it was then', async () => {
    const from = put('phone', { [GENERAL]: fake(524_288), [AIR]: fake(4096) });
    const refused = await install(from);
    expect(refused).toEqual([
      { ok: false, text: expect.stringMatching(/not known here; --trust/) as string },
      { ok: false, text: expect.stringMatching(/not known here; --trust/) as string },
    ]);
    expect(generations()).toEqual(OWN);
    expect((await install(from, true)).map(({ ok }) => ok)).toEqual([true, true]);
    expect(generations()).toEqual(['b general', 'b air', ...OWN]);
    writeFileSync(join(folder, 'b', AIR), fake(4096, 2));
    expect(generations()).toEqual(['b general', ...OWN]);
    expect(findDictionaries(folder).find(({ fault }) => fault !== '')?.fault).toMatch(/^SHA-256/);
    // Nothing half written stays behind.
    expect(readdirSync(join(folder, 'b')).toSorted()).toEqual([AIR, GENERAL]);
  });

  it('says what is not there, and what is wrong', async () => {
    expect(await install(join(root, 'nowhere'))).toEqual([
      { ok: false, text: `${join(root, 'nowhere')}: there is no ${GENERAL}` },
    ]);
    expect(await install(put('odd', { [GENERAL]: fake(99) }))).toMatchObject([
      { ok: false, text: expect.stringMatching(/not a dictionary of 16384 or 524288 bytes$/) as string },
    ]);
    expect(await install(put('forged', { [GENERAL]: fake(16_384), [AIR]: fake(4096) }), true)).toMatchObject([
      { ok: false, text: expect.stringMatching(/SHA-256 .{64}, expected c8c2f06f/) as string },
      { ok: false, text: expect.stringMatching(/SHA-256 .{64}, expected 68dce235/) as string },
    ]);
    expect(await install(put('half', { [GENERAL]: fake(524_288) }), true)).toMatchObject([
      { ok: true },
      { ok: false, text: expect.stringMatching(/there is no dict_aircraft/) as string },
    ]);
    expect(await install(put('large', { [GENERAL]: fake(600_000) }), true)).toMatchObject([{ ok: false }]);
  });

  it('says when the target cannot be written', async () => {
    writeFileSync(join(root, 'data'), 'a file');
    const from = put('phone', { [GENERAL]: fake(524_288), [AIR]: fake(4096) });
    expect(await install(from, true)).toMatchObject([{ ok: false }, { ok: false }]);
  });

  it('reads no folder for a file', async () => {
    mkdirSync(join(root, 'trick', GENERAL), { recursive: true });
    expect(await install(join(root, 'trick'))).toMatchObject([{ ok: false }]);
  });
});

describe('installing from the web', () => {
  const serve =
    (files: Readonly<Record<string, Uint8Array>>, asked: string[] = []): Get =>
    (url) => {
      asked.push(url);
      const bytes = files[new URL(url).pathname.split('/').at(-1) ?? ''];
      return Promise.resolve(
        bytes === undefined ? new Response('', { status: 404 }) : new Response(Buffer.from(bytes)),
      );
    };

  it('takes an address', async () => {
    const asked: string[] = [];
    const get = serve({ [GENERAL]: fake(524_288), [AIR]: fake(4096) }, asked);
    expect((await install('https://example.org/d/', true, get)).map(({ ok }) => ok)).toEqual([true, true]);
    expect(asked).toEqual([`https://example.org/d/${GENERAL}`, `https://example.org/d/${AIR}`]);
    expect(generations()).toEqual(['b general', 'b air', ...OWN]);
  });

  it('asks the origins of the registry, B only on trust', async () => {
    const asked: string[] = [];
    const steps = await install(undefined, false, serve({}, asked));
    expect(asked).toHaveLength(1);
    expect(steps.map(({ ok }) => ok)).toEqual([false, false, true]);
    expect(steps.at(-1)?.text).toMatch(/^generation B: left out/);
    await install(undefined, true, serve({}, asked));
    expect(asked).toHaveLength(3);
  });

  it('names addresses and target when there is no connection', async () => {
    const offline: Get = () =>
      Promise.reject(
        new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND raw.githubusercontent.com') }),
      );
    const steps = await install(undefined, false, offline);
    expect(steps[0]).toEqual({ ok: false, text: expect.stringMatching(/^https:.*: getaddrinfo ENOTFOUND/) as string });
    expect(steps[1]?.text).toMatch(
      /^Fetch https:.*non_aircraft.zstd and https:.*aircraft.zstd elsewhere and put them into/,
    );
    expect(steps[1]?.text).toContain(join(folder, 'a'));
  });

  it('stops reading what is larger than any dictionary', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const steps = await install('http://example.org', true, () => Promise.resolve(new Response(endless)));
    expect(steps).toMatchObject([{ ok: false, text: expect.stringMatching(/not a dictionary of/) as string }]);
    expect(sent).toBeLessThan(1_000_000);
  });

  it('says which status came instead', async () => {
    const get = () => Promise.resolve(new Response('', { status: 503 }));
    expect(await install('https://example.org', true, get)).toMatchObject([
      { ok: false, text: `https://example.org/${GENERAL}: HTTP 503` },
    ]);
  });
});

it('reads a broken list of what was trusted as an empty one', async () => {
  await install(put('phone', { [GENERAL]: fake(524_288), [AIR]: fake(4096) }), true);
  expect(JSON.parse(readFileSync(join(folder, 'trusted.json'), 'utf8'))).toMatchObject({
    [`b/${AIR}`]: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
  for (const text of ['', 'null', '[', '3']) {
    writeFileSync(join(folder, 'trusted.json'), text);
    expect(generations()).toEqual(OWN);
  }
});
