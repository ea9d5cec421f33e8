/** The command `cotbus`: its words, and what each does. */
import { takClients } from '@cotbus/certificates';
import { codecWorker } from '@cotbus/codec-worker';
import { statusConsole } from '@cotbus/console';
import { profileNames, radioAgent } from '@cotbus/radio-agent';
import { packageLayouts, routePackager } from '@cotbus/route-packager';
import { nodeProcess, runService } from '@cotbus/service';
import type { Service } from '@cotbus/service';
import { takEgress } from '@cotbus/tak-egress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { rehearse } from './commands/air.ts';
import { checkConfig } from './commands/check-config.ts';
import { listPackages, makePackage, revokePackage } from './commands/connection-package.ts';
import { decodeInputs, PORTS } from './commands/decode.ts';
import { installFrom, listDictionaries } from './commands/dictionaries.ts';
import { doctor } from './commands/doctor.ts';
import type { DoctorOptions } from './commands/doctor.ts';
import { encodeFiles, PROFILES } from './commands/encode.ts';
import { enrollAt } from './commands/enroll.ts';
import { getIdentity, setIdentity } from './commands/identity.ts';
import type { IdentityOptions, IdentitySetOptions } from './commands/identity.ts';
import { init } from './commands/init.ts';
import { BUS_FLAG } from './commands/operator-bus.ts';
import { record } from './commands/record.ts';
import { replay } from './commands/replay.ts';
import type { ReplayOptions } from './commands/replay.ts';
import { listRoutePackages, showRoutePackage } from './commands/route-package.ts';
import { sendRoute } from './commands/route-send.ts';
import type { RouteSendOptions } from './commands/route-send.ts';
import { tailOutcomes } from './commands/tail-outcomes.ts';
import { up } from './commands/up.ts';

const CONFIG = ['-c, --config <file>', 'configuration file; cotbus.yaml in this folder if there is one'] as const;

const wholeNumber = (text: string): number => {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

const nodeNumber = (text: string): number => {
  const [, hex = ''] = /^!?([0-9a-f]{8})$/i.exec(text) ?? [];
  if (hex === '')
    throw new InvalidArgumentError('expected a node number in eight hexadecimal digits, such as !15465d8d');
  return Number.parseInt(hex, 16);
};

const positiveNumber = (text: string): number => {
  const number = Number(text);
  if (!/^\d{1,5}(?:\.\d{1,3})?$/.test(text) || number <= 0) throw new InvalidArgumentError('expected a number above 0');
  return number;
};

/** All words of the command line. docs and tests read it, too. */
export const createCommandLine = (): Command => {
  const program = new Command('cotbus')
    .description(
      'Joins Meshtastic meshes and TAK. Every frame heard and every event taken ends in one recorded outcome.',
    )
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .showHelpAfterError('(cotbus --help shows all words)');

  program
    .command('up')
    .description('run the gateway: broker, radios, codec, TAK links, console in one process')
    .option(...CONFIG)
    .option(
      '--radio <address>',
      'attach a radio without a configuration file: auto (USB), a serial port, or host[:port]',
    )
    .action((options: { config?: string; radio?: string }) => up(options));
  program
    .command('demo')
    .description('run the gateway with a simulated mesh instead of radios')
    .option(...CONFIG)
    .option('--seed <n>', 'the same number makes the same units do the same', wholeNumber)
    .action((options: { config?: string; seed?: number }) => up({ ...options, demo: true }));
  program
    .command('init')
    .description('write the first configuration: cotbus.yaml, or with --compose a site for containers')
    .option('--mesh <name>', 'the same name for radios that hear each other', 'mesh-1')
    .option('--radio <[name=]address...>', 'radios: a serial port, or host[:port]; USB if none is named', [])
    .option('--compose', 'settings, passwords and services for docker-compose.yml in this folder')
    .option('--folder <name>', 'where --compose writes them', 'site')
    .option('--central <site...>', 'with --compose: the place where these sites meet')
    .option('--host <name>', 'with --central: name or address under which the sites reach this machine')
    .option('--join <file>', 'with --compose: one of the sites, by the file that --central wrote for it')
    .option('--local-tak', 'with --join: TAK links at the site, too')
    .action(init);
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
    .action(tailOutcomes);
  program
    .command('config')
    .description('look at the configuration')
    .command('check')
    .description('name every fault with file, line and column')
    .argument('[file]', 'configuration file; cotbus.yaml in this folder if left out')
    .action(checkConfig);

  addDoctor(program);
  addIdentity(program);
  addRecordings(program);
  addCodec(program);
  addAir(program);
  addDictionaries(program);
  addCertificates(program);
  addRoutes(program);

  for (const service of [radioAgent, codecWorker, takEgress, routePackager, statusConsole]) {
    program
      .command(service.name)
      .description(`run only this service, against the broker of bus.url`)
      .option('-c, --config <file>', 'configuration file of this service')
      .action(({ config }: { config?: string }) =>
        runService(service as Service<unknown>, {
          ...nodeProcess,
          args: config === undefined ? [] : ['--config', config],
        }),
      );
  }
  return program;
};

const addDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('say what is wrong and what to do about it: of a running Cotbus, or of this machine when none runs')
    .option(...CONFIG)
    .option(...BUS_FLAG)
    .option('--json', 'one JSON object a line')
    .action(async (options: DoctorOptions) => {
      await doctor(options);
      // A timer of the connection attempt must not keep a finished command alive.
      process.exit();
    });
};

