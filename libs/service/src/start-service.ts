/** Starts a service: in a process of its own (run-service.ts) or beside others in the gateway. */
import { randomBytes } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import { isTopicLevel, SettingListSchema } from '@cotbus/contracts';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { answerCommand } from './answer-command.ts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { createCount, createGauges, createMetrics } from './metrics.ts';
import { printable } from './printable.ts';
import { createServiceReport } from './service-report.ts';
import { createShutdown } from './shutdown.ts';
import { ServiceError } from './service.ts';
import type { JournalPlace, Service, ServiceContext } from './service.ts';
import type { SettingRow } from './settings.ts';
import { VERSION } from './version.ts';

/** How often a service says that it is alive; whoever listens allows for two lost ones. */
const HEARTBEAT_MS = 10_000;

export interface StartOptions<Options> {
  readonly options: Options;
  /** Stays open: who made it closes it, after stop(). */
  readonly bus: Bus;
  readonly log: Logger;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly journals: JournalPlace;
  /** Of the process; one of its own if left out. */
  readonly metrics?: Registry;
  readonly heartbeatMs?: number;
  /** What it is told, for people who ask for it; nothing is answered when left out. */
  readonly settings?: () => readonly SettingRow[];
}

export interface RunningService {
  readonly name: string;
  readonly instance: string;
  /** Why it is not ready, one line each; empty when it is. */
  faults(): readonly string[];
  /** Closes what the service opened, last first, and says offline. Never rejects; a second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * Which one of its program the service is.
 * @throws ServiceError `options` when it cannot be a topic level.
 */
export const instanceOf = <Options>(service: Service<Options>, options: Options): string => {
  const instance = service.instance(options);
  if (isTopicLevel(instance)) return instance;
  const shown = printable(JSON.stringify(instance.slice(0, 80)));
  const allowed = 'letters, digits, "_", "." and "-" only, 64 at most';
  throw new ServiceError('options', `${shown} cannot name a ${service.name}: ${allowed}`);
};

/** @throws ServiceError `options` when its instance cannot be a topic level, and what `service.start` rejected with, after closing what it had opened. */
export const startService = async <Options>(
  service: Service<Options>,
  {
    options,
    bus,
    log,
    clock,
    random,
    journals,
    metrics = createMetrics({ process: false }),
    heartbeatMs,
    settings,
  }: StartOptions<Options>,
): Promise<RunningService> => {
  const { name } = service;
  const instance = instanceOf(service, options);
  const serviceLog = log.child({ service: name, instance });
  const shutdown = createShutdown(clock, serviceLog);
  const abort = new AbortController();
  const status = createServiceReport({
    name,
    instance,
    version: VERSION,
    bus,
    clock,
    count: createCount(metrics, name, instance),
    gauge: createGauges(metrics, name, instance),
    heartbeatMs: heartbeatMs ?? HEARTBEAT_MS,
  });
  shutdown.add('status', () => status.close());

  const stop = async (): Promise<void> => {
    abort.abort();
    await shutdown.close();
  };
  const context = {
    name,
    instance,
    bus,
    log: serviceLog,
    metrics,
    clock,
    random,
    journals,
    nonce: randomBytes(8).readBigUInt64LE(),
    signal: abort.signal,
    status,
    onStop: (what: string, close: () => void | Promise<void>) => shutdown.add(what, close),
  };
  try {
    if (settings !== undefined) await answerSettings(context, settings);
    await service.start(context, options);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name,
    instance,
    faults: () => status.faults(),
    stop,
  };
};

/** Two programs may have the same name: the question says which one is meant. */
const answerSettings = (
  { bus, clock, name, instance }: Pick<ServiceContext, 'bus' | 'clock' | 'name' | 'instance'>,
  settings: () => readonly SettingRow[],
): Promise<void> =>
  answerCommand(
    { bus, clock },
    {
      target: instance,
      verb: 'settings',
      answer: (given) =>
        given['service'] === name
          ? {
              ok: true,
              text: '',
              bytes: toBinary(SettingListSchema, create(SettingListSchema, { settings: [...settings()] })),
            }
          : undefined,
    },
  );
