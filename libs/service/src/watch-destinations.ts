import { isTopicLevel } from '@cotbus/contracts';
import type { Kind, ServiceStatus } from '@cotbus/contracts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { createHeartbeats } from './heartbeats.ts';

export interface DestinationWatch {
  /**
   * Sorted names of the destinations with a heartbeat younger than 35 s.
   * Without a kind, those that take every kind: whom a frame is meant for before anybody decoded it.
   * With one, also those that asked for it.
   */
  names(kind?: Kind): string[];
}

/** Follows who registered as a destination for frames heard. */
export const watchDestinations = async (bus: Bus, clock: Clock): Promise<DestinationWatch> => {
  const heartbeats = createHeartbeats<ServiceStatus>(clock);
  await bus.subscribe('serviceStatus', {}, (status, { name, instance }) => {
    heartbeats.hear(`${name}/${instance}`, status);
  });
  return {
    names: (kind) => {
      const destinations = heartbeats.fresh().flatMap(({ destination }) => destination ?? []);
      const wanted = destinations.filter(
        ({ name, kinds }) => isTopicLevel(name) && (kinds.length === 0 || (kind !== undefined && kinds.includes(kind))),
      );
      return [...new Set(wanted.map(({ name }) => name))].toSorted();
    },
  };
};