const addIdentity = (program: Command): void => {
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
    await getIdentity(options);
    process.exit();
  });
  asked('set', 'write it; the radio restarts, and what it stored is read back')
    .option('--team <colour>', 'such as Cyan or "Dark Blue"; none takes it off')
    .option('--role <role>', 'such as "Team Lead" or Medic; none takes it off')
    .option('--force', 'write also to firmware that is known to store nothing')
    .action(async (options: IdentitySetOptions) => {
      await setIdentity(options);
      process.exit();
    });
};

const addRecordings = (program: Command): void => {
  program
    .command('record')
    .description('write down every frame and event that goes over the bus')
    .option('-c, --config <file>', 'configuration file with bus and record')
    .option('--bus <url>', 'broker to listen at; bus.url if left out')
    .option('--folder <folder>', 'where the files go; record.folder if left out')
    .action(record);
  program
    .command('replay')
    .description('play a recording back, as a radio or as TAK traffic')
    .argument('<file>', 'recording, or folder of recordings')
    .option('--speed <times>', 'how many times as fast as it was recorded', positiveNumber, 1)
    .option('--mesh <name>', 'only what was heard on this mesh')
    .option('--bus <url>', 'as a radio of the Cotbus that runs there; a gateway of its own if left out')
    .option('--tak <host:port>', 'as TAK traffic, to a server or client there')
    .option(...CONFIG)
    .action((file: string, options: ReplayOptions) => replay(file, options));
};

const addCodec = (program: Command): void => {
  program
    .command('encode')
    .description('show what CoT events become on the mesh, as frames of port 78')
    .argument('<file...>', 'files of one event each; - is standard input')
    .addOption(
      new Option('--profile <profile>', 'as a worker sends it, or one form of the wire')
        .choices(PROFILES)
        .default('auto'),
    )
    .option('--fit <bytes>', 'give up what it takes to come down to this size; 225 in profile auto', wholeNumber)
    .option('--strip', 'leave out what no receiver draws, as profile auto does')
    .option('--json', 'one JSON object a line')
    .action(encodeFiles);
  program
    .command('decode')
    .description('show what payloads from the mesh say, as CoT events')
    .argument('<hex or file...>', 'payloads of one sender, in hexadecimal or as files of bytes; - is standard input')
    .addOption(new Option('--port <port>', 'V2, V1 or forwarder').choices(PORTS).default('78'))
    .addOption(
      new Option('--from <node>', 'the node that sent them, such as !15465d8d')
        .argParser(nodeNumber)
        .default(0, 'unknown'),
    )
    .option('--json', 'one JSON object a line')
    .action(decodeInputs);
};

const addAir = (program: Command): void => {
  program
    .command('air')
    .description('say what TAK traffic would cost in airtime, and what of it would be sent')
    .argument(
      '[file]',
      'CoT events with their times, one behind the other; - is standard input; an example if left out',
    )
    .option('--preset <name>', 'modem preset of the mesh', 'LongFast')
    .option('--region <name>', 'region of the radios', 'EU_868')
    .option('--firmware <version>', 'firmware of the radio', '2.8.0')
    .addOption(new Option('--profile <profile>', 'what may go to the air').choices(profileNames).default('team'))
    .option('-c, --config <file>', 'a configuration: toMesh of its first radio takes the place of the profile')
    .option('--alone', 'nobody relays: what asks for an answer is transmitted three times')
    .option('--seed <n>', 'of the example: thirty phones, an hour', wholeNumber, 1)
    .option('--events', 'print the events of the example')
    .option('--json', 'everything as one JSON object')
    .action(rehearse);
};

