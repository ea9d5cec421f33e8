/** Port 78 with the zstd and the dictionaries of this machine. */
import { createV2Wire } from '@cotbus/codec';
import type { V2Wire } from '@cotbus/codec';
import type { Logger } from '@cotbus/service';
import { findDictionaries, openZstd, usableDictionaries, ZSTD_REMEDY } from '@cotbus/zstd';

/** @param folder of the dictionaries that were installed */
export const openWire = (folder: string, log: Logger): V2Wire => {
  const zstd = openZstd();
  if (zstd === undefined) log.warn({ remedy: ZSTD_REMEDY }, 'zstd.missing');
  const found = findDictionaries(folder);
  for (const { path, fault } of found) if (fault !== '') log.warn({ path, fault }, 'dictionary.refused');
  const dictionaries = usableDictionaries(found);
  log.info({ dictionaries: dictionaries.map(({ generation, use }) => `${generation}/${use}`) }, 'dictionaries.opened');
  return createV2Wire({ zstd, dictionaries });
};
