/** Words about the radio identity. */
import type { Command } from 'commander';
import type { IdentityOptions, IdentitySetOptions } from '../commands/identity.ts';
import { BUS_FLAG } from './arguments.ts';

export const addIdentity = (program: Command): void => {
  const identity = program.command('identity').description('team and role that a radio itself has in TAK');
  const asked = (name: string, description: string): Command =>
    identity
      .command(name)
      .description(description)
      .option(...BUS_FLAG)
      .option('--agent <name>', 'the agent to ask; the only one with a radio if left out')
      .option(
        '--node <id>',
        'another node, such as !1234abcd, that lets the radio administer it; the radio itself if left out',
      )
      .option('--json', 'one JSON object');
  asked('get', 'ask the radio').action(async (options: IdentityOptions) => {
    await (await import('../commands/identity.ts')).getIdentity(options);
    process.exit();
  });
  asked('set', 'write it; the radio restarts, and what it stored is read back')
    .option('--team <colour>', 'such as Cyan or "Dark Blue"; none takes it off')
    .option('--role <role>', 'such as "Team Lead" or Medic; none takes it off')
    .option('--force', 'write also to firmware that is known to store nothing')
    .action(async (options: IdentitySetOptions) => {
      await (await import('../commands/identity.ts')).setIdentity(options);
      process.exit();
    });
};
