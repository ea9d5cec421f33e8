import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDictionaries } from '@cotbus/zstd';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCommandLine } from '../command-line.ts';
import { dictionaryLines } from './dictionaries.ts';

let folder: string;
let printed: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cotbus-dictionaries-'));
  printed = [];
  const print = (line: string): number => printed.push(line);
  vi.spyOn(console, 'log').mockImplementation(print);
  vi.spyOn(console, 'error').mockImplementation(print);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const run = (...words: string[]) =>
  createCommandLine().parseAsync(['node', 'cotbus', 'dictionaries', ...words, '--folder', folder]);

describe('cotbus dictionaries list', () => {
  it('says what is there, what is missing and what waits for it', async () => {
    await run('list');
    expect(printed.slice(0, 6)).toEqual([
      expect.stringMatching(/^A {2}general {3}16384 bytes {2}missing {2}.*dict_non_aircraft\.zstd$/),
      expect.stringMatching(/^A {2}air .*4096 bytes {2}missing/),
      expect.stringMatching(/^B {2}general {2}524288 bytes {2}missing/),
      expect.stringMatching(/^B {2}air .*missing/),
      expect.stringMatching(/^C {2}general {3}16384 bytes {2}installed {2}.*cotbus-3d\.dict$/),
      expect.stringMatching(/^C {2}air .*installed/),
    ]);
    expect(printed.slice(7)).toEqual([
      'Waiting for generation A: compressed frames of the TAKPacket SDK 0.1 to 0.3',
      'Waiting for generation B: compressed frames of the phone apps, and sending them',
      `To install: cotbus dictionaries install --help (into ${folder})`,
    ]);
    expect(process.exitCode).toBeUndefined();
  });

  it('says what is done without zstd', () => {
    expect(dictionaryLines(findDictionaries(folder), folder, undefined)).toContainEqual(
      expect.stringMatching(/^zstd: none here, everything goes raw; use Node 22\.19 or later/),
    );
    expect(dictionaryLines(findDictionaries(folder), folder, 'zstd-napi')).toContain('zstd: zstd-napi');
  });

  it('says why a file is not used', () => {
    const found = findDictionaries(folder).map((one) => ({ ...one, fault: '99 bytes, expected 16384' }));
    const lines = dictionaryLines(found, folder, undefined);
    expect(lines[0]).toContain('not used: 99 bytes, expected 16384');
  });
});

describe('cotbus dictionaries install', () => {
  it('says what is wrong with what it was given, and fails', async () => {
    writeFileSync(join(folder, 'dict_non_aircraft.zstd'), 'no dictionary\u001b[2J');
    await run('install', '--from', folder);
    expect(printed).toEqual([expect.stringMatching(/not a dictionary of 16384 or 524288 bytes$/)]);
    expect(process.exitCode).toBe(1);
  });
});
