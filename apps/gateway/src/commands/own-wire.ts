/** The wire of port 78 with what is on this machine: its zstd, and the dictionaries that are installed here. */
import { createV2Wire } from '@cotbus/codec';
import type { V2Wire } from '@cotbus/codec';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';

export const ownWire = (): V2Wire =>
  createV2Wire({ zstd: openZstd(), dictionaries: usableDictionaries(findDictionaries(INSTALL_FOLDER)) });
