/** What was already handed to TAK, whichever way it came. */
import { itemKey } from '@cotbus/contracts';
import { createTtlMap } from '@cotbus/service';
import type { Clock, ItemName } from '@cotbus/service';

/** A frame may come again over MQTT or a slow site, long after it was heard. */
const FRAME_MEMORY_MS = 10 * 60_000;
const MAX_FRAMES = 100_000;
/** Over two paths the same content arrives within seconds; later it is news. */
const CONTENT_MEMORY_MS = 30_000;
const MAX_CONTENTS = 20_000;

export interface Duplicates {
  /**
   * The key of the item that this one repeats; otherwise undefined, and this one is remembered.
   * The same frame is a repetition whoever heard it; the same content only when another origin heard it: whoever says
   * the same again, such as an SOS, means it.
   * @param frameHash 0 when there was no frame, as for a refreshed contact.
   */
  repeats(id: ItemName, frameHash: bigint, content: string): string | undefined;
}

export const createDuplicates = (clock: Clock): Duplicates => {
  const frames = createTtlMap<bigint, string>({ ttlMs: FRAME_MEMORY_MS, maxEntries: MAX_FRAMES, clock });
  const contents = createTtlMap<string, { readonly origin: string; readonly key: string }>({
    ttlMs: CONTENT_MEMORY_MS,
    maxEntries: MAX_CONTENTS,
    clock,
  });
  return {
    repeats: (id, frameHash, content) => {
      const sameFrame = frames.get(frameHash);
      if (sameFrame !== undefined) return sameFrame;
      const key = itemKey(id);
      if (frameHash !== 0n) frames.set(frameHash, key);
      const sameContent = contents.get(content);
      if (sameContent !== undefined && sameContent.origin !== id.origin) return sameContent.key;
      contents.set(content, { origin: id.origin, key });
      return undefined;
    },
  };
};
