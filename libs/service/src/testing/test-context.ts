import { createCount, createGauges, createMetrics } from '../metrics.ts';
import { createServiceReport } from '../service-report.ts';
import type { ServiceContext } from '../service.ts';
import { createShutdown } from '../shutdown.ts';
import { fakeClock } from './fake-clock.ts';
import type { FakeClock } from './fake-clock.ts';
import { createMemoryBroker } from './memory-bus.ts';
import type { MemoryBroker } from './memory-bus.ts';
import { silentLog } from './silent-log.ts';
import { memoryJournals } from './memory-journals.ts';

export interface TestContextOptions {
  readonly name?: string;
  readonly instance?: string;
  /** To share with other participants; one of its own if left out. */
  readonly broker?: MemoryBroker;
  readonly clock?: FakeClock;
  /** 0.5 every time, if left out. */
  readonly random?: () => number;
}

export interface TestContext extends ServiceContext {
  readonly broker: MemoryBroker;
  readonly clock: FakeClock;
  faults(): readonly string[];
  /** Aborts the signal and closes what was registered, last first. */
  stop(): Promise<void>;
}

/** What a service is given, over a memory bus and a fake clock. */
export const testContext = (options: TestContextOptions = {}): TestContext => {
  const { name = 'service', instance = 'test', broker = createMemoryBroker(), clock = fakeClock() } = options;
  const bus = broker.connect();
  const log = silentLog();
  const metrics = createMetrics({ process: false });
  const count = createCount(metrics, name, instance);
  const gauge = createGauges(metrics, name, instance);
  const status = createServiceReport({
    name,
    instance,
    version: '0.0.0',
    bus,
    clock,
    count,
    gauge,
    heartbeatMs: 10_000,
  });
  const shutdown = createShutdown(clock, log);
  const abort = new AbortController();
  shutdown.add('status', () => status.close());
  return {
    name,
    instance,
    broker,
    bus,
    log,
    metrics,
    clock,
    random: options.random ?? (() => 0.5),
    nonce: 1n,
    journals: memoryJournals(),
    signal: abort.signal,
    status,
    onStop: (what, close) => shutdown.add(what, close),
    faults: () => status.faults(),
    stop: async () => {
      abort.abort();
      await shutdown.close();
    },
  };
};
