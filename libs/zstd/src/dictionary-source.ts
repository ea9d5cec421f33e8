/** Where dictionaries come from: folders and web addresses. Nothing larger than expected is read. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Undefined when there is no such file. Throws `SourceError` when it cannot be had. */
type ReadFile = (file: string, maxBytes: number) => Promise<Uint8Array | undefined>;

export interface DictionarySource {
  /** For people: a folder, or an address. */
  readonly name: string;
  readonly read: ReadFile;
}

export class SourceError extends Error {}

/** A phone's hotspot delivers half a megabyte in this. */
const DOWNLOAD_TIMEOUT_MS = 60_000;

export const folderSource = (folder: string): DictionarySource => ({
  name: folder,
  read: async (file, maxBytes) => {
    const path = join(folder, file);
    try {
      const handle = await open(path);
      try {
        const room = new Uint8Array(maxBytes + 1);
        const { bytesRead } = await handle.read(room);
        return room.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new SourceError(error instanceof Error ? error.message : path);
    }
  },
});

/** What `fetch` does. */
export type Get = (url: string, options: { readonly signal: AbortSignal }) => Promise<Response>;

/** @param address of a folder, with http or https */
export const webSource = (address: string, get: Get = fetch): DictionarySource => ({
  name: address,
  read: async (file, maxBytes) => {
    const url = `${address.replace(/\/+$/, '')}/${file}`;
    try {
      const response = await get(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
      if (response.status === 404) return undefined;
      if (!response.ok || response.body === null) throw new SourceError(`${url}: HTTP ${response.status}`);
      return await readBounded(response.body, maxBytes + 1);
    } catch (error) {
      if (error instanceof SourceError) throw error;
      throw new SourceError(`${url}: ${reasonOf(error)}`);
    }
  },
});

/** At most so many bytes; what is behind them is left with the sender. */
const readBounded = async (body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= maxBytes) break;
  }
  return new Uint8Array(Buffer.concat(parts).subarray(0, maxBytes));
};

/** `fetch` hides the reason in its cause. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no connection';
  return error.cause instanceof Error ? error.cause.message : error.message;
};
