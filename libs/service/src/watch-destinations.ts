import { isTopicLevel } from '@cotbus/contracts';
import type { Destination, Kind, ServiceStatus } from '@cotbus/contracts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { createHeartbeats } from './heartbeats.ts';

/** A site has a few; a bus full of strangers must not fill the memory. */
const MAX_REGISTERED = 1024;

export interface DestinationWatch {
  /**
   * Sorted names of the registered destinations, away or not: what is heard is meant for them.
   * Without a kind, those that take every kind: whom a frame is meant for before anybody decoded it.
   * With one, also those that asked for it.
   */
  names(kind?: Kind): string[];
  /** Those with a heartbeat younger than 35 s. */
  alive(): string[];
}

/**
 * Follows who registered as a destination for frames heard.
 * @param before names that an earlier start knew.
 */
export const watchDestinations = async (
  bus: Bus,
  clock: Clock,
  before: readonly string[] = [],
): Promise<DestinationWatch> => {
  const heartbeats = createHeartbeats<ServiceStatus>(clock);
  const registered = new Map<string, Destination>();
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
  const namesIn = (statuses: readonly ServiceStatus[], kind?: Kind): string[] => {
    const destinations = statuses.flatMap(({ destination }) => destination ?? []);
    const wanted = destinations.filter(
      ({ name, kinds }) => isTopicLevel(name) && (kinds.length === 0 || (kind !== undefined && kinds.includes(kind))),
    );
    return [...new Set(wanted.map(({ name }) => name))].toSorted();
  };
  return {
    names: (kind) => [...new Set([...before, ...namesIn(heartbeats.known(), kind)])].toSorted(),
    alive: () => namesIn(heartbeats.fresh()),
  };
};
