/**
 * The zstd of Node itself: some 50 times slower, as each call makes a context and digests the dictionary, and it frees the
 * context only when the event loop turns. But nothing has to be installed.
 */
import zlib from 'node:zlib';
import { parametersOf } from './engine.ts';
import type { FrameForm, LoadedDictionary, ZstdEngine } from './engine.ts';

interface ZstdOptions {
  readonly dictionary?: Uint8Array;
  readonly params?: Readonly<Record<number, number>>;
  readonly pledgedSrcSize?: number;
  readonly maxOutputLength?: number;
}

/** Since Node 22.15 and 23.8; `dictionary` since 22.19 and 24.6. */
interface NodeZstd {
  zstdCompressSync(bytes: Uint8Array, options: ZstdOptions): Uint8Array;
  zstdDecompressSync(bytes: Uint8Array, options: ZstdOptions): Uint8Array;
}

/** Undefined where this Node has no zstd, or one without dictionaries. */
export const openNodeZstd = (): ZstdEngine | undefined => {
  const candidate: object = zlib;
  if (!('zstdCompressSync' in candidate)) return undefined;
  const node = candidate as NodeZstd;
  return takesDictionaries(node)
    ? { name: 'node:zlib', open: (dictionary, form) => open(node, dictionary, form) }
    : undefined;
};

const open = (node: NodeZstd, bytes: Uint8Array, form: FrameForm): LoadedDictionary => {
  const params = Object.fromEntries(parametersOf(form));
  const dictionary = bytes.length === 0 ? {} : { dictionary: bytes };
  return {
    compress: (content) =>
      toBytes(node.zstdCompressSync(content, { ...dictionary, params, pledgedSrcSize: content.length })),
    decompress: (frame, maxBytes) => {
      try {
        return toBytes(node.zstdDecompressSync(frame, { ...dictionary, maxOutputLength: maxBytes }));
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : '';
        return code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'damaged';
      }
    },
  };
};

/** A Buffer's `slice` shares its memory, which callers of a Uint8Array do not expect. */
const toBytes = ({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** An unknown option is no error to older versions: they would compress without the dictionary, and nobody would notice. */
const takesDictionaries = (node: NodeZstd): boolean => {
  const dictionary = Uint8Array.from({ length: 256 }, (_, index) => (index * 167 + 13) % 256);
  try {
    return node.zstdCompressSync(dictionary, { dictionary }).length < dictionary.length / 2;
  } catch {
    return false;
  }
};
