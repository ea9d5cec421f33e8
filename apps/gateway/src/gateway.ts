/** The composition root: the embedded broker and every service around it, each with a connection of its own. */
import { randomBytes } from 'node:crypto';
import { codecWorker } from '@cotbus/codec-worker';
import { statusConsole } from '@cotbus/console';
import { DEFAULT_ROOT } from '@cotbus/contracts';
import { radioAgent } from '@cotbus/radio-agent';
import { routePackager } from '@cotbus/route-packager';
import {
  createCount,
  createMetrics,
  createMqttBus,
  nodeJournalFs,
  prepareDataFolder,
  serviceWill,
  settingRows,
  startHealth,
  startService,
  systemClock,
} from '@cotbus/service';
import type { Bus, JournalPlace, Logger, RunningService, Service, SettingRow } from '@cotbus/service';
import { takEgress } from '@cotbus/tak-egress';
import { startBroker } from './broker.ts';
import type { GatewayOptions } from './options.ts';
import { recorder } from './recorder.ts';
import { startRetention } from './retention.ts';

export interface RunningGateway {
  /** `host:port` of the embedded broker's door, or why it has none. */
  readonly busDoor: { readonly address: string } | { readonly fault: string };
  /** Last opened first closed. Never rejects. */
  stop(): Promise<void>;
}

/**
 * @param sources where each option that was given came from, by its path
 * @throws ServiceError when a service cannot start; what had started is stopped again.
 */
export const startGateway = async (
  options: GatewayOptions,
  log: Logger,
  sources: ReadonlyMap<string, string> = new Map(),
): Promise<RunningGateway> => {
  const closers: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) {
      await close().catch((error: unknown) => log.error({ error }, 'gateway.close_failed'));
    }
  };
  try {
    await prepareDataFolder(options.journals.folder);
    const endRetention = await startRetention(options, log, systemClock);
    closers.push(async () => endRetention());
    const broker = await startBroker();
    closers.push(() => broker.close());
    const busDoor = await openDoor(broker, options);
    const metrics = createMetrics({ process: true });
    const running: RunningService[] = [];
    const { openStream } = broker;
    const start = createStarter({
      openStream,
      journals: { ...options.journals, fs: nodeJournalFs },
      log,
      closers,
      metrics,
      running,
    });
    const section = (path: string) => () => settingsOf(path, settingRows(options, sources));

    if (options.record.enabled) await start(recorder, options.record, section('record'));
    // Destinations first, then the pipe, then those who take from the world: nothing heard finds nobody there.
    await start(takEgress, options.tak, section('tak'));
    await start(routePackager, options.routes, section('routes'));
    await start(codecWorker, options.worker, section('worker'));
    if (options.console.enabled) await start(statusConsole, options.console, section('console'));
    for (const [index, radio] of options.radios.entries()) {
      await start(radioAgent, radio, section(`radios.${index}`));
    }
    const { host, port } = options.health;
    if (port !== undefined) {
      const faults = () => running.flatMap((service) => service.faults());
      const health = await startHealth({ host, port, option: 'health.port', faults, registry: metrics });
      closers.push(() => health.close());
    }
    return { busDoor, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Its own section, then what all services of the process share. */
const settingsOf = (section: string, rows: readonly SettingRow[]): readonly SettingRow[] =>
  [section, 'bus', 'journals', 'health', 'log'].flatMap((start) =>
    rows.filter(({ path }) => path.startsWith(`${start}.`)),
  );

const openDoor = async (
  broker: Awaited<ReturnType<typeof startBroker>>,
  { bus: { listen } }: GatewayOptions,
): Promise<RunningGateway['busDoor']> => {
  if (!listen.enabled) return { fault: 'switched off (bus.listen.enabled)' };
  const opened = await broker.listen(listen.host, listen.port);
  if ('port' in opened) return { address: `${listen.host}:${opened.port}` };
  const why = opened.fault === 'EADDRINUSE' ? 'the port is taken' : opened.fault;
  return { fault: `${listen.host}:${listen.port}: ${why} (bus.listen.port)` };
};

interface StarterParts {
  readonly openStream: Parameters<typeof createMqttBus>[0]['openStream'];
  readonly journals: JournalPlace;
  readonly log: Logger;
  readonly closers: (() => Promise<void>)[];
  readonly metrics: ReturnType<typeof createMetrics>;
  /** Gets each service that was started. */
  readonly running: RunningService[];
}

const createStarter = ({ openStream, journals, log, closers, metrics, running }: StarterParts) => {
  return async <Options>(
    service: Service<Options>,
    options: Options,
    settings: () => readonly SettingRow[],
  ): Promise<void> => {
    const instance = service.instance(options);
    const bus = createMqttBus({
      root: DEFAULT_ROOT,
      clientId: `${service.name}-${instance}-${randomBytes(3).toString('hex')}`,
      openStream,
      will: service.will?.(options) ?? serviceWill(service.name, instance),
      clock: systemClock,
      random: Math.random,
      // That a stream inside the process opened is no news.
      log: log.child({ service: service.name, instance }, { level: log.level === 'info' ? 'warn' : log.level }),
      count: createCount(metrics, service.name, instance),
    });
    closers.push(() => bus.close());
    await connected(bus);
    const started = await startService(service, {
      options,
      bus,
      log,
      clock: systemClock,
      random: Math.random,
      journals,
      metrics,
      settings,
    });
    closers.push(() => started.stop());
    running.push(started);
  };
};

const connected = (bus: Bus): Promise<void> =>
  new Promise((resolve) => {
    if (bus.connected) resolve();
    else bus.onConnection((now) => now && resolve());
  });
