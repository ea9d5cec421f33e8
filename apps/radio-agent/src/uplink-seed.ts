/** The secret that our node number on an uplink comes from: made once, kept in the folder of the journals. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ServiceError } from '@cotbus/service';
import type { JournalPlace } from '@cotbus/service';

const SEED_BYTES = 32;
const FILE = 'seed';

/**
 * 32 bytes, the same at each start. One that was cut off by a crash was never used and is made anew.
 * @param agent a topic level.
 * @throws ServiceError `journal_unusable`.
 */
export const keptSeed = async (agent: string, { folder, fs }: JournalPlace): Promise<Uint8Array> => {
  const place = join(folder, `uplink-${agent}`);
  const path = join(place, FILE);
  try {
    await fs.makeFolder(place);
    if ((await fs.list(place)).includes(FILE)) {
      const kept = await fs.read(path, SEED_BYTES);
      if (kept.length === SEED_BYTES) return Uint8Array.from(kept);
      await fs.remove(path);
    }
    const seed = new Uint8Array(randomBytes(SEED_BYTES));
    const file = await fs.create(path);
    await file.append(seed);
    await file.sync();
    await file.close();
    await fs.syncFolder(place);
    return seed;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ServiceError('journal_unusable', `the node number of ${agent} cannot be kept in ${place}: ${why}`, error);
  }
};
