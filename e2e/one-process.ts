/**
 * The gateway: everything in one process around its embedded broker, whose door on loopback is what watches the bus.
 *
 *   radios ── proxies ── gateway ── proxies ── TAK clients and a TAK server
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { watchBus } from './bus-watch.ts';
import { freePort } from './mosquitto.ts';
import { openClients, openRadios, openServer, radioPort, startHurtable, untilUp } from './parts.ts';
import type { Parts, World } from './parts.ts';
import { ROOT, TO_MESH } from './service-config.ts';

const COTBUS = join(ROOT, 'apps/gateway/bin/cotbus.mjs');
const GATEWAY = 'gateway';
const EGRESS = 'tak';
/** A picture that is told again is no repeat of rule 9: not in so short a run. */
const SYNC_SECONDS = 86_400;

export const startOneProcess = async (parts: Parts): Promise<World> => {
  const { names, topology, clients, servers, closing } = parts;
  const site = await openRadios(parts);
  const [door, listener, healthPort] = [await freePort(), await freePort(), await freePort()];
  const folder = join(parts.folder, GATEWAY);
  mkdirSync(folder);
  const file = join(folder, 'config.yaml');
  const server = { name: 'server', kind: 'tcp', host: '127.0.0.1', port: await openServer(parts, EGRESS) };
  const config = {
    radios: names.agents.map((name, index) => ({
      name,
      mesh: names.meshOfAgent[index],
      tcp: `127.0.0.1:${radioPort(parts, name)}`,
      toMesh: TO_MESH,
    })),
    tak: {
      name: EGRESS,
      listen: { port: listener },
      listenTls: { enabled: false },
      links: [server],
      syncIntervalSeconds: SYNC_SECONDS,
    },
    bus: { listen: { port: door } },
    console: { port: 0 },
    health: { port: healthPort },
    journals: { durable: topology.durable },
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config, undefined, 2));
  const watch = watchBus([{ port: door }]);
  closing.push(() => watch.close());
  const args = [COTBUS, 'up', '--config', file];
  await startHurtable(
    parts,
    { name: GATEWAY, file: process.execPath, args, folder, healthPort },
    { owners: [EGRESS, 'routes', ...names.agents], door },
  );
  await openClients(parts, EGRESS, listener);
  for (const name of parts.proxies.keys()) parts.brokerOf.set(name, GATEWAY);
  await watch.untilConnected();
  await untilUp(parts, 'TAK peers connected', () => [...clients, ...servers].every(({ connected }) => connected));
  return { watch, site };
};
