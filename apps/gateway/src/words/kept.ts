/** Words about what is kept of people. */
import type { Command } from 'commander';
import type { EraseOptions } from '../commands/erase-kept.ts';
import type { KeptOptions } from '../commands/kept-places.ts';
import { CONFIG_FLAG, pastMoment } from './arguments.ts';

export const addKept = (program: Command): void => {
  const about = (command: Command): Command =>
    command
      .option('--uid <uid...>', 'of these uids, or nodes such as !15465d8d', [])
      .option('--callsign <name...>', 'of these callsigns', [])
      .option('--before <time>', 'older than: a date (2026-11-01) or days (30d)', pastMoment)
      .option('--data <folder>', 'data folder; journals.folder of the configuration if left out')
      .option(...CONFIG_FLAG);
  about(program.command('export'))
    .description('print everything that is kept of people, as JSON lines')
    .action(async (options: KeptOptions) => (await import('../commands/export-kept.ts')).exportKept(options));
  about(program.command('erase'))
    .description('remove what is kept of people; Cotbus must not run')
    .option('--all', 'of everybody, whenever')
    .option('--with-journals', 'journals of custody, too, and what is on its way in them')
    .option('--yes', 'do it; without it, it says what would go')
    .action(async (options: EraseOptions) => (await import('../commands/erase-kept.ts')).eraseKeptOf(options));
};
