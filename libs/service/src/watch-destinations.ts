import { isTopicLevel } from '@cotbus/contracts';
import type { ServiceStatus } from '@cotbus/contracts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { createHeartbeats } from './heartbeats.ts';
import type { KnownDestination } from './known-destinations.ts';

/** A site has a few; a bus full of strangers must not fill the memory. */
const MAX_REGISTERED = 1024;

export interface DestinationWatch {
  /**
   * Sorted names of the registered destinations, away or not, that take frames of this port: what is heard is meant for
   * them. Which kind a frame is of nobody knows before it is translated.
   */
  names(port: number): string[];
  /** Those with a heartbeat younger than 35 s, sorted by name. */
  alive(): readonly KnownDestination[];
}

/**
 * Follows who registered as a destination for frames heard.
 * @param before destinations that an earlier start knew.
 */
export const watchDestinations = async (
  bus: Bus,
  clock: Clock,
  before: readonly KnownDestination[] = [],
): Promise<DestinationWatch> => {
  const heartbeats = createHeartbeats<ServiceStatus>(clock);
  const registered = new Map<string, NonNullable<ServiceStatus['destination']>>();
  await bus.subscribe('serviceStatus', {}, (status, { name, instance }) => {
    const sender = `${name}/${instance}`;
    if (status === undefined) registered.delete(sender);
    else if (status.destination !== undefined && registered.size < MAX_REGISTERED) {
      registered.set(sender, status.destination);
    }
    // A service that starts says what it is before it takes anything: meanwhile it stays what it was.
    const destination = registered.get(sender);
    heartbeats.hear(sender, status && { ...status, ...(destination && { destination }) });
  });
  const destinationsIn = (statuses: readonly ServiceStatus[]): KnownDestination[] =>
    statuses.flatMap(({ destination }) =>
      destination !== undefined && isTopicLevel(destination.name)
        ? [{ name: destination.name, ports: destination.ports }]
        : [],
    );
  return {
    names: (port) => {
      const all = new Map([...before, ...destinationsIn(heartbeats.known())].map((each) => [each.name, each.ports]));
      const wanting = [...all].filter(([, ports]) => ports.length === 0 || ports.includes(port));
      return wanting.map(([name]) => name).toSorted();
    },
    alive: () => {
      const all = new Map(destinationsIn(heartbeats.fresh()).map((each) => [each.name, each]));
      return [...all.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
};
