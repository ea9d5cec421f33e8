import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Kind, Reason } from '@cotbus/contracts';
import type { ServiceStatus } from '@cotbus/contracts';
import { describe, expect, it, vi } from 'vitest';
import { packagerOptions } from './options.ts';
import { routePackager } from './packager.ts';
import { startPackager } from './testing/packager-world.ts';
import { readKml, unzip } from './testing/read-package.ts';
import { eventWith, manyPoints, routeEvent } from './testing/sample-routes.ts';

const THREE = routeEvent(manyPoints(3));
const FOUR = routeEvent(manyPoints(4));
const file = (folder: string, name = 'route-1.zip'): string => join(folder, 'TAK Routes', name);
const lineIn = (path: string) => readKml(unzip(readFileSync(path)).get('route-1.kml') ?? '').line;

describe('the route packager', () => {
  it('saves a route as a package and says so once', async () => {
    const world = await startPackager();
    const { folder } = world.journals;
    for (const seq of [3, 3]) world.hear(seq, THREE);
    expect(await world.outcomes(1)).toEqual([`delivered saved as ${file(folder)}`]);
    expect(world.recorded).toMatchObject([
      { destination: 'routes', kind: Kind.ROUTE, uid: 'route-1', mesh: 'valley', node: 0x2a, port: 78 },
    ]);
    expect(world.settled()).toContainEqual([3, 3]);
    expect(lineIn(file(folder))).toEqual(manyPoints(3).map(({ lat, lon, hae = 0 }) => [lon, lat, hae]));
    const bytes = readFileSync(file(folder));
    expect(world.notices()).toMatchObject([
      {
        hash: createHash('sha256').update(bytes).digest('hex'),
        uid: 'route-1',
        name: 'North ridge',
        fileName: 'route-1.zip',
        sizeBytes: bytes.length,
        points: 3,
        packager: 'routes',
        savedTo: [file(folder)],
        mesh: 'valley',
        node: 0x2a,
      },
    ]);
    const [notice] = world.notices();
    expect(notice?.notice).toMatch(/^Route Received: North ridge\nSaved as .*route-1\.zip\n/);
    for (const client of ['iTAK', 'ATAK', 'WinTAK']) expect(notice?.notice).toContain(`\n${client}: `);
  });

  it('makes no new package and no new notice of the same route', async () => {
    const world = await startPackager();
    world.hear(1, THREE);
    await world.outcomes(1);
    rmSync(file(world.journals.folder));
    world.hear(2, THREE);
    world.hear(1, THREE, { origin: 'radio-2' });
    const ended = await world.outcomes(3);
    expect(ended.slice(1)).toEqual(
      Array(2).fill('duplicate the same package was made of radio-1/1.0000000000000005/1'),
    );
    expect(existsSync(file(world.journals.folder))).toBe(false);
    expect(world.noticeCount()).toBe(1);
  });

  it('replaces the package of a route that changed', async () => {
    const world = await startPackager();
    world.hear(1, THREE);
    await world.outcomes(1);
    world.hear(2, FOUR);
    await world.outcomes(2);
    expect(lineIn(file(world.journals.folder))).toHaveLength(4);
    expect(world.notices().map(({ points }) => points)).toEqual([4]);
  });

  it('keeps the newest when an older one comes late', async () => {
    const world = await startPackager();
    world.hear(2, FOUR);
    world.hear(1, THREE);
    expect((await world.outcomes(2)).toSorted()).toEqual([
      `delivered saved as ${file(world.journals.folder)}`,
      'superseded something newer of this uid is known',
    ]);
    expect(lineIn(file(world.journals.folder))).toHaveLength(4);
  });

  it('refuses what has fewer than two points, whatever kind that makes it', async () => {
    const world = await startPackager();
    world.hear(1, eventWith('<link type="b-m-p-w" point="1,1"/>'));
    world.hear(2, eventWith('<remarks/>', { kind: Kind.RAW }));
    const ended = await world.outcomes(2);
    expect(ended.every((text) => text.startsWith('impossible '))).toBe(true);
    expect(world.recorded.map(({ kind }) => kind)).toEqual([Kind.ROUTE, Kind.RAW]);
    expect(world.notices()).toEqual([]);
  });

  it('answers for what is no route without an outcome: it was never meant for it', async () => {
    const world = await startPackager();
    world.hear(4, eventWith('', { kind: Kind.PLI, type: 'a-f-G-U-C' }));
    await world.clock.pass(1000);
    expect(world.recorded).toEqual([]);
    expect(world.settled()).toContainEqual([4, 4]);
  });

  it('packs drawn lines when that is wanted', async () => {
    const drawing = eventWith('<link point="1,2"/><link point="3,4"/><contact callsign="Edge"/>', {
      type: 'u-d-f',
      kind: Kind.SHAPE,
    });
    const without = await startPackager();
    without.hear(1, drawing);
    const world = await startPackager({ options: { drawings: true } });
    world.hear(1, drawing);
    expect(await world.outcomes(1)).toEqual([`delivered saved as ${file(world.journals.folder)}`]);
    expect(lineIn(file(world.journals.folder))).toEqual([
      [2, 1, 0],
      [4, 3, 0],
    ]);
    await without.clock.pass(1000);
    expect(without.recorded).toEqual([]);
  });

  it('saves in other folders, each in its layout, also when its own is switched off', async () => {
    const first = await startPackager();
    const path = join(first.journals.folder, 'watched', 'deep');
    const world = await startPackager({ options: { save: false, folders: [{ path, layout: 'atak' }] } });
    world.hear(1, THREE);
    expect(await world.outcomes(1)).toEqual([`delivered saved as ${join(path, 'route-1.zip')}`]);
    expect([...unzip(readFileSync(join(path, 'route-1.zip'))).keys()]).toEqual([
      'route-1.kml',
      'MANIFEST/manifest.xml',
    ]);
    expect(existsSync(file(world.journals.folder))).toBe(false);
  });

  it('tries a folder again that cannot be written, and says so meanwhile', async () => {
    const first = await startPackager();
    const path = join(first.journals.folder, 'watched');
    writeFileSync(path, 'a file where the folder should be');
    const world = await startPackager({ options: { folders: [{ path }] } });
    world.hear(1, THREE);
    await vi.waitFor(() => expect(world.service.faults().join()).toContain('routes are not saved'), {
      timeout: 20_000,
    });
    expect(world.notices()).toMatchObject([{ savedTo: [file(world.journals.folder)] }]);
    expect(world.recorded).toEqual([]);
    rmSync(path);
    expect((await world.outcomes(1))[0]).toMatch(/^delivered saved as .*; saved as .*watched/);
    expect(world.service.faults()).toEqual([]);
  });

  it('says at the end of a route what place it did not reach', async () => {
    const first = await startPackager();
    const path = join(first.journals.folder, 'watched');
    writeFileSync(path, '');
    const world = await startPackager({ options: { folders: [{ path }] } });
    world.hear(1, THREE);
    await vi.waitFor(() => expect(world.service.faults()).toHaveLength(1), { timeout: 20_000 });
    world.clock.set({ monotonicMs: world.clock.monotonic() + 3_600_000 });
    expect((await world.outcomes(1))[0]).toMatch(/^delivered saved as .*; not saved as: .*watched/);
  });

  it('forgets the oldest of too many, and what is too old, with file and notice', async () => {
    const world = await startPackager({ options: { keep: { routes: 2, days: 1 } } });
    for (const seq of [1, 2, 3]) {
      world.hear(seq, routeEvent(manyPoints(3), '', { uid: `route-${seq}` }));
      await world.outcomes(seq);
    }
    const saved = () => readdirSync(join(world.journals.folder, 'TAK Routes')).toSorted();
    await vi.waitFor(() => expect(saved()).toEqual(['route-2.zip', 'route-3.zip']), { timeout: 20_000 });
    expect(world.notices().map(({ uid }) => uid)).toEqual(['route-2', 'route-3']);
    world.clock.set({ nowMs: world.clock.now() + 2 * 86_400_000 });
    await world.clock.pass(3_600_000);
    await vi.waitFor(() => expect(saved()).toEqual([]), { timeout: 20_000 });
    await world.clock.pass(0);
    expect(world.notices()).toEqual([]);
  });

  it('gives out what it keeps, in every layout', async () => {
    const world = await startPackager();
    world.hear(1, THREE);
    await world.outcomes(1);
    const [{ hash } = { hash: '' }] = world.notices();
    const plain = await world.ask({ route: hash.slice(0, 8) });
    expect(plain).toMatchObject({ ok: true, text: 'route-1.zip' });
    expect(createHash('sha256').update(plain.bytes).digest('hex')).toBe(hash);
    const atak = await world.ask({ route: 'route-1', layout: 'atak' });
    expect([...unzip(atak.bytes).keys()]).toContain('MANIFEST/manifest.xml');
    const kml = await world.ask({ route: hash, layout: 'kml' });
    expect(readKml(new TextDecoder().decode(kml.bytes)).line).toHaveLength(3);
    expect(await world.ask({ route: 'route-2' })).toMatchObject({ ok: false, text: 'no such route is kept' });
    expect(await world.ask({ route: hash, layout: 'rar' })).toMatchObject({ ok: false });
  });

  it('registers for the ports that may carry a route, also while it is away', () => {
    const will = routePackager.will?.(packagerOptions.parse({}))?.message as ServiceStatus | undefined;
    expect(will?.destination).toMatchObject({ name: 'routes', kinds: [Kind.ROUTE], ports: [78, 257] });
  });
});

