/** Words that look at what happens. */
import type { Command } from 'commander';
import type { DoctorOptions } from '../commands/doctor.ts';
import type { TailOptions } from '../commands/tail-outcomes.ts';
import { BUS_FLAG, CONFIG_FLAG, wholeNumber } from './arguments.ts';

export const addWatching = (program: Command): void => {
  program
    .command('outcomes')
    .description('show how frames and events end, as it happens')
    .option(...BUS_FLAG)
    .option('--json', 'one JSON object a line')
    .option('--reason <word>', 'only this reason, such as duplicate')
    .option('--uid <uid>', 'only this uid')
    .option('--item <item>', 'only this item, as --json names it')
    .option('--past', 'what was recorded in the last hour, then end')
    .option('--count <n>', 'stop after this many', wholeNumber)
    .action(async (options: TailOptions) => (await import('../commands/tail-outcomes.ts')).tailOutcomes(options));
  program
    .command('doctor')
    .description('say what is wrong and what to do about it: of a running Cotbus, or of this machine when none runs')
    .option(...CONFIG_FLAG)
    .option(...BUS_FLAG)
    .option('--json', 'one JSON object a line')
    .option('--node <name>', 'why this node or TAK user is not seen: !1234abcd, a callsign or a uid')
    .option('--link <name>', 'how this TAK link or listener is, and what its server makes of us')
    .option('--activate-channels', 'switch the channels of that link on at its TAK Server')
    .action(async (options: DoctorOptions) => {
      await (await import('../commands/doctor.ts')).doctor(options);
      // A timer of the connection attempt must not keep a finished command alive.
      process.exit();
    });
};
