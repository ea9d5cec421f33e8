/**
 * The codec worker: a pure pipe between the bus and the codec. It keeps nothing, writes no outcome and sends exactly one
 * result per item and destination, so killing it costs no more than a repeat by the origin.
 */
import type { Service, ServiceContext } from '@cotbus/service';
import type { WorkerOptions } from './options.ts';
import { workerOptions } from './options.ts';
import { translateEvent, translateFrame } from './translate.ts';

const start = async ({ bus, log, status }: ServiceContext): Promise<void> => {
  const sent = (accepted: boolean, what: string): void => {
    status.count(accepted ? `${what}_total` : 'results_unsent_total');
    if (!accepted) log.debug({ what }, 'result.unsent');
  };
  await bus.subscribe('frameHeard', {}, (heard) => {
    if (heard !== undefined) sent(bus.publish('rxResult', translateFrame(heard)), 'frames_translated');
  });
  await bus.subscribe('eventHeard', {}, (heard) => {
    if (heard === undefined) return;
    for (const result of translateEvent(heard)) sent(bus.publish('txResult', result), 'events_translated');
  });
};

export const codecWorker: Service<WorkerOptions> = {
  name: 'codec-worker',
  section: 'worker',
  options: workerOptions,
  instance: (options) => options.name,
  start,
};
