/** Words about airtime. */
import type { ProfileName } from '@cotbus/radio-agent';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { AirCommandOptions } from '../commands/air.ts';
import { wholeNumber } from './arguments.ts';

const profiles = ['tracker', 'team', 'full'] as const satisfies readonly ProfileName[];

export const addAir = (program: Command): void => {
  program
    .command('air')
    .description('say what TAK traffic would cost in airtime, and what of it would be sent')
    .argument(
      '[file]',
      'a recording (a file or its folder), or CoT events with their times, one behind the other; - is standard input; an example if left out',
    )
    .option('--preset <name>', 'modem preset of the mesh', 'LongFast')
    .option('--region <name>', 'region of the radios', 'EU_868')
    .option('--firmware <version>', 'firmware of the radio', '2.8.0')
    .addOption(new Option('--profile <profile>', 'what may go to the air').choices(profiles).default('team'))
    .option('-c, --config <file>', 'a configuration: toMesh of its first radio takes the place of the profile')
    .option('--alone', 'nobody relays: what asks for an answer is transmitted three times')
    .option('--seed <n>', 'of the example: thirty phones, an hour', wholeNumber, 1)
    .option('--events', 'print the events of the example')
    .option('--json', 'everything as one JSON object')
    .action(async (file: string | undefined, options: AirCommandOptions) =>
      (await import('../commands/air.ts')).rehearse(file, options),
    );
};
