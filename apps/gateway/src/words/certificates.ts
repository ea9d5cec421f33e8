/** Words about certificates. */
import type { TakClientName } from '@cotbus/certificates';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { PackageOptions } from '../commands/connection-package.ts';
import type { EnrollOptions } from '../commands/enroll.ts';
import { CONFIG_FLAG, wholeNumber } from './arguments.ts';

const clients = ['atak', 'itak', 'wintak'] as const satisfies readonly TakClientName[];

export const addCertificates = (program: Command): void => {
  const folder = [
    '--folder <folder>',
    'where certificates are kept; certificates in journals.folder if left out',
  ] as const;
  program
    .command('enroll')
    .description('get a certificate from a TAK server; the password comes from TAK_PASSWORD or is asked for')
    .argument('<host>', 'name or address of the server')
    .option('--user <user>', 'as the administrator of the server gave it')
    .option('--port <port>', 'its enrolment port; 8446 if left out', wholeNumber)
    .option('--server-name <name>', 'the name its certificate has, where that is another one')
    .option('--ca <file>', 'whom to trust at that port (.p12 or PEM); those that Node knows if left out')
    .option('--fingerprint <sha256>', 'of its certificate or authority, as its administrator says it')
    .option('--uid <uid>', 'of this gateway; a random one if left out')
    .option('--channels', 'let the server begin with all channels of the user switched off')
    .option('--renew', 'only if two thirds of the life of the certificate are over')
    .option(...CONFIG_FLAG)
    .option(...folder)
    .action(async (host: string, options: EnrollOptions) =>
      (await import('../commands/enroll.ts')).enrollAt(host, options),
    );
  const packages = program
    .command('connection-package')
    .description('give a person a certificate, in a zip that ATAK, iTAK or WinTAK opens')
    .argument('[name]', 'of the person or device')
    .addOption(new Option('--client <client>', 'which program opens it').choices(clients).default('atak'))
    .option('--host <host>', 'under which it reaches this machine; its first address if left out')
    .option('--port <port>', 'of the TLS listener', wholeNumber, 8089)
    .option('--out <file>', 'the zip; packages/<name>-<client>.zip in the folder if left out')
    .option('--atakatak', 'protect the files in it with the customary atakatak, not with a random passphrase')
    .option(...CONFIG_FLAG)
    .option(...folder)
    .action(async (name: string | undefined, options: PackageOptions) =>
      (await import('../commands/connection-package.ts')).makePackage(name, options),
    );
  packages
    .command('list')
    .description('who was given a certificate, and who was shut out')
    .action(async (_, command: Command) =>
      (await import('../commands/connection-package.ts')).listPackages(command.optsWithGlobals()),
    );
  packages
    .command('revoke')
    .description('shut out every certificate of a name')
    .argument('<name>', 'as the list shows it')
    .action(async (name: string, _, command: Command) =>
      (await import('../commands/connection-package.ts')).revokePackage(name, command.optsWithGlobals()),
    );
};
