/** Files of the published SDK beside its fixtures. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sdkFolder } from '@cotbus/testkit';
import type { Dictionary } from '../dictionary.ts';

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(join(sdkFolder() ?? '', path)));

/** Generation A; none when the SDK is not there. */
export const sdkDictionaries = (): readonly Dictionary[] =>
  sdkFolder() === undefined
    ? []
    : [
        { generation: 'a', number: 0, use: 'general', bytes: read('dictionaries/dict_non_aircraft.zstd') },
        { generation: 'a', number: 1, use: 'air', bytes: read('dictionaries/dict_aircraft.zstd') },
      ];

/** Undefined when it is not there. */
export const sdkMalformed = (name: string): Uint8Array | undefined =>
  existsSync(join(sdkFolder() ?? '', 'malformed', name)) ? read(join('malformed', name)) : undefined;
