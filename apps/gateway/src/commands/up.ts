/** `cotbus up` and `cotbus demo`: runs until it is told to stop. */
import { radioOptions } from '@cotbus/radio-agent';
import { createLog, ServiceError } from '@cotbus/service';
import { banner } from '../banner.ts';
import { startGateway } from '../gateway.ts';
import type { GatewayOptions } from '../options.ts';
import { readConfig } from '../read-config.ts';

export interface UpOptions {
  readonly config?: string;
  readonly radio?: string;
  /** Whether a simulated mesh is added. */
  readonly demo: 'always' | 'if nothing is attached';
}

/** Everything is closed within this, or the process goes without. */
const STOP_TIMEOUT_MS = 1_800;

export const up = async ({ config, radio, demo }: UpOptions): Promise<void> => {
  const read = readConfig(config);
  if (!read.ok) return fail(read.faults);
  const options = read.options;
  if (radio !== undefined) {
    const attached = radioOptions.safeParse({ tcp: radio });
    if (!attached.success) return fail([`--radio: ${attached.error.issues[0]?.message ?? 'not an address'}`]);
    options.radios.push(attached.data);
  }
  if (demo === 'always' || options.radios.length === 0) simulate(options);

  const log = createLog({ level: options.log.level, terminal: process.stdout.isTTY, name: 'cotbus' });
  try {
    const gateway = await startGateway(options, log);
    console.log(banner(options, gateway.busDoor));
    await stopSignal();
    console.log('Stopping …');
    const timer = setTimeout(() => process.exit(1), STOP_TIMEOUT_MS);
    await gateway.stop();
    clearTimeout(timer);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    fail([error.message]);
    process.exit(2);
  }
};

/** Nothing that the simulation says may be taken for real. */
const simulate = (options: GatewayOptions): void => {
  options.demo.enabled = true;
  options.tak.udp = [];
  options.tak.opex = 's-simulated';
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
