import zlib from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openNodeZstd } from './node-zstd.ts';
import { openNapiZstd } from './napi-zstd.ts';
import { openZstd } from './open-zstd.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('openZstd', () => {
  it('prefers the native module, and takes what there is', () => {
    expect(openZstd()?.name).toBe(openNapiZstd()?.name ?? openNodeZstd()?.name);
  });

  it('is there where this Node has zstd with dictionaries', () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const can = major > 24 || (major === 24 && minor >= 6) || (major === 22 && minor >= 19);
    expect(openNodeZstd() !== undefined).toBe(can);
  });

  it.skipIf(!('zstdCompressSync' in zlib))('refuses a Node whose zstd ignores dictionaries', () => {
    const compress = (zlib as unknown as { zstdCompressSync: (bytes: Uint8Array) => Uint8Array }).zstdCompressSync;
    vi.spyOn(zlib as unknown as { zstdCompressSync: typeof compress }, 'zstdCompressSync').mockImplementation((bytes) =>
      compress(bytes),
    );
    expect(openNodeZstd()).toBeUndefined();
  });
});
