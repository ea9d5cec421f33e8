import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_ROOT } from '@cotbus/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { systemClock } from './clock.ts';
import { createMqttBus } from './mqtt-bus.ts';
import type { ProcessEvent, ProcessHost } from './process-host.ts';
import { runService } from './run-service.ts';
import { ServiceError } from './service.ts';
import type { Service, ServiceContext } from './service.ts';
import { tcpBroker } from './testing/brokers.ts';
import { silentLog } from './testing/silent-log.ts';

const options = z.strictObject({ name: z.string().default('main'), port: z.int().default(8087) });
type Options = z.output<typeof options>;

const serviceWith = (start: (context: ServiceContext, given: Options) => void | Promise<void>): Service<Options> => ({
  name: 'tak-egress',
  section: 'tak',
  options,
  instance: ({ name }) => name,
  start: async (context, given) => start(context, given),
});

const until = async (check: () => void): Promise<void> => vi.waitFor(check, { interval: 2, timeout: 20_000 });

/** A process that only remembers what was done to it. */
const fakeProcess = (args: readonly string[], env: Readonly<Record<string, string>>) => {
  const listeners = new Map<ProcessEvent, (reason: unknown) => void>();
  const exits: number[] = [];
  const lines: Record<string, unknown>[] = [];
  const errors: string[] = [];
  const host: ProcessHost = {
    args,
    env,
    terminal: false,
    writeLog: (text) => lines.push(JSON.parse(text) as Record<string, unknown>),
    writeError: (text) => errors.push(text),
    on: (event, listener) => listeners.set(event, listener),
    exit: (status) => exits.push(status),
  };
  const raise = (event: ProcessEvent, reason: unknown = event): void => listeners.get(event)?.(reason);
  return { host, exits, lines, errors, raise };
};

