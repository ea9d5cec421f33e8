/**
 * Two sites and a central place from the files of the deployment, each with a broker, users and an access list of its own:
 *
 *   hill:  radios, agents, worker, egress ── proxies ── broker ── proxy ──┐ bridges over TLS
 *   coast: radio, agent, worker ──────────── proxies ── broker ── proxy ──┤
 *   central: egress, worker, packager ────── proxies ── broker ───────────┘
 *
 * What watches the bus does so at all three brokers.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { watchBus } from './bus-watch.ts';
import type { BusWatch, WatchedBroker } from './bus-watch.ts';
import { composeServices, startComposeBroker } from './compose-site.ts';
import { freePort } from './mosquitto.ts';
import { openClients, openNamed, openRadios, openServer, radioPort, startHurtable, untilUp } from './parts.ts';
import type { Parts, World } from './parts.ts';
import { ROOT, TO_MESH } from './service-config.ts';
import { HarnessError } from './wait.ts';

const COTBUS = join(ROOT, 'apps/gateway/bin/cotbus.mjs');
/** A picture that is told again is no repeat of rule 9: not in so short a run. */
const SYNC_SECONDS = 86_400;

interface Place {
  readonly name: string;
  readonly folder: string;
  readonly watched: WatchedBroker;
  readonly brokerName: string;
}

export const startTwoSites = async (parts: Parts): Promise<World> => {
  const { names, clients, servers, closing } = parts;
  const site = await openRadios(parts);
  const listeners = new Map<string, number>();
  const servings = new Map<string, number>();
  for (const egress of names.egresses) {
    listeners.set(egress, await freePort());
    servings.set(egress, await openServer(parts, egress));
  }
  const central = init(parts, 'central', ['--central', ...names.bridged, '--host', '127.0.0.1']);
  const centralBroker = await startBroker(parts, 'central', central);
  const places = [centralBroker.place];
  for (const name of names.bridged) {
    const radios = names.agents.filter((agent) => agent.startsWith(`${name}-`));
    const joinFile = join(central, 'site/sites', `${name}.yaml`);
    const hasTak = names.egresses.includes(`tak-${name}`);
    const folder = init(parts, name, [
      '--join',
      joinFile,
      '--mesh',
      'shared',
      ...(hasTak ? ['--local-tak'] : []),
      '--radio',
      ...radios.map((agent) => `${agent.slice(name.length + 1)}=127.0.0.1:${radioPort(parts, agent)}`),
    ]);
    for (const agent of radios) tuneRadio(parts, folder, agent);
    const bridge = await openNamed(parts, `bridge:${name}`, centralBroker.doorPort, 'central-broker');
    places.push((await startBroker(parts, name, folder, bridge.port)).place);
  }
  const watch = watchBus(places.map(({ watched }) => watched));
  closing.push(() => watch.close());
  await watch.untilConnected();

  for (const place of places) await startServices(parts, place, listeners, servings);
  for (const [egress, port] of listeners) await openClients(parts, egress, port);
  await untilUp(parts, 'egresses known everywhere', () => areKnown(watch, places, names.egresses));
  await untilUp(parts, 'TAK peers connected', () => [...clients, ...servers].every(({ connected }) => connected));
  return { watch, site };
};

const areKnown = (watch: BusWatch, places: readonly Place[], egresses: readonly string[]): boolean =>
  places.every(({ watched }) => egresses.every((name) => watch.destinations(watched.port).includes(name)));

/** @returns the folder with what `cotbus init` wrote. */
const init = ({ folder, topology }: Parts, place: string, args: readonly string[]): string => {
  const own = join(folder, place);
  mkdirSync(own);
  const { status, stderr } = spawnSync(process.execPath, [COTBUS, 'init', '--compose', ...args], { cwd: own });
  if (status !== 0) throw new HarnessError('cannot_start', `cotbus init for ${place}: ${stderr.toString()}`);
  ownAll(own);
  if (topology.durable) patch(join(own, 'site/config/cotbus.yaml'), (config) => ({ ...config, journals: DURABLE }));
  return own;
};

/** As root, init gives the files to whom containers run as; in a namespace of its own nobody could read them here. */
const ownAll = (folder: string): void => {
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(folder, entry), process.getuid?.() ?? 0, process.getgid?.() ?? 0);
  }
};

const DURABLE = { durable: true };

type Config = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const patch = (file: string, change: (config: Config) => Config): void =>
  writeFileSync(file, stringify(change(parse(readFileSync(file, 'utf8')) as Config)));

const tuneRadio = ({ names, topology }: Parts, folder: string, agent: string): void =>
  patch(join(folder, 'site/config', `radio-${agent}.yaml`), (config) => ({
    ...config,
    ...(topology.durable && { journals: DURABLE }),
    radio: { ...config['radio'], mesh: names.meshOfAgent[names.agents.indexOf(agent)] ?? '', toMesh: TO_MESH },
  }));

const startBroker = async (parts: Parts, name: string, folder: string, centralPort = 0) => {
  const brokerName = `${name}-broker`;
  const { broker, doorPort, password } = await startComposeBroker(
    parts.processes,
    parts.mosquitto,
    { folder, centralPort },
    brokerName,
  );
  parts.brokers.set(brokerName, broker);
  const watched = { port: broker.port, user: { username: 'operator', password: password('operator') } };
  return { doorPort, place: { name, folder, watched, brokerName } };
};

const startServices = async (
  parts: Parts,
  { name: place, folder, watched, brokerName }: Place,
  listeners: ReadonlyMap<string, number>,
  servings: ReadonlyMap<string, number>,
): Promise<void> => {
  const { names } = parts;
  const egress = place === 'central' ? 'tak' : `tak-${place}`;
  const server = { name: 'server', kind: 'tcp', host: '127.0.0.1', port: servings.get(egress) };
  if (listeners.has(egress)) {
    patch(join(folder, 'site/config/cotbus.yaml'), (config) => ({
      ...config,
      tak: { ...config['tak'], syncIntervalSeconds: SYNC_SECONDS, listenTls: { enabled: false }, links: [server] },
    }));
  }
  for (const { label, command } of composeServices({ folder, workers: 1 })) {
    const name = nameOf(label, place);
    // A page for people: it only reads.
    if (name === 'console') continue;
    const proxy = await openNamed(parts, `bus:${name}`, watched.port, brokerName);
    const plain = command(proxy.port);
    const listen = { COTBUS_TAK_LISTEN_PORT: String(listeners.get(name) ?? 0) };
    const own = { ...plain, name, env: { ...plain.env, ...(name === egress && listen) } };
    const agent = names.agents.indexOf(name);
    await startHurtable(parts, own, { destination: names.meshOfAgent[agent] ?? name });
  }
};

/** The name on the bus, where it has one. */
const nameOf = (label: string, place: string): string => {
  const service = label.replace(/-\d+$/, '');
  switch (service) {
    case 'codec-worker':
      return `${place}-worker`;
    case 'tak-egress':
      return place === 'central' ? 'tak' : `tak-${place}`;
    case 'route-packager':
      return 'routes';
    default:
      return service.replace(/^radio-/, '');
  }
};
