/** Finds and reads the configuration of a gateway. */
import { existsSync, readFileSync } from 'node:fs';
import { faultText, readOptions, readSecretFile } from '@cotbus/service';
import { gatewayOptions } from './options.ts';
import type { GatewayOptions } from './options.ts';

/** Read when no file is named and it is there. */
export const CONFIG_FILE = 'cotbus.yaml';

export type Config =
  | {
      readonly ok: true;
      readonly file: string | undefined;
      readonly options: GatewayOptions;
      /** Where each value given came from, by its path. */
      readonly sources: ReadonlyMap<string, string>;
    }
  | { readonly ok: false; readonly faults: readonly string[] };

/** @param named the file the user named, if any: it must be there. */
export const readConfig = (named: string | undefined, env: NodeJS.ProcessEnv = process.env): Config => {
  const { COTBUS_CONFIG: fromEnv, ...rest } = env;
  const file = named ?? fromEnv ?? (existsSync(CONFIG_FILE) ? CONFIG_FILE : undefined);
  const text = file === undefined ? undefined : readText(file);
  if (text instanceof Error) return { ok: false, faults: [`${file}: cannot be read (${text.message})`] };
  const read = readOptions({
    schema: gatewayOptions,
    ...(file !== undefined && text !== undefined && { yaml: { file, text } }),
    env: rest,
    envPrefix: 'COTBUS',
    readFile: readSecretFile,
  });
  return read.ok
    ? { ok: true, file, options: read.options, sources: read.sources }
    : { ok: false, faults: read.faults.map(faultText) };
};

const readText = (file: string): string | Error => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return error instanceof Error ? error : new Error('unreadable', { cause: error });
  }
};
