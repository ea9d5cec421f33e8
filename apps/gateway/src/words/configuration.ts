/** Words about the configuration file. */
import type { Command } from 'commander';
import type { ImportOptions } from '../commands/import-config.ts';

export const addConfiguration = (program: Command): void => {
  const config = program.command('config').description('look at the configuration, or make one of another');
  config
    .command('check')
    .description('name every fault with file, line and column')
    .argument('[file]', 'configuration file; cotbus.yaml in this folder if left out')
    .action(async (file?: string) => (await import('../commands/check-config.ts')).checkConfig(file));
  config
    .command('schema')
    .description('print the configuration as JSON Schema, for editors')
    .action(async () => (await import('../commands/config-schema.ts')).printConfigSchema());
  config
    .command('import')
    .description('write cotbus.yaml from the config.yaml of the WinTAK Meshtastic gateway')
    .argument('<file>', 'that config.yaml')
    .option('--mesh <name>', 'name of the mesh of its radio', 'mesh-1')
    .option('--out <file>', 'where it goes instead; - prints it')
    .action(async (file: string, options: ImportOptions) =>
      (await import('../commands/import-config.ts')).importConfigFile(file, options),
    );
};