describe('a packager that starts again', () => {
  it('tells the bus what it keeps, and makes nothing of it twice', async () => {
    const first = await startPackager();
    first.hear(1, THREE);
    await first.outcomes(1);
    await first.service.stop();
    const { journals, clock } = first;
    const again = await startPackager({ journals, clock });
    await clock.pass(100);
    expect(again.notices()).toMatchObject([{ uid: 'route-1', points: 3 }]);
    again.hear(2, THREE);
    await vi.waitFor(
      async () => {
        await clock.pass(200);
        expect(again.recorded.map(({ reason }) => reason)).toContain(Reason.DUPLICATE);
      },
      { timeout: 20_000 },
    );
  });

  it('ends what it had in hand when it was stopped, and leaves nothing half written', async () => {
    const first = await startPackager();
    const { journals, clock } = first;
    const blocked = join(journals.folder, 'TAK Routes');
    writeFileSync(blocked, '');
    first.hear(1, THREE);
    await vi.waitFor(
      async () => {
        await clock.pass(100);
        expect(first.service.faults()).toHaveLength(1);
      },
      { timeout: 20_000 },
    );
    await first.service.stop();
    rmSync(blocked);
    mkdirSync(blocked);
    writeFileSync(join(blocked, '.route-1.zip.part'), 'half of a package');
    const again = await startPackager({ journals, clock });
    expect(await again.outcomes(1)).toEqual([`delivered saved as ${file(journals.folder)}`]);
    expect(readdirSync(blocked)).toEqual(['route-1.zip']);
    expect(lineIn(file(journals.folder))).toHaveLength(3);
  });
});
