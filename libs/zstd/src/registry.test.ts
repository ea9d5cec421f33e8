import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dictionaryFault, OWN_FOLDER, readRegistry, sha256Of } from './registry.ts';

const entries = readRegistry();
const own = entries.filter(({ generation }) => generation === 'c');
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(OWN_FOLDER, file)));

describe('the registry', () => {
  it('has a general and an air dictionary of each generation', () => {
    const pairs = entries.map(({ generation, use, number }) => `${generation} ${use} ${number}`);
    expect(pairs).toEqual(['a general 0', 'a air 1', 'b general 0', 'b air 1', 'c general 61', 'c air 62']);
  });

  it.each(own)('has $file as it is committed, with its number as its id', (entry) => {
    const bytes = read(entry.file);
    expect(dictionaryFault(bytes, entry, undefined)).toBeUndefined();
    expect(new DataView(bytes.buffer).getUint32(4, true)).toBe(entry.number);
  });

  it('has every dictionary in its folder, and no other is there', () => {
    const files = readdirSync(OWN_FOLDER).filter((name) => !/\.(md|json)$/.test(name));
    expect(files.toSorted()).toEqual(own.map(({ file }) => file).toSorted());
  });

  it('knows where the others come from', () => {
    for (const { generation, file, origin = '' } of entries) {
      expect(generation === 'c' || new URL(origin).pathname.endsWith(`/${file}`)).toBe(true);
    }
  });

  it('is what the README says', () => {
    const text = Buffer.from(read('README.md')).toString('utf8');
    for (const { sha256 = '' } of own) expect(text).toContain(sha256);
  });
});

describe('dictionaryFault', () => {
  const [entry] = own;
  if (entry === undefined) throw new Error('set C is not registered');
  const bytes = read(entry.file);
  const { sha256: _, ...unknown } = entry;

  it('finds what differs', () => {
    expect(dictionaryFault(bytes.subarray(1), entry, undefined)).toBe('16383 bytes, expected 16384');
    expect(dictionaryFault(new Uint8Array(16_384), entry, undefined)).toBe('no zstd dictionary: no magic 37a430ec');
    expect(dictionaryFault(bytes.with(9000, 1), entry, undefined)).toMatch(/^SHA-256 .{64}, expected 3b48/);
    // Trust is for what nobody knows, not for what is known to be another.
    expect(dictionaryFault(bytes.with(9000, 1), entry, sha256Of(bytes.with(9000, 1)))).toMatch(/^SHA-256/);
  });

  it('takes what is not known only when it is trusted', () => {
    expect(dictionaryFault(bytes, unknown, undefined)).toMatch(/is not known here; --trust takes it nonetheless$/);
    expect(dictionaryFault(bytes, unknown, sha256Of(bytes))).toBeUndefined();
    expect(dictionaryFault(bytes, unknown, 'another')).toMatch(/expected another$/);
  });
});
