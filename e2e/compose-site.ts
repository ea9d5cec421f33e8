/** The services of docker-compose.yml as processes: the same commands, settings, passwords and access list, without an engine. */
import { readFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startMosquitto } from './mosquitto.ts';
import type { Broker } from './mosquitto.ts';
import type { Processes, RunningProcess } from './process.ts';
import { untilReady } from './process.ts';
import { ROOT } from './service-config.ts';

const READY_MS = 20_000;
/** The command line of the image. */
const COTBUS = join(ROOT, 'apps/gateway/bin/cotbus.mjs');

interface ComposeService {
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly extends?: { readonly service: string };
}

export interface ComposeSite {
  readonly broker: Broker;
  /** By the name of the service; of those that are scaled, with a number behind it. */
  readonly services: ReadonlyMap<string, RunningProcess>;
  /** The password of a user of the broker. */
  password(user: string): string;
}

/**
 * Starts what `docker compose up` would with the profile.
 * @param folder where `cotbus init --compose` has written `site/`
 * @param workers of `--scale codec-worker`
 */
export const startComposeSite = async (
  processes: Processes,
  mosquitto: string,
  { folder, profile, workers }: { readonly folder: string; readonly profile: string; readonly workers: number },
): Promise<ComposeSite> => {
  const site = join(folder, 'site');
  const broker = await startMosquitto(processes, mosquitto, folder, (port) => brokerConfig(port, folder));
  const all = readServices([join(ROOT, 'docker-compose.yml'), join(site, 'compose.radios.yml')]);
  const services = new Map<string, RunningProcess>();
  for (const [name, service] of Object.entries(all)) {
    if (name === 'mosquitto' || service.profiles?.includes(profile) !== true) continue;
    const count = name === 'codec-worker' ? workers : 1;
    for (let number = 1; number <= count; number += 1) {
      const label = count === 1 ? name : `${name}-${number}`;
      const own = join(folder, label);
      mkdirSync(own, { recursive: true });
      const env = { ...environmentOf(all, service), ...replaced(name, label, broker.port) };
      const command = {
        name: label,
        file: process.execPath,
        args: [COTBUS, ...(service.command ?? [])].map((text) => hostPath(text, site, own)),
        folder: own,
        env: Object.fromEntries(Object.entries(env).map(([key, text]) => [key, hostPath(text, site, own)])),
      };
      services.set(label, processes.start(command));
    }
  }
  for (const running of services.values()) await untilReady(running, READY_MS);
  return {
    broker,
    services,
    password: (user) => readFileSync(join(site, 'secrets', user), 'utf8').trim(),
  };
};

const readServices = (files: readonly string[]): Readonly<Record<string, ComposeService>> =>
  Object.assign({}, ...files.map((file) => (parse(readFileSync(file, 'utf8'), { merge: true }) as Site).services));

interface Site {
  readonly services: Readonly<Record<string, ComposeService>>;
}

/** With what it extends, and `${NAME:-default}` as its default. */
const environmentOf = (
  all: Readonly<Record<string, ComposeService>>,
  service: ComposeService,
): Readonly<Record<string, string>> => {
  const base = service.extends === undefined ? {} : all[service.extends.service]?.environment;
  const given = Object.entries({ ...base, ...service.environment });
  return Object.fromEntries(
    given.map(([key, value]) => [key, String(value).replaceAll(/\$\{\w+:-([^}]*)\}/g, (_, preset: string) => preset)]),
  );
};

/** What containers have for themselves and processes of one machine share: addresses, ports, and the host's name. */
const replaced = (service: string, label: string, brokerPort: number): Readonly<Record<string, string>> => ({
  COTBUS_BUS_URL: `mqtt://127.0.0.1:${brokerPort}`,
  COTBUS_HEALTH_HOST: '127.0.0.1',
  COTBUS_HEALTH_PORT: '0',
  ...(service === 'codec-worker' && { COTBUS_WORKER_NAME: label }),
  ...(service === 'tak-egress' && { COTBUS_TAK_LISTEN_HOST: '127.0.0.1', COTBUS_TAK_LISTEN_PORT: '0' }),
  ...(service === 'console' && { COTBUS_CONSOLE_HOST: '127.0.0.1', COTBUS_CONSOLE_PORT: '0' }),
});

/** Where the mounts of the containers lie here. */
const hostPath = (text: string, site: string, own: string): string =>
  text
    .replace('/etc/cotbus', join(site, 'config'))
    .replace('/run/secrets', join(site, 'secrets'))
    .replace('/var/lib/cotbus', own);

const brokerConfig = (port: number, folder: string): string =>
  readFileSync(join(ROOT, 'deploy/mosquitto.conf'), 'utf8')
    .replace('listener 1883', `listener ${port} 127.0.0.1`)
    .replaceAll('/mosquitto/site', join(folder, 'site/mosquitto'))
    .replaceAll('/mosquitto/data', folder)
    .concat(process.getuid?.() === 0 ? '\nuser root\n' : '');
