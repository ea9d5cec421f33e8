/** Words that write down what happens, and play it back. */
import type { Command } from 'commander';
import type { RecordOptions } from '../commands/record.ts';
import type { ReplayOptions } from '../commands/replay.ts';
import { CONFIG_FLAG, positiveNumber } from './arguments.ts';

export const addRecordings = (program: Command): void => {
  program
    .command('record')
    .description('write down every frame and event that goes over the bus')
    .option('-c, --config <file>', 'configuration file with bus and record')
    .option('--bus <url>', 'broker to listen at; bus.url if left out')
    .option('--folder <folder>', 'where the files go; record.folder if left out')
    .action(async (options: RecordOptions) => (await import('../commands/record.ts')).record(options));
  program
    .command('replay')
    .description('play a recording back, as a radio or as TAK traffic')
    .argument('<file>', 'recording, or folder of recordings')
    .option('--speed <times>', 'how many times as fast as it was recorded', positiveNumber, 1)
    .option('--mesh <name>', 'only what was heard on this mesh')
    .option('--bus <url>', 'as a radio of the Cotbus that runs there; a gateway of its own if left out')
    .option('--tak <host:port>', 'as TAK traffic, to a server or client there')
    .option(...CONFIG_FLAG)
    .action(async (file: string, options: ReplayOptions) =>
      (await import('../commands/replay.ts')).replay(file, options),
    );
};
