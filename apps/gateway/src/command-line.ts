/** The command `cotbus`: its words. What a word does is loaded when it is said. */
import { Command } from 'commander';
import { OWN_VERSION } from './own-package.ts';
import { addAir } from './words/air.ts';
import { addCertificates } from './words/certificates.ts';
import { addCodec } from './words/codec.ts';
import { addConfiguration } from './words/configuration.ts';
import { addDictionaries } from './words/dictionaries.ts';
import { addIdentity } from './words/identity.ts';
import { addKept } from './words/kept.ts';
import { addRecordings } from './words/recordings.ts';
import { addRoutes } from './words/routes.ts';
import { addRunning } from './words/running.ts';
import { addServices } from './words/services.ts';
import { addWatching } from './words/watching.ts';

/** All words of the command line. docs and tests read it, too. */
export const createCommandLine = (): Command => {
  const program = new Command('cotbus')
    .description(
      'Joins Meshtastic meshes and TAK. Every frame heard and every event taken ends in one recorded outcome.',
    )
    .version(OWN_VERSION, '-V, --version', 'which version this is')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .showHelpAfterError('(cotbus --help shows all words)');
  addRunning(program);
  addConfiguration(program);
  addWatching(program);
  addIdentity(program);
  addRecordings(program);
  addKept(program);
  addCodec(program);
  addAir(program);
  addDictionaries(program);
  addCertificates(program);
  addRoutes(program);
  addServices(program);
  return program;
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
  cotbus export --callsign ALPHA           what is kept of somebody?
  cotbus erase --before 30d                what is older than a month goes
  cotbus connection-package Anna           a certificate for her ATAK
  cotbus enroll tak.example.org --user gw1 a certificate from a TAK Server
  cotbus route send ridge.gpx              a route for the mesh
  cotbus route-package list                which routes came from the mesh?

Every key of the configuration is also an environment variable: tak.listen.port is COTBUS_TAK_LISTEN_PORT.
`;

export const runCommandLine = async (argv: readonly string[]): Promise<void> => {
  await createCommandLine().parseAsync([...argv]);
};
