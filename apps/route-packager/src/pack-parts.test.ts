import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CotEvent } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { startPackager } from './testing/packager-world.ts';
import { readKml, unzip } from './testing/read-package.ts';
import { eventWith } from './testing/sample-routes.ts';

const PART_WAIT_MS = 5 * 60_000;

/** One of three packets of a route, two lines each, the next from where the one before ended. */
const part = (number: number, content = '0a1b2c', uid = 'R'): CotEvent => {
  const links = [0, 1, 2].map((step) => {
    const at = (number - 1) * 2 + step;
    return `<link uid="${step === 0 ? `~${content}${number}3` : ''}" type="b-m-p-w" callsign="" point="47,${at}"/>`;
  });
  const name = `Ridge ${number}/3`;
  return eventWith(`${links.join('')}<remarks/><contact callsign="${name}"/>`, {
    uid: `${uid}~${number}`,
    callsign: name,
  });
};

type World = Awaited<ReturnType<typeof startPackager>>;

const saved = (world: World, name = 'R') => {
  const path = join(world.journals.folder, 'TAK Routes', `${name}.zip`);
  const kml = unzip(readFileSync(path)).get(`${name}.kml`) ?? '';
  return {
    line: readKml(kml)
      .line.map(([lon]) => lon)
      .join(''),
    kml,
    path,
  };
};

describe('the packets of a long route', () => {
  it('wait for each other and end with one package', async () => {
    const world = await startPackager();
    for (const [at, number] of [2, 1].entries()) world.hear(at + 1, part(number));
    await world.clock.pass(1000);
    expect(world.recorded).toEqual([]);
    world.hear(3, part(3));
    const ended = await world.outcomes(3);
    const { line, kml, path } = saved(world);
    expect(ended).toEqual(Array(3).fill(`delivered saved as ${path}; joined of 3 parts`));
    expect(line).toBe('0123456');
    expect(kml).toContain('<name>Ridge</name>');
    expect(world.noticeCount()).toBe(1);
    expect(world.notices()).toMatchObject([{ uid: 'R', name: 'Ridge', points: 7 }]);
  });

  it('that another radio heard, too, end as duplicates', async () => {
    const world = await startPackager();
    world.hear(1, part(1));
    world.hear(1, part(1), { origin: 'radio-2' });
    expect(await world.outcomes(1)).toEqual(['duplicate of radio-1/1.0000000000000005/1']);
    world.hear(2, part(2), { origin: 'radio-2' });
    world.hear(3, part(3));
    await world.outcomes(4);
    world.hear(4, part(3), { origin: 'radio-2' });
    expect((await world.outcomes(5)).at(-1)).toMatch(/^duplicate the same package was made of/);
    expect(world.noticeCount()).toBe(1);
  });

  it('that wait in vain show what came, and say how many that is', async () => {
    const world = await startPackager();
    world.hear(1, part(1));
    await world.clock.pass(PART_WAIT_MS - 1000);
    world.hear(2, part(3));
    await world.clock.pass(PART_WAIT_MS - 1000);
    expect(world.recorded).toEqual([]);
    await world.clock.pass(2000);
    const ended = await world.outcomes(2);
    expect(ended).toEqual(Array(2).fill(`incomplete 2 of 3 parts came; saved as ${saved(world).path}`));
    expect(saved(world).line).toBe('012456');
    expect(saved(world).kml).toContain('<name>Ridge (parts 1, 3 of 3)</name>');
    expect(saved(world).kml).toContain('Part 2 of 3 did not come over the mesh.');
    // Late, but there.
    world.hear(3, part(2));
    expect((await world.outcomes(3)).at(-1)).toBe(`delivered saved as ${saved(world).path}; joined of 3 parts`);
    expect(saved(world).line).toBe('0123456');
    expect(world.notices()).toMatchObject([{ name: 'Ridge' }]);
  });

  it('of a newer version are a route of their own, which takes the place of the older one', async () => {
    const world = await startPackager();
    for (const number of [1, 2, 3]) world.hear(number, part(number));
    await world.outcomes(3);
    for (const number of [1, 2, 3]) world.hear(10 + number, part(number, 'ffffff'));
    await world.outcomes(6);
    expect(saved(world).line).toBe('0123456');
  });

  it('are handed out again to the next life, which makes one package of them', async () => {
    const first = await startPackager();
    for (const number of [1, 2]) first.hear(number, part(number));
    await first.clock.pass(1000);
    await first.service.stop();
    const { journals, clock } = first;
    const again = await startPackager({ journals, clock });
    again.hear(3, part(3));
    const ended = await again.outcomes(3);
    expect(ended.every((text) => text.endsWith('joined of 3 parts'))).toBe(true);
    expect(saved(again).line).toBe('0123456');
  });

  it('that are left over after the whole was kept do not take its place', async () => {
    const first = await startPackager();
    for (const number of [1, 2, 3]) first.hear(number, part(number));
    await first.outcomes(3);
    await first.service.stop();
    const { journals, clock } = first;
    const again = await startPackager({ journals, clock });
    again.hear(4, part(2));
    await clock.pass(PART_WAIT_MS + 1000);
    expect((await again.outcomes(1)).join()).toMatch(/duplicate 1 of 3 parts came; its route is kept with 3 parts/);
    expect(saved(again).line).toBe('0123456');
  });
});
