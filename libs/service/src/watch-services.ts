import type { ServiceStatus } from '@cotbus/contracts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { createHeartbeats } from './heartbeats.ts';

export interface ServiceWatch {
  /** Instances with a heartbeat younger than 35 s, sorted. */
  alive(): readonly string[];
}

/** Follows the instances of one program, such as `codec-worker`. */
export const watchServices = async (bus: Bus, clock: Clock, name: string): Promise<ServiceWatch> => {
  const heartbeats = createHeartbeats<ServiceStatus>(clock);
  await bus.subscribe('serviceStatus', { name }, (status, { instance }) => heartbeats.hear(instance, status));
  return {
    alive: () =>
      heartbeats
        .fresh()
        .map(({ instance }) => instance)
        .toSorted(),
  };
};
