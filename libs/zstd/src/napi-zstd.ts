/** zstd-napi: libzstd as a native module. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FrameForm, LoadedDictionary, ZstdEngine } from './engine.ts';
import { parametersOf } from './engine.ts';

/** What is used of `zstd-napi/binding.js`. Its own types are not imported: where it is not installed we compile as well. */
interface Binding {
  readonly CCtx: new () => {
    setParameter(parameter: number, value: number): void;
    loadDictionary(dictionary: Uint8Array): void;
    compress2(to: Uint8Array, from: Uint8Array): number;
  };
  readonly DCtx: new () => {
    decompress(to: Uint8Array, from: Uint8Array): number;
    decompressUsingDDict(to: Uint8Array, from: Uint8Array, dictionary: object): number;
  };
  readonly DDict: new (dictionary: Uint8Array) => object;
  compressBound(bytes: number): number;
}

/** Undefined where the package is not installed, or not built for this platform. */
export const openNapiZstd = (): ZstdEngine | undefined => {
  const binding = loadBinding();
  if (binding === undefined) return undefined;
  const decompressor = new binding.DCtx();
  return {
    name: 'zstd-napi',
    open: (dictionary, form) => open(binding, decompressor, dictionary, form),
  };
};

const loadBinding = (): Binding | undefined => {
  const require = createRequire(import.meta.url);
  try {
    const path = require.resolve('zstd-napi/binding.js');
    return isForThisNode(join(dirname(path), 'build', 'node-major')) ? (require(path) as Binding) : undefined;
  } catch {
    return undefined;
  }
};

/** A module that was built with the headers of a newer Node crashes this one; scripts/build-zstd.mjs notes which it was. */
const isForThisNode = (stampFile: string): boolean => {
  if (!existsSync(stampFile)) return true;
  const { major } = JSON.parse(readFileSync(stampFile, 'utf8')) as { readonly major: number };
  return major <= Number(process.versions.node.split('.')[0]);
};

const open = (
  binding: Binding,
  decompressor: InstanceType<Binding['DCtx']>,
  dictionary: Uint8Array,
  form: FrameForm,
): LoadedDictionary => {
  let compressor: InstanceType<Binding['CCtx']> | undefined;
  let digested: object | undefined;
  let longest = 0;
  let compressed = new Uint8Array(0);
  let slab = new Uint8Array(0);
  let used = 0;
  return {
    compress: (bytes) => {
      compressor ??= createCompressor(binding, dictionary, form);
      if (compressed.length === 0 || bytes.length > longest) {
        longest = Math.max(bytes.length, USUAL_BYTES);
        compressed = new Uint8Array(binding.compressBound(longest));
      }
      return compressed.subarray(0, compressor.compress2(compressed, bytes));
    },
    decompress: (frame, maxBytes) => {
      if (slab.length - used < maxBytes) {
        slab = new Uint8Array(Math.max(SLAB_BYTES, maxBytes));
        used = 0;
      }
      const room = slab.subarray(used, used + maxBytes);
      try {
        const length =
          dictionary.length === 0
            ? decompressor.decompress(room, frame)
            : decompressor.decompressUsingDDict(room, frame, (digested ??= new binding.DDict(dictionary)));
        used += length;
        return slab.subarray(used - length, used);
      } catch (error) {
        return error instanceof Error && error.message === BUFFER_TOO_SMALL ? 'too_large' : 'damaged';
      }
    },
  };
};

/** Bytes of the largest packet. */
const USUAL_BYTES = 4096;
/** Contents are handed out from memory that is used once: nothing is copied, and nothing written over. */
const SLAB_BYTES = 65_536;
/** ZSTD_error_dstSize_tooSmall in words; the binding gives no codes. */
const BUFFER_TOO_SMALL = 'Destination buffer is too small';

/** Parameters first: the tables of a dictionary are built for those that are set when it is loaded. */
const createCompressor = (binding: Binding, dictionary: Uint8Array, form: FrameForm): InstanceType<Binding['CCtx']> => {
  const compressor = new binding.CCtx();
  for (const [parameter, value] of parametersOf(form)) compressor.setParameter(parameter, value);
  if (dictionary.length > 0) compressor.loadDictionary(dictionary);
  return compressor;
};
