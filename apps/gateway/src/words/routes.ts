/** Words about routes. */
import type { PackageLayout } from '@cotbus/route-packager';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { ListRouteOptions, ShowRouteOptions } from '../commands/route-package.ts';
import type { RouteSendOptions } from '../commands/route-send.ts';
import { BUS_FLAG, CONFIG_FLAG, wholeNumber } from './arguments.ts';

const layouts = ['plain', 'atak', 'itak'] as const satisfies readonly PackageLayout[];

/** What TAK clients take in one event; what goes to the air is decided for each mesh. */
const CLIENT_POINTS = 200;

const pointCount = (text: string): number => {
  const count = wholeNumber(text);
  if (count < 2) throw new InvalidArgumentError('a route has at least 2');
  return count;
};

export const addRoutes = (program: Command): void => {
  program
    .command('route')
    .description('bring a route to the meshes')
    .command('send')
    .description('hand a route to the TAK door, and say what becomes of it')
    .argument('<file>', 'KML, KMZ, GPX, a CoT event, or a data package; - is standard input')
    .option('--name <name>', 'instead of the one in the file')
    .option('--uid <uid>', 'of the route whose place it takes; without, the same file has the same one each time')
    .option('--points <n>', 'points at most; those that shape it the least are left out', pointCount, CLIENT_POINTS)
    .option('--print', 'the event, and send nothing')
    .option('--tak <host[:port]>', 'the TAK listener; tak.listen of the configuration if left out')
    .option(...BUS_FLAG)
    .option(...CONFIG_FLAG)
    .action(async (file: string, options: RouteSendOptions) =>
      (await import('../commands/route-send.ts')).sendRoute(file, options),
    );
  const packages = program
    .command('route-package')
    .description('routes that were received: look at them, get their packages');
  packages
    .command('list')
    .description('the routes that are kept, the newest last')
    .option('--json', 'one JSON object a line')
    .option(...BUS_FLAG)
    .action(async (options: ListRouteOptions) =>
      (await import('../commands/route-package.ts')).listRoutePackages(options),
    );
  packages
    .command('show')
    .description('where a route was saved and how it is opened; with --out its package')
    .argument('<route>', 'its uid, its hash, or how that begins')
    .option('--out <file>', 'the package; the KML alone for a name that ends in .kml; - is standard output')
    .addOption(new Option('--layout <layout>', 'for whom it is').choices(layouts))
    .option('--json', 'one JSON object a line')
    .option(...BUS_FLAG)
    .action(async (route: string, options: ShowRouteOptions) =>
      (await import('../commands/route-package.ts')).showRoutePackage(route, options),
    );
};
