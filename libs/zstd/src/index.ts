export { findDictionaries, usableDictionaries } from './load-dictionaries.ts';
export type { FoundDictionary, UsableDictionary } from './load-dictionaries.ts';
export { installDictionaries } from './install-dictionaries.ts';
export type { InstallStep, InstallWish } from './install-dictionaries.ts';
export { openNapiZstd } from './napi-zstd.ts';
export { openNodeZstd } from './node-zstd.ts';
export { openZstd, ZSTD_REMEDY } from './open-zstd.ts';
export { INSTALL_FOLDER } from './registry.ts';
export type { DictionaryEntry } from './registry.ts';
