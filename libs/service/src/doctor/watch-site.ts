/** Looks at a running site over the bus: retained statuses, and heartbeats of those whose status may be of yesterday. */
import type { Bus } from '../bus.ts';
import type { Clock } from '../clock.ts';
import type { Seen, Site } from './site.ts';

/** Retained statuses come at once. */
const FIRST_LOOK_MS = 1_500;
/** A heartbeat comes every ten seconds. */
const HEARTBEAT_WAIT_MS = 12_000;
const LOOK_EVERY_MS = 250;
/** A status of this age, or from so far ahead, is of a machine with another clock, or of somebody who is dead. */
const FRESH_MS = 15_000;
const AHEAD_MS = 2_000;
/** Far above any installation. */
const MAX_STATUSES = 1024;

interface Status {
  readonly online: boolean;
  readonly atMs: number;
}

/** @returns within two seconds, or within fourteen when somebody's heartbeat has to be waited for. */
export const watchSite = async (bus: Bus, clock: Clock): Promise<Site> => {
  const agents = createSightings<Site['agents'][number]['status']>(clock);
  const services = createSightings<Site['services'][number]['status']>(clock);
  await bus.subscribe('agentStatus', {}, (status, { agent }) => agents.see(agent, status));
  await bus.subscribe('serviceStatus', {}, (status, { name, instance }) => services.see(`${name}/${instance}`, status));
  await pause(clock, FIRST_LOOK_MS);
  const endMs = clock.monotonic() + HEARTBEAT_WAIT_MS;
  while (clock.monotonic() < endMs && (agents.hasDoubtful() || services.hasDoubtful())) {
    await pause(clock, LOOK_EVERY_MS);
  }
  return { agents: agents.all(), services: services.all() };
};

const pause = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

interface Sighting<S> {
  readonly status: S;
  readonly isFresh: boolean;
  readonly clockAheadMs: number | undefined;
}

const createSightings = <S extends Status>(clock: Clock) => {
  const seen = new Map<string, Sighting<S>>();
  const sighting = (status: S, before: Sighting<S> | undefined): Sighting<S> => {
    const aheadMs = status.atMs - clock.now();
    // A second heartbeat was sent while we watched: its author is alive, whatever its clock says.
    if (before !== undefined && before.status.atMs !== status.atMs) {
      return { status, isFresh: true, clockAheadMs: aheadMs };
    }
    return { status, isFresh: aheadMs > -FRESH_MS && aheadMs < AHEAD_MS, clockAheadMs: undefined };
  };
  return {
    see: (key: string, status: S | undefined): void => {
      if (status === undefined) seen.delete(key);
      else if (seen.has(key) || seen.size < MAX_STATUSES) seen.set(key, sighting(status, seen.get(key)));
    },
    /** Somebody says that it is online, and may have said so long ago. */
    hasDoubtful: (): boolean => [...seen.values()].some(({ status, isFresh }) => status.online && !isFresh),
    all: (): readonly Seen<S>[] =>
      [...seen.values()].map(({ status, isFresh, clockAheadMs }) => ({
        status,
        isAlive: status.online && isFresh,
        clockAheadMs,
      })),
  };
};
