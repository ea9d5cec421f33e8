/** The services of docker-compose.yml as processes: the same commands, settings, passwords and access list, without an engine. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { freePort, startMosquitto } from './mosquitto.ts';
import type { Broker } from './mosquitto.ts';
import type { Command, Processes, RunningProcess } from './process.ts';
import { untilReady } from './process.ts';
import { ROOT } from './service-config.ts';

/** All start at once. */
const READY_MS = 60_000;
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
  /** Port of the broker's door for other sites, where it has one. */
  readonly doorPort: number;
  /** By the name of the service; of those that are scaled, with a number behind it. */
  readonly services: ReadonlyMap<string, RunningProcess>;
  /** The password of a user of the broker. */
  password(user: string): string;
}

export interface ComposePlace {
  /** Where `cotbus init --compose` has written `site/` and `.env`. */
  readonly folder: string;
  /** As of `--scale codec-worker`. */
  readonly workers: number;
  /** Where the bridge of a site finds the central broker. */
  readonly centralPort?: number;
}

/** Starts what `docker compose up` would. */
export const startComposeSite = async (
  processes: Processes,
  mosquitto: string,
  place: ComposePlace,
): Promise<ComposeSite> => {
  const { broker, doorPort, password } = await startComposeBroker(processes, mosquitto, place);
  const services = new Map<string, RunningProcess>();
  for (const { label, command } of composeServices(place)) {
    services.set(label, processes.start(command(broker.port)));
  }
  for (const running of services.values()) await untilReady(running, READY_MS);
  return { broker, doorPort, services, password };
};

/** Its broker alone. @param name of the process */
export const startComposeBroker = async (
  processes: Processes,
  mosquitto: string,
  { folder, centralPort = 0 }: Omit<ComposePlace, 'workers'>,
  name?: string,
): Promise<Pick<ComposeSite, 'broker' | 'doorPort' | 'password'>> => {
  const doorPort = await freePort();
  writeBrokerParts(folder, { doorPort, centralPort });
  const broker = await startMosquitto(processes, mosquitto, folder, (port) => brokerConfig(port, folder), name);
  const password = (user: string): string => readFileSync(join(folder, 'site/secrets', user), 'utf8').trim();
  return { broker, doorPort, password };
};

interface ComposedService {
  /** Of the service in the file, with a number behind it. */
  readonly label: string;
  /** What it runs, with the broker at this port. */
  readonly command: (brokerPort: number) => Command;
}

/** The services of the profiles that run at a place. */
export const composeServices = ({ folder, workers }: Pick<ComposePlace, 'folder' | 'workers'>): ComposedService[] => {
  const site = join(folder, 'site');
  const all = readServices([join(ROOT, 'docker-compose.yml'), join(site, 'compose.site.yml')]);
  const profiles =
    readFileSync(join(folder, '.env'), 'utf8')
      .match(/^COMPOSE_PROFILES=(.*)$/m)?.[1]
      ?.split(',') ?? [];
  return Object.entries(all).flatMap(([name, service]) => {
    if (name === 'mosquitto' || !profiles.some((profile) => service.profiles?.includes(profile))) return [];
    return Array.from({ length: name === 'codec-worker' ? workers : 1 }, (_, index): ComposedService => {
      const label = `${name}-${index + 1}`;
      const start = { name, label, own: join(folder, label), site };
      return {
        label,
        command: (brokerPort) => commandOf(service, environmentOf(all, service), { ...start, brokerPort }),
      };
    });
  });
};

interface Start {
  readonly name: string;
  readonly label: string;
  /** Folder of the process. */
  readonly own: string;
  readonly site: string;
  readonly brokerPort: number;
}

const commandOf = (
  service: ComposeService,
  environment: Readonly<Record<string, string>>,
  { name, label, own, site, brokerPort }: Start,
): Command => {
  mkdirSync(join(own, 'data'), { recursive: true });
  const env = { ...environment, ...replaced(name, own, brokerPort) };
  return {
    name: label,
    file: process.execPath,
    args: [COTBUS, ...(service.command ?? [])].map((text) => hostPath(text, site, own)),
    folder: own,
    env: Object.fromEntries(Object.entries(env).map(([key, text]) => [key, hostPath(text, site, own)])),
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
const replaced = (service: string, own: string, brokerPort: number): Readonly<Record<string, string>> => ({
  COTBUS_BUS_URL: `mqtt://127.0.0.1:${brokerPort}`,
  COTBUS_HEALTH_HOST: '127.0.0.1',
  COTBUS_HEALTH_PORT: '0',
  // The simulated channel has the key that everybody knows.
  ...(service.startsWith('radio-') && { COTBUS_RADIO_TO_MESH_FORCE: 'true' }),
  ...(service === 'codec-worker' && { COTBUS_WORKER_NAME: basename(own) + basename(dirname(own)).slice(-6) }),
  ...(service === 'tak-egress' && { COTBUS_TAK_LISTEN_HOST: '127.0.0.1', COTBUS_TAK_LISTEN_PORT: '0' }),
  ...(service === 'console' && { COTBUS_CONSOLE_HOST: '127.0.0.1', COTBUS_CONSOLE_PORT: '0' }),
});

/** Where the mounts of the containers lie here. */
const hostPath = (text: string, site: string, own: string): string =>
  text
    .replace('/etc/cotbus', join(site, 'config'))
    .replace('/run/secrets', join(site, 'secrets'))
    .replace('/var/lib/cotbus', join(own, 'data'));

const brokerConfig = (port: number, folder: string): string =>
  readFileSync(join(ROOT, 'deploy/mosquitto.conf'), 'utf8')
    .replace('listener 1883', `listener ${port} 127.0.0.1`)
    .replace('/mosquitto/site/conf.d', join(folder, 'conf.d'))
    .replaceAll('/mosquitto/site', join(folder, 'site/mosquitto'))
    .replaceAll('/mosquitto/data', folder)
    .concat(process.getuid?.() === 0 ? '\nuser root\n' : '');

/** What init wrote for the broker, with the ports and paths of this machine. */
const writeBrokerParts = (folder: string, ports: { readonly doorPort: number; readonly centralPort: number }): void => {
  const text = readFileSync(join(folder, 'site/mosquitto/conf.d/site.conf'), 'utf8')
    .replace('listener 8883', `listener ${ports.doorPort} 127.0.0.1`)
    .replace(/^address (.*):8883$/m, `address $1:${ports.centralPort}`)
    .replaceAll('/mosquitto/site', join(folder, 'site/mosquitto'));
  mkdirSync(join(folder, 'conf.d'), { recursive: true });
  writeFileSync(join(folder, 'conf.d/site.conf'), text);
};
