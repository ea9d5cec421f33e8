/** The README's examples: its text is that of files which are compiled with the tests, and run here. */
import { readFileSync, readdirSync } from 'node:fs';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import { describe, expect, it } from 'vitest';
import { fromMesh, toMesh } from './testing/readme/both-ways.ts';
import { describeEvent } from './testing/readme/fields.ts';
import { frameOf } from './testing/readme/fit.ts';
import { openCompressor } from './testing/readme/with-zstd.ts';
import { eventXml } from './testing/packets.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = new URL('testing/readme/', import.meta.url);
const blocks = [...readme.matchAll(/^```ts file=(\S+)\n([^]*?)^```$/gm)].map(([, name = '', code = '']) => ({
  name,
  code,
}));

const MARKER = eventXml('b-m-p-s-m', '<contact callsign="R 1"/><color argb="-65536"/>');

describe('README of the codec', () => {
  it('shows every example, and nothing that is none', () => {
    expect(new Set(blocks.map(({ name }) => name))).toEqual(new Set(readdirSync(examples)));
    expect(readme.match(/^```\w/gm)).toHaveLength(blocks.length);
  });

  it.each(blocks)('shows $name as it is', ({ name, code }) => {
    expect(code).toBe(readFileSync(new URL(name, examples), 'utf8'));
  });

  it('goes both ways', async () => {
    expect(await fromMesh((await toMesh(MARKER)) ?? new Uint8Array(0))).toContain('<contact callsign="R 1"/>');
    const line = `<__chat id="R" senderCallsign="S"/><remarks>${'x'.repeat(300)}</remarks>`;
    expect(await toMesh(eventXml('b-t-f', line))).toBeNull();
  });

  const zstd = openZstd();
  it.skipIf(zstd === undefined)('compresses', async () => {
    if (zstd === undefined) return;
    const own = usableDictionaries(findDictionaries(INSTALL_FOLDER)).filter(({ generation }) => generation === 'c');
    const of = (use: string): Uint8Array => own.find((d) => d.use === use)?.bytes ?? new Uint8Array(0);
    const compressor = openCompressor(zstd, of('general'), of('air'));
    const { dictId, wirePayload } = await compressor.compressWithStats({
      uid: 'U',
      cotTypeId: 1,
      remarks: 'trailhead '.repeat(9),
    });
    expect(dictId).toBe(0);
    expect((await compressor.decompress(wirePayload)).uid).toBe('U');
  });

  it.each([
    [MARKER, 'a red mark at 1, 2, ARGB 4294901760'],
    [eventXml('b-t-f', '<__chat id="R" senderCallsign="S"/><remarks>hi</remarks>'), 'S says: hi'],
    [eventXml('u-rb-a', '<range value="12.5"/><bearing value="90"/>'), '12.5 m at 90 degrees from 1, 2'],
    [eventXml('a-f-G-U-C', ''), 'a-f-G-U-C at 1, 2'],
    ['<event', 'no event: garbled'],
  ])('describes an event', (xml, line) => {
    expect(describeEvent(xml)).toBe(line);
  });

  it('fits', () => {
    expect(frameOf(MARKER)).toMatchObject({ stripped: [] });
    expect(frameOf(eventXml('a-f-G-U-C', `<remarks>${'x'.repeat(300)}</remarks>`))).toMatchObject({
      stripped: ['remarks cut to 160 bytes'],
    });
    expect(frameOf('<foo/>')).toMatch(/^garbled: /);
  });
});
