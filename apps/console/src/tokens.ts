/** The secrets behind the two roles: out of the options, or made on the first start and kept in the data folder. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ServiceError } from '@cotbus/service';
import { z } from 'zod';
import type { ConsoleOptions } from './options.ts';
import { consoleFolder, readText, writeText } from './own-files.ts';

/** `operate` may acknowledge alarms and give commands; `view` looks. */
export type Role = 'view' | 'operate';

export interface Tokens extends Readonly<Record<Role, string>> {
  /** Made just now: nobody has seen them yet. */
  readonly fresh: boolean;
}

/** 144 bits: nobody guesses them, whatever the rate. */
const TOKEN_BYTES = 18;

const stored = z.object({ view: z.string().min(16), operate: z.string().min(16) });

const tokenFile = (dataFolder: string, name: string): string => join(consoleFolder(dataFolder, name), 'tokens.json');

/** @throws ServiceError `journal_unusable` when they cannot be read or kept. */
export const openTokens = async (
  { name, tokens: given }: Pick<ConsoleOptions, 'name' | 'tokens'>,
  dataFolder: string,
): Promise<Tokens> => {
  if (given.view !== undefined && given.operate !== undefined) {
    return { view: given.view, operate: given.operate, fresh: false };
  }
  const path = tokenFile(dataFolder, name);
  try {
    const text = await readText(path);
    const kept = text === undefined ? makeTokens() : stored.parse(JSON.parse(text));
    if (text === undefined) await writeText(path, `${JSON.stringify(kept, undefined, 2)}\n`);
    return {
      view: given.view ?? kept.view,
      operate: given.operate ?? kept.operate,
      fresh: text === undefined && given.operate === undefined,
    };
  } catch (error) {
    throw unusable(path, error);
  }
};

const makeTokens = (): z.output<typeof stored> => ({ view: makeToken(), operate: makeToken() });
const makeToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

const unusable = (path: string, error: unknown): ServiceError => {
  const isDamaged = error instanceof SyntaxError || error instanceof z.ZodError;
  const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault';
  return new ServiceError(
    'journal_unusable',
    isDamaged
      ? `The tokens of the console in ${path} are damaged. Remove the file: new ones are made.`
      : `The tokens of the console cannot be kept in ${path} (${why}). Check journals.folder (COTBUS_JOURNALS_FOLDER).`,
    error,
  );
};
