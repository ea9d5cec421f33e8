/** The fixtures of the published SDK in every form of the wire. */
import { sdkFixtures, sdkFolder } from '@cotbus/testkit';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import { describe, expect, it } from 'vitest';
import { parseEventTree } from '../cot/parse-event.ts';
import { createV2Wire } from '../frame/v2-frame.ts';
import { PROFILE_A } from '../packet/profile.ts';
import { sdkDictionaries } from '../wire/testing/sdk-files.ts';
import { fitEvent } from './fit.ts';

const zstd = openZstd();
const own = usableDictionaries(findDictionaries(INSTALL_FOLDER)).filter(({ generation }) => generation === 'c');
const wire = createV2Wire({ zstd, dictionaries: [...own, ...sdkDictionaries()] });
const fixtures = sdkFixtures();

/** What had to be given up beyond what nobody draws; every other fixture fits at once. */
const rungs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  raw: { drawing_telestration: 'vertices' },
  a: {},
  c: {},
};

describe.skipIf(sdkFolder() === undefined)('fixtures of the SDK', () => {
  it.each((['raw', 'a', 'c'] as const).filter((form) => wire.can(form)))('fit, form %s', (form) => {
    const sizes: number[] = [];
    const needed: Record<string, string> = {};
    for (const { name, xml } of fixtures) {
      const parsed = parseEventTree(xml);
      if (!parsed.ok) throw new Error(`${name}: ${parsed.detail}`);
      const fitted = fitEvent(parsed.tree, { wire, policy: { form } });
      if (!fitted.ok) throw new Error(`${name}: ${fitted.detail}`);
      if (!wire.decode(fitted.frame).ok) throw new Error(`${name} is not read`);
      sizes.push(fitted.frame.length);
      if (fitted.rung !== undefined) needed[name] = fitted.rung;
    }
    expect(sizes.every((bytes) => bytes <= 225)).toBe(true);
    expect(needed).toEqual(rungs[form]);
  });

  it.skipIf(!wire.can('a')).each(fixtures)(
    '$name fits with the field choices of the SDK, and nothing left out',
    ({ xml }) => {
      const parsed = parseEventTree(xml);
      const options = { wire, policy: { form: 'a' }, strip: [] } as const;
      expect(parsed.ok && fitEvent(parsed.tree, options, PROFILE_A)).toMatchObject({ ok: true, stripped: [] });
    },
  );
});