describe('a process with one service', () => {
  const broker = tcpBroker();
  let folder = '';
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cotbus-run-'));
    await broker.start();
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await broker.stop();
  });

  const configured = (text = '', env: Readonly<Record<string, string>> = {}) => {
    const file = join(folder, 'c.yaml');
    writeFileSync(file, `bus: {url: 'mqtt://127.0.0.1:${broker.port()}'}\n${text}`);
    return { file, ...fakeProcess(['--config', file], env) };
  };

  /** What somebody else on the bus sees of the service. */
  const watch = async () => {
    const bus = createMqttBus({
      root: DEFAULT_ROOT,
      clientId: 'watcher',
      openStream: () => broker.openStream(),
      clock: systemClock,
      random: Math.random,
      log: silentLog(),
    });
    const online: (boolean | undefined)[] = [];
    await bus.subscribe('serviceStatus', { name: 'tak-egress', instance: 'site' }, (status) => {
      online.push(status?.online);
    });
    await until(() => expect(bus.connected).toBe(true));
    return { bus, online };
  };

  it('runs with the options of its section until a signal, and says offline', async () => {
    const { host, exits, lines, raise } = configured('tak: {port: 1, name: site}\n', {
      COTBUS_TAK_PORT: '2',
    });
    const { bus, online } = await watch();
    const given: Options[] = [];
    const closed = vi.fn<() => void>();
    await runService(
      serviceWith((context, own) => {
        given.push(own);
        context.onStop('link', closed);
      }),
      host,
    );
    expect(given).toEqual([{ name: 'site', port: 2 }]);
    await until(() => expect(online.at(-1)).toBe(true));
    raise('SIGTERM');
    await until(() => expect(exits).toEqual([0]));
    await until(() => expect(online.at(-1)).toBe(false));
    expect(closed.mock.calls).toHaveLength(1);
    expect(lines.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['service.started', 'bus.connected', 'stop.requested', 'service.stopped']),
    );
    await bus.close();
  });

  it('exits at once on a second signal', async () => {
    const { host, exits, raise } = configured();
    await runService(
      serviceWith((context) => context.onStop('hanging', async () => new Promise(() => {}))),
      host,
    );
    raise('SIGINT');
    raise('SIGINT');
    expect(exits).toEqual([130]);
  });

  it('stops in order after a fault that nobody handled, and exits with 1', async () => {
    const { host, exits, lines, raise } = configured();
    const closed = vi.fn<() => void>();
    await runService(
      serviceWith((context) => context.onStop('link', closed)),
      host,
    );
    raise('unhandledRejection', new TypeError('a mistake'));
    await until(() => expect(exits).toEqual([1]));
    expect(closed.mock.calls).toHaveLength(1);
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 60,
        msg: 'process.failed',
        err: expect.objectContaining({ message: 'a mistake' }) as unknown,
      }),
    );
  });

  it('serves health: alive while it starts, ready when it has started and the bus is there', async () => {
    const { host, lines, exits, raise } = configured('health: {port: 0}\n');
    let go = (): void => {};
    const started = runService(
      serviceWith(
        async () =>
          new Promise((resolve) => {
            go = resolve;
          }),
      ),
      host,
    );
    await until(() => expect(lines.map(({ msg }) => msg)).toContain('health.opened'));
    const url = `http://127.0.0.1:${String(lines.find(({ msg }) => msg === 'health.opened')?.['port'])}`;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const starting = await fetch(`${url}/readyz`);
    expect([starting.status, await starting.text()]).toEqual([503, 'service: starting\n']);
    go();
    await started;
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), {
      interval: 5,
      timeout: 20_000,
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_resident_memory_bytes');
    raise('SIGTERM');
    await until(() => expect(exits).toEqual([0]));
  });

  it('says all that is wrong with the options, and exits with 2', async () => {
    const { file, host, exits, errors } = configured('tak: {port: many}\nlgo: {}\n');
    await runService(
      serviceWith(() => {}),
      host,
    );
    expect(errors.join('')).toBe(
      `tak-egress cannot start: \n  ${file}:3:1: lgo: there is no such option\n` +
        `  ${file}:2:13: tak.port: Invalid input: expected number, received string\n`,
    );
    expect(exits).toEqual([2]);
  });

  it.each([
    { args: ['--config', '/does/not/exist.yaml'], env: {}, said: 'cannot read /does/not/exist.yaml: ENOENT' },
    { args: ['--colour'], env: {}, said: "Unknown option '--colour'" },
    { args: [], env: { COTBUS_BUS_URL: 'http://broker' }, said: 'mqtt://host:port' },
    { args: [], env: { COTBUS_TAK_NAME: 'a/b' }, said: '"a/b" cannot name a tak-egress' },
  ])('says that it cannot start: $said', async ({ args, env, said }) => {
    const { host, exits, errors } = fakeProcess(args, env);
    await runService(
      serviceWith(() => {}),
      host,
    );
    expect([errors.join('').includes(said), exits]).toEqual([true, [2]]);
  });

  it('says why the service cannot start, in its words', async () => {
    const { host, exits, errors } = configured();
    await runService(
      serviceWith(() => {
        throw new ServiceError('port_taken', 'port 8087 is taken: set tak.port to another one');
      }),
      host,
    );
    expect([errors, exits]).toEqual([
      ['tak-egress cannot start: port 8087 is taken: set tak.port to another one\n'],
      [2],
    ]);
  });

  it('leaves a programming mistake to the process', async () => {
    const { host, exits } = configured();
    const running = runService(
      serviceWith(() => {
        throw new TypeError('a mistake');
      }),
      host,
    );
    await expect(running).rejects.toThrow('a mistake');
    expect(exits).toEqual([]);
  });

  it('takes its part of a file and an environment that all services share', async () => {
    const { host, exits, raise } = configured('tak: {port: 1, name: site}\nradio: {tcp: x}\nworker: {shared: true}\n', {
      COTBUS_RADIO_TCP: 'y',
      COTBUS_TAK_PORT: '7',
    });
    let given: unknown;
    await runService(
      serviceWith((_, options) => {
        given = options;
      }),
      host,
    );
    expect(given).toEqual({ name: 'site', port: 7 });
    raise('SIGTERM');
    await until(() => expect(exits).toEqual([0]));
  });
});
