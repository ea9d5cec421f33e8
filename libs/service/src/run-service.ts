/** The body of each main.ts: one service in a process of its own. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Bus } from './bus.ts';
import { systemClock } from './clock.ts';
import { prepareDataFolder } from './data-folder.ts';
import { startHealth } from './http-health.ts';
import { createLog } from './log.ts';
import { createCount, createMetrics } from './metrics.ts';
import { nodeJournalFs } from './journal/node-journal-fs.ts';
import { createMqttBus } from './mqtt-bus.ts';
import type { BusWill } from './bus.ts';
import { streamOpener } from './open-stream.ts';
import { faultText, readOptions } from './options.ts';
import { endWithProcess } from './process-end.ts';
import { nodeProcess } from './process-host.ts';
import type { ProcessHost } from './process-host.ts';
import { otherSections, processSchema } from './process-options.ts';
import type { ProcessOptions } from './process-options.ts';
import { readSecretFile } from './secret-file.ts';
import { ServiceError } from './service.ts';
import type { Service } from './service.ts';
import { settingRows } from './settings.ts';
import { serviceWill } from './service-report.ts';
import { createShutdown } from './shutdown.ts';
import type { Shutdown } from './shutdown.ts';
import { instanceOf, startService } from './start-service.ts';

const ENV_PREFIX = 'COTBUS';
/** Exit status when it cannot start as it was told to. */
const UNUSABLE = 2;

/**
 * Reads the options (`--config FILE`, `COTBUS_…`), connects to the broker and runs the service until a signal.
 * What keeps it from starting is written for the person who started it; the exit status is 2 then.
 */
export const runService = async <Options>(
  service: Service<Options>,
  host: ProcessHost = nodeProcess,
): Promise<void> => {
  let shutdown: Shutdown | undefined;
  try {
    const { options, sources } = readProcessOptions(service, host);
    const { level } = options.log;
    const log = createLog({ level, terminal: host.terminal, name: service.name, write: (text) => host.writeLog(text) });
    shutdown = createShutdown(systemClock, log);
    endWithProcess(host, log, shutdown);
    await start(service, { options, sources, log, shutdown });
  } catch (error) {
    await shutdown?.close();
    if (!(error instanceof ServiceError)) throw error;
    host.writeError(`${service.name} cannot start: ${error.message}\n`);
    host.exit(UNUSABLE);
  }
};

interface ProcessParts extends ProcessSettings {
  readonly log: Logger;
  readonly shutdown: Shutdown;
}

const start = async <Options>(
  service: Service<Options>,
  { options, sources, log, shutdown }: ProcessParts,
): Promise<void> => {
  const own = options[service.section] as Options;
  const instance = instanceOf(service, own);
  await prepareDataFolder(options.journals.folder);
  const metrics = createMetrics({ process: true });
  const will = service.will?.(own) ?? serviceWill(service.name, instance);
  const bus = openBus(options.bus, { name: service.name, instance, will, log, metrics });
  shutdown.add('bus', async () => bus.close());

  let faults = (): readonly string[] => ['service: starting'];
  const { host, port } = options.health;
  if (port !== undefined) {
    const health = await startHealth({ host, port, option: 'health.port', faults: () => faults(), registry: metrics });
    shutdown.add('health', async () => health.close());
    log.info({ host, port: health.port }, 'health.opened');
  }
  const running = await startService(service, {
    options: own,
    bus,
    log,
    clock: systemClock,
    random: Math.random,
    journals: { ...options.journals, fs: nodeJournalFs },
    metrics,
    settings: () => settingRows(options, sources),
  });
  faults = () => running.faults();
  log.info({ instance }, 'service.started');
  shutdown.add('service', async () => {
    await running.stop();
    log.info({ instance }, 'service.stopped');
  });
};

interface BusParts {
  readonly name: string;
  readonly instance: string;
  readonly will: BusWill;
  readonly log: Logger;
  readonly metrics: Registry;
}

const openBus = (
  { url, ca, root, username, password }: ProcessOptions['bus'],
  { name, instance, will, log, metrics }: BusParts,
): Bus =>
  createMqttBus({
    root,
    // At most 23 characters, as old brokers want it.
    clientId: `${name.slice(0, 14)}-${randomBytes(4).toString('hex')}`,
    openStream: streamOpener(url, ca === undefined ? undefined : { file: ca, option: 'bus.ca' }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    will,
    clock: systemClock,
    random: Math.random,
    log,
    count: createCount(metrics, name, instance),
  });

interface ProcessSettings {
  readonly options: ProcessOptions;
  /** Where each value given came from, by its path. */
  readonly sources: ReadonlyMap<string, string>;
}

/** @throws ServiceError `options` with all faults, one a line. */
const readProcessOptions = <Options>(service: Service<Options>, { args, env }: ProcessHost): ProcessSettings => {
  const file = configFile(args);
  const read = readOptions({
    schema: processSchema(service.section, service.options),
    ...(file === undefined ? {} : { yaml: { file, text: readText(file) } }),
    env,
    others: otherSections(service.section),
    readFile: readSecretFile,
    envPrefix: ENV_PREFIX,
  });
  if (!read.ok) throw new ServiceError('options', read.faults.map((fault) => `\n  ${faultText(fault)}`).join(''));
  return read;
};

const configFile = (args: readonly string[]): string | undefined => {
  try {
    return parseArgs({ args: [...args], options: { config: { type: 'string' } } }).values.config;
  } catch (error) {
    throw new ServiceError(
      'options',
      error instanceof Error ? error.message : 'the command line is not understood',
      error,
    );
  }
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new ServiceError('options', `cannot read ${file}: ${code}`, error);
  }
};
