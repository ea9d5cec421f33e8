/** The engine of this machine. */
import type { ZstdEngine } from './engine.ts';
import { openNapiZstd } from './napi-zstd.ts';
import { openNodeZstd } from './node-zstd.ts';

/**
 * zstd-napi where it is built, Node's own otherwise; both write the same bytes. Undefined where there is neither: then
 * frames are sent raw, and compressed ones cannot be read (`ZSTD_REMEDY`).
 */
export const openZstd = (): ZstdEngine | undefined => openNapiZstd() ?? openNodeZstd();

/** What to do where there is no engine. */
export const ZSTD_REMEDY = 'use Node 22.19 or later, or build zstd-napi (node scripts/build-zstd.mjs)';
