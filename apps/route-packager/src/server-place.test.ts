import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeClock } from '@cotbus/service/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeServerFiles, startTakServer } from './testing/tak-server-mock.ts';
import type { TakServerFiles, TakServerMock } from './testing/tak-server-mock.ts';
import { startPackager } from './testing/packager-world.ts';
import { unzip } from './testing/read-package.ts';
import { manyPoints, routeEvent } from './testing/sample-routes.ts';

const THREE = routeEvent(manyPoints(3));
/** Reading a certificate takes a while on a busy machine. */
const WAIT = { timeout: 20_000, interval: 20 };
const FOUR = routeEvent(manyPoints(4));

describe('packages for a TAK server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-upload-'));
  let files: TakServerFiles;
  let stranger: TakServerFiles;
  let server: TakServerMock;
  beforeAll(async () => {
    files = await makeServerFiles(folder);
    stranger = await makeServerFiles(mkdtempSync(join(folder, 'other-')));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    server = await startTakServer(files);
  });
  afterEach(() => server.close());

  const options = (more: object = {}) => {
    const { certificate, ca, passphrase } = files;
    const one = { host: 'localhost', port: server.port, certificate, ca, passphrase, timeoutSeconds: 1, ...more };
    // TLS has the real time.
    return { options: { save: false, servers: [one] }, clock: fakeClock(Date.now()) };
  };
  const address = () => `localhost:${server.port}`;

  it('are uploaded with the certificate, found by everybody, and added to missions', async () => {
    const world = await startPackager(options({ missions: ['search', 'no such'] }));
    world.hear(1, THREE);
    expect(await world.outcomes(1)).toEqual([
      `delivered uploaded to ${address()} in mission search, not in mission no such: 404 no such mission`,
    ]);
    const [[hash, stored] = []] = server.stored;
    expect(stored).toMatchObject({ creatorUid: 'Cotbus', tool: 'public' });
    expect(stored?.fileName).toBe(`route-1-${hash?.slice(0, 8)}.zip`);
    expect([...unzip(stored?.bytes ?? new Uint8Array()).keys()]).toEqual(['route-1.kml', 'MANIFEST/manifest.xml']);
    expect(server.missions.get('search')).toEqual([hash]);
    expect(server.asked[0]).toBe('GET /Marti/sync/missionquery');
  });

  it('are not uploaded twice, and replace by a name of their own', async () => {
    const world = await startPackager(options());
    world.hear(1, THREE);
    await world.outcomes(1);
    world.hear(2, FOUR);
    await world.outcomes(2);
    world.hear(3, THREE);
    expect((await world.outcomes(3))[2]).toBe(`delivered uploaded to ${address()} was there already`);
    expect(server.stored.size).toBe(2);
    expect(server.asked.filter((line) => line.startsWith('POST'))).toHaveLength(2);
  });

  it.each<[string, TakServerMock['next'], RegExp]>([
    ['may not upload', [404, 403], /^gave_up not uploaded to .*: 403: /],
    ['knows no packages', [404, 404], /^gave_up not uploaded to .*: 404: it takes no data packages/],
    ['has too little room', [404, 413], /^gave_up not uploaded to .*: 413: \d+ bytes/],
    ['refuses to answer', [401], /^gave_up not uploaded to .*: it does not say what it has: 401 as told$/],
    ['keeps it private', [404, 200, 403], /^delivered uploaded to .* it may not be public: 403 as told$/],
  ])('end with the reason where the server %s', async (_, next, text) => {
    server.next.push(...next);
    const world = await startPackager(options());
    world.hear(1, THREE);
    expect((await world.outcomes(1))[0]).toMatch(text);
  });

  it.each<[string, TakServerMock['next']]>([
    ['is overloaded', [503]],
    ['loses its answer', ['pass', 'lost']],
    ['cuts the connection', ['cut']],
    ['does not answer', ['pass', 'silence']],
    ['fails at the end', ['pass', 'pass', 500]],
  ])('are uploaded in the end where the server %s', async (_, next) => {
    server.next.push(...next);
    const world = await startPackager(options());
    world.hear(1, THREE);
    expect((await world.outcomes(1))[0]).toMatch(/^delivered uploaded to/);
    expect(server.stored.size).toBe(1);
  });

  it('wait for a server that is away, newest version alone', async () => {
    const { port } = server;
    await server.close();
    const world = await startPackager(options({ port }));
    world.hear(1, THREE);
    await vi.waitFor(async () => {
      await world.clock.pass(50);
      expect(world.link(`upload localhost:${port}`)).toMatchObject({
        waiting: 1,
        lastError: expect.stringContaining('nothing listens') as string,
      });
    }, WAIT);
    world.hear(2, FOUR);
    expect(await world.outcomes(1)).toEqual([
      `gave_up not uploaded to localhost:${port}: a newer version took its place`,
    ]);
    server = await startTakServer(files, port);
    expect((await world.outcomes(2))[1]).toBe(`delivered uploaded to localhost:${port}`);
    expect(server.stored.size).toBe(1);
    await vi.waitFor(async () => {
      await world.clock.pass(500);
      expect(world.link(`upload localhost:${port}`)).toMatchObject({ waiting: 0 });
    }, WAIT);
  });

  it('are given up when their time is over, and what was saved counts', async () => {
    const { port } = server;
    await server.close();
    const given = options({ port });
    const world = await startPackager({ ...given, options: { ...given.options, save: true } });
    world.hear(1, THREE);
    await vi.waitFor(() => expect(world.notices()).toHaveLength(1), WAIT);
    world.clock.set({ monotonicMs: world.clock.monotonic() + 3_600_000 });
    expect((await world.outcomes(1))[0]).toMatch(/^delivered saved as .*; not uploaded to .*: nothing listens there/);
    server = await startTakServer(files);
  });

  it.each<[string, () => object, RegExp]>([
    ['of another authority', () => ({ certificate: stranger.certificate }), /does it take our certificate\?/],
    ['of a server that is not trusted', () => ({ ca: stranger.ca }), /not trusted here|not signed by/],
    ['that is not there', () => ({ certificate: '/nowhere/gw.p12' }), /no_file/],
    ['with another passphrase', () => ({ passphrase: 'wrong' }), /passphrase_wrong/],
    ['for another name', () => ({ serverName: 'tak.example.org' }), /is for another name/],
  ])('end with the reason when there is a certificate %s', async (_, more, text) => {
    const world = await startPackager(options(more()));
    world.hear(1, THREE);
    const [ended] = await world.outcomes(1);
    expect(ended).toMatch(/^gave_up not uploaded to /);
    expect(ended).toMatch(text);
    expect(server.stored.size).toBe(0);
  });

  it('wait for the clock where it says that a certificate is not valid yet', async () => {
    const world = await startPackager({ ...options(), clock: fakeClock(0) });
    world.hear(1, THREE);
    await vi.waitFor(async () => {
      await world.clock.pass(50);
      expect(world.link(`upload ${address()}`)?.lastError).toMatch(/^not_yet_valid/);
    }, WAIT);
    world.clock.set({ nowMs: Date.now() });
    expect((await world.outcomes(1))[0]).toMatch(/^delivered/);
  });

  it('go to a server under another name when that is wanted', async () => {
    const world = await startPackager(options({ serverName: 'tak.example.org', verifyHost: false }));
    world.hear(1, THREE);
    expect((await world.outcomes(1))[0]).toMatch(/^delivered/);
  });
});