const addDictionaries = (program: Command): void => {
  const dictionaries = program
    .command('dictionaries')
    .description('what compressed frames need: look at it, install what belongs to others');
  const folder = ['--folder <folder>', 'where they are installed; data/dictionaries if left out'] as const;
  dictionaries
    .command('list')
    .description('say which dictionaries are there, and what waits for the others')
    .option(...folder)
    .action(listDictionaries);
  dictionaries
    .command('install')
    .description('fetch and check dictionaries A, and B on trust')
    .option('--from <folder or url>', 'a copy of the TAKPacket SDK or of the two files; their origin if left out')
    .option('--trust', 'take generation B, whose SHA-256 is not known')
    .option(...folder)
    .action(installFrom);
};

const addCertificates = (program: Command): void => {
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
    .option(...CONFIG)
    .option(...folder)
    .action(enrollAt);
  const packages = program
    .command('connection-package')
    .description('give a person a certificate, in a zip that ATAK, iTAK or WinTAK opens')
    .argument('[name]', 'of the person or device')
    .addOption(new Option('--client <client>', 'which program opens it').choices(takClients).default('atak'))
    .option('--host <host>', 'under which it reaches this machine; its first address if left out')
    .option('--port <port>', 'of the TLS listener', wholeNumber, 8089)
    .option('--out <file>', 'the zip; packages/<name>-<client>.zip in the folder if left out')
    .option('--atakatak', 'protect the files in it with the customary atakatak, not with a random passphrase')
    .option(...CONFIG)
    .option(...folder)
    .action(makePackage);
  packages
    .command('list')
    .description('who was given a certificate, and who was shut out')
    .action((_, command: Command) => listPackages(command.optsWithGlobals()));
  packages
    .command('revoke')
    .description('shut out every certificate of a name')
    .argument('<name>', 'as the list shows it')
    .action((name: string, _, command: Command) => revokePackage(name, command.optsWithGlobals()));
};

const addRoutes = (program: Command): void => {
  program
    .command('route')
    .description('bring a route to the meshes')
    .command('send')
    .description('hand a route to the TAK door, and say what becomes of it')
    .argument('<file>', 'KML, KMZ, GPX, a CoT event, or a data package; - is standard input')
    .option('--name <name>', 'instead of the one in the file')
    .option('--points <n>', 'points at most; those that shape it the least are left out', pointCount, MESH_POINTS)
    .option('--print', 'the event, and send nothing')
    .option('--tak <host[:port]>', 'the TAK listener; tak.listen of the configuration if left out')
    .option(...BUS_FLAG)
    .option(...CONFIG)
    .action((file: string, options: RouteSendOptions) => sendRoute(file, options));
  const packages = program
    .command('route-package')
    .description('routes that were received: look at them, get their packages');
  packages
    .command('list')
    .description('the routes that are kept, the newest last')
    .option('--json', 'one JSON object a line')
    .option(...BUS_FLAG)
    .action(listRoutePackages);
  packages
    .command('show')
    .description('where a route was saved and how it is opened; with --out its package')
    .argument('<route>', 'its uid, its hash, or how that begins')
    .option('--out <file>', 'the package; the KML alone for a name that ends in .kml; - is standard output')
    .addOption(new Option('--layout <layout>', 'for whom it is').choices(packageLayouts))
    .option('--json', 'one JSON object a line')
    .option(...BUS_FLAG)
    .action(showRoutePackage);
};

/** What one packet of the mesh holds. */
const MESH_POINTS = 16;

const pointCount = (text: string): number => {
  const count = wholeNumber(text);
  if (count < 2) throw new InvalidArgumentError('a route has at least 2');
  return count;
};

const EXAMPLES = `
Examples:
  cotbus demo                              a simulated mesh to look at
  cotbus up --radio auto                   the radio on USB
  cotbus up --radio 192.168.1.50           a radio on the network
  cotbus up --config valley.yaml           everything from a file
  cotbus outcomes --reason garbled         why did it not arrive?
  cotbus outcomes --past --uid ANDROID-12  what became of one in the last hour
  cotbus doctor                            what is wrong, and what helps?
  cotbus identity set --team Red           which team does a tracker report as?
  cotbus encode marker.xml                 how large does it become?
  cotbus decode ff08011a02413172024131    what is in a frame?
  cotbus air --preset MediumFast           what would an hour of thirty phones cost?
  cotbus record                            write down what happens
  cotbus replay data/recordings --speed 10 look at it again
  cotbus dictionaries list                 can compressed frames be read?
  cotbus connection-package Anna           a certificate for her ATAK
  cotbus enroll tak.example.org --user gw1 a certificate from a TAK Server
  cotbus route send ridge.gpx              a route for the mesh
  cotbus route-package list                which routes came from the mesh?

Every key of the configuration is also an environment variable: tak.listen.port is COTBUS_TAK_LISTEN_PORT.
`;

export const runCommandLine = async (argv: readonly string[]): Promise<void> => {
  await createCommandLine().parseAsync([...argv]);
};
