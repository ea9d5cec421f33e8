/**
 * Processes around one broker:
 *
 *   radio ── proxy ── agent ── proxy ──┐
 *                  worker ── proxy ── mosquitto ── (no proxy) ── what watches the bus
 *   TAK client ── proxy ── egress ── proxy ──┘
 */
import { join } from 'node:path';
import { watchBus } from './bus-watch.ts';
import { startMosquitto } from './mosquitto.ts';
import type { Broker } from './mosquitto.ts';
import { openClients, openNamed, openRadios, radioPort, startHurtable, untilUp } from './parts.ts';
import type { Parts, World } from './parts.ts';
import { agentPlan, commandOf, egressPlan, packagerPlan, workerPlan } from './service-config.ts';
import type { ServicePlan } from './service-config.ts';

const BROKER = 'mosquitto';

export const startOneSite = async (parts: Parts): Promise<World> => {
  const { processes, names, proxies, clients, closing, folder, brokers } = parts;
  const broker = await startMosquitto(processes, parts.mosquitto, folder);
  brokers.set(BROKER, broker);
  const watch = watchBus([broker]);
  closing.push(() => watch.close());
  await watch.untilConnected();

  for (const name of names.packagers) await startPlan(parts, packagerPlan(name), broker);
  for (const name of names.workers) await startPlan(parts, workerPlan(name, names.workers.length > 1), broker);
  watch.onTakPort((egress, port) => {
    for (const [name, proxy] of proxies) if (name.startsWith(`tak:${egress}:`)) proxy.setTarget(port);
  });
  for (const name of names.egresses) {
    await openClients(parts, name);
    await startPlan(parts, egressPlan(name), broker);
  }
  await untilUp(parts, 'egresses registered', () =>
    names.egresses.every((name) => watch.destinations().includes(name)),
  );
  await untilUp(parts, 'TAK clients connected', () => clients.every(({ connected }) => connected));

  const site = await openRadios(parts);
  for (const [index, name] of names.agents.entries()) {
    const mesh = names.meshOfAgent[index] ?? '';
    await startPlan(parts, agentPlan(name, mesh, radioPort(parts, name)), broker, mesh);
  }
  return { watch, site };
};

/** @param destination where it is a sink, when that is not itself. */
const startPlan = async (parts: Parts, plan: ServicePlan, { port }: Broker, destination = plan.name): Promise<void> => {
  const { name } = plan;
  const proxy = await openNamed(parts, `bus:${name}`, port, BROKER);
  const { durable } = parts.topology;
  await startHurtable(parts, commandOf(plan, join(parts.folder, name), { brokerPort: proxy.port, durable }), {
    destination,
  });
};
