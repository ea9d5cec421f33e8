/** `cotbus up` and `cotbus demo`: runs until it is told to stop. */
import { loginLink } from '@cotbus/console';
import { radioFromText, radioOptions } from '@cotbus/radio-agent';
import type { RadioOptions } from '@cotbus/radio-agent';
import { changedSources, createLog, ServiceError } from '@cotbus/service';
import { banner } from '../banner.ts';
import { startDemo } from '../demo.ts';
import { standIn } from '../stand-in.ts';
import { startGateway } from '../gateway.ts';
import { readConfig } from '../read-config.ts';

export interface UpOptions {
  readonly config?: string;
  readonly radio?: string;
  /** Run a simulated mesh, whatever radios there are. */
  readonly demo?: boolean;
  readonly seed?: number;
  /** Play a recording, whatever radios there are. */
  readonly recording?: RadioOptions;
}

/** Everything is closed within this, or the process goes without. */
const STOP_TIMEOUT_MS = 1_800;

export const up = async ({ config, radio, demo = false, seed = 1, recording }: UpOptions): Promise<void> => {
  const read = readConfig(config);
  if (!read.ok) return fail(read.faults);
  const { options } = read;
  let { sources } = read;
  if (radio !== undefined) {
    const attached = radioOptions.safeParse(radioFromText(radio));
    if (!attached.success) return fail([`--radio: ${attached.error.issues[0]?.message ?? 'not an address'}`]);
    // What is named twice is one radio: it serves one at a time.
    const { serial, tcp } = attached.data;
    const isNamed = options.radios.some((known) => known.serial === serial && known.tcp === tcp);
    const before = { ...options, radios: [...options.radios] };
    if (!isNamed) options.radios.push(attached.data);
    sources = changedSources(before, options, sources, '--radio');
  }
  const log = createLog({ level: options.log.level, terminal: process.stdout.isTTY, name: 'cotbus' });
  const stopped = stopSignal();
  try {
    const isDemo = recording === undefined && (demo || options.radios.length === 0);
    const simulation = recording
      ? standIn(options, recording, 's-replay')
      : isDemo
        ? await startDemo(options, seed)
        : undefined;
    const running = simulation?.options ?? options;
    // What stands in for a radio changes more than the radio.
    sources = changedSources(options, running, sources, isDemo ? 'demo' : 'replay');
    const gateway = await startGateway(running, log, sources);
    const pageLink = await loginLink(running.console, running.journals.folder);
    const shown = recording ? { ...options, radios: [recording] } : options;
    console.log(banner(shown, { busDoor: gateway.busDoor, pageLink, isDemo }));
    await stopped;
    console.log('Stopping …');
    const timer = setTimeout(() => process.exit(1), STOP_TIMEOUT_MS);
    await gateway.stop();
    await simulation?.stop();
    clearTimeout(timer);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    fail([error.message]);
    process.exit(2);
  }
};

const fail = (faults: readonly string[]): void => {
  for (const fault of faults) console.error(fault);
  process.exitCode = 2;
};

const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => {
      resolve();
      process.once('SIGINT', () => process.exit(1));
    });
    process.once('SIGTERM', () => resolve());
  });
