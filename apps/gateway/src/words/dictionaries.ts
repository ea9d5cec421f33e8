/** Words about dictionaries. */
import type { Command } from 'commander';
import type { DictionariesOptions, InstallOptions } from '../commands/dictionaries.ts';

export const addDictionaries = (program: Command): void => {
  const dictionaries = program
    .command('dictionaries')
    .description('what compressed frames need: look at it, install what belongs to others');
  const folder = ['--folder <folder>', 'where they are installed; data/dictionaries if left out'] as const;
  dictionaries
    .command('list')
    .description('say which dictionaries are there, and what waits for the others')
    .option(...folder)
    .action(async (options: DictionariesOptions) =>
      (await import('../commands/dictionaries.ts')).listDictionaries(options),
    );
  dictionaries
    .command('install')
    .description('fetch and check dictionaries A, and B on trust')
    .option('--from <folder or url>', 'a copy of the TAKPacket SDK or of the two files; their origin if left out')
    .option('--trust', 'take generation B, whose SHA-256 is not known')
    .option(...folder)
    .action(async (options: InstallOptions) => (await import('../commands/dictionaries.ts')).installFrom(options));
};
