/** Words that run Cotbus and set it up. */
import type { Command } from 'commander';
import type { InitOptions } from '../commands/init.ts';
import type { UpOptions } from '../commands/up.ts';
import { CONFIG_FLAG, wholeNumber } from './arguments.ts';

export const addRunning = (program: Command): void => {
  program
    .command('up')
    .description('run the gateway: broker, radios, codec, TAK links, console in one process')
    .option(...CONFIG_FLAG)
    .option(
      '--radio <address>',
      'attach a radio without a configuration file: auto (USB), a serial port, or host[:port]',
    )
    .action(async (options: UpOptions) => (await import('../commands/up.ts')).up(options));
  program
    .command('demo')
    .description('run the gateway with a simulated mesh instead of radios')
    .option(...CONFIG_FLAG)
    .option('--seed <n>', 'the same number makes the same units do the same', wholeNumber)
    .action(async (options: UpOptions) => (await import('../commands/up.ts')).up({ ...options, demo: true }));
  program
    .command('init')
    .description('write the first configuration: cotbus.yaml, or with --compose a site for containers')
    .option('--mesh <name>', 'the same name for radios that hear each other', 'mesh-1')
    .option('--radio <[name=]address...>', 'radios: a serial port, or host[:port]; USB if none is named', [])
    .option('--compose', 'settings, passwords and services for docker-compose.yml in this folder')
    .option('--import <file>', 'begin with the config.yaml of the WinTAK Meshtastic gateway')
    .option('--folder <name>', 'where --compose writes them', 'site')
    .option('--central <site...>', 'with --compose: the place where these sites meet')
    .option('--host <name>', 'with --central: name or address under which the sites reach this machine')
    .option('--join <file>', 'with --compose: one of the sites, by the file that --central wrote for it')
    .option('--local-tak', 'with --join: TAK links at the site, too')
    .action(async (options: InitOptions) => (await import('../commands/init.ts')).init(options));
};
