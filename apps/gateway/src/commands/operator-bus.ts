/** A person's hand on the bus: how the commands that watch and ask reach the broker. */
import { randomBytes } from 'node:crypto';
import { DEFAULT_ROOT } from '@cotbus/contracts';
import { createLog, createMqttBus, readSecretFile, streamOpener, systemClock } from '@cotbus/service';
import type { Bus, BusWill } from '@cotbus/service';
import { START } from '../own-package.ts';

/** A broker answers at once. */
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * Connects, and goes on trying; after three seconds without a connection it says so on standard error.
 * @param url as the person named it; undefined takes the environment's
 * @param name of the command, for the broker's log
 * @param will what the broker says when the connection is cut
 */
export const openOperatorBus = (url: string | undefined, name: string, env = process.env, will?: BusWill): Bus => {
  const address = busAddress(url, env);
  const username = env['COTBUS_BUS_USERNAME'];
  const password = passwordOf(env);
  const ca = env['COTBUS_BUS_CA'];
  const bus = createMqttBus({
    root: env['COTBUS_BUS_ROOT'] || DEFAULT_ROOT,
    clientId: `${name}-${randomBytes(4).toString('hex')}`,
    openStream: streamOpener(address, ca ? { file: ca, option: 'COTBUS_BUS_CA' } : undefined),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(will && { will }),
    clock: systemClock,
    random: Math.random,
    log: createLog({ level: 'error', terminal: process.stderr.isTTY, name }),
  });
  const cancel = systemClock.after(CONNECT_TIMEOUT_MS, () => {
    console.error(`Waiting for a broker at ${address}. Is Cotbus running (${START})?`);
  });
  bus.onConnection((now) => now && cancel());
  return bus;
};

/** Where the broker is looked for. */
export const busAddress = (url: string | undefined, env = process.env): string =>
  url ?? (env['COTBUS_BUS_URL'] || 'mqtt://127.0.0.1:1883');

const passwordOf = (env: NodeJS.ProcessEnv): string | undefined => {
  const file = env['COTBUS_BUS_PASSWORD_FILE'];
  return env['COTBUS_BUS_PASSWORD'] ?? (file && readSecretFile(file)?.trimEnd());
};

/** Resolves with the connection. */
export const connectedOnce = (bus: Bus): Promise<void> =>
  new Promise((resolve) => {
    if (bus.connected) resolve();
    bus.onConnection((now) => now && resolve());
  });

/** @returns whether there is a connection within this time. */
export const connectedWithin = (bus: Bus, ms: number): Promise<boolean> =>
  new Promise((resolve) => {
    void connectedOnce(bus).then(() => resolve(true));
    systemClock.after(ms, () => resolve(bus.connected));
  });
