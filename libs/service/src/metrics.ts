/** Prometheus metrics of a process; the services in it share one registry. */
import { collectDefaultMetrics, Counter, Registry } from 'prom-client';
import type { Count } from './subscriptions.ts';

const LABELS = ['service', 'instance'] as const;

/** A registry; with `process`, memory, CPU and event loop of this process are in it. */
export const createMetrics = (options: { readonly process: boolean }): Registry => {
  const registry = new Registry();
  if (options.process) collectDefaultMetrics({ register: registry });
  return registry;
};

/** Counts into `cotbus_<name>` with the labels service and instance. */
export const createCount = (registry: Registry, service: string, instance: string): Count => {
  const counters = new Map<string, Counter<(typeof LABELS)[number]>>();
  const counter = (name: string): Counter<(typeof LABELS)[number]> => {
    // Another service of this process may have made it: then it is the same counter with other labels.
    const known = registry.getSingleMetric(`cotbus_${name}`);
    if (known instanceof Counter) return known;
    const help = name.replaceAll('_', ' ');
    return new Counter({ name: `cotbus_${name}`, help, labelNames: LABELS, registers: [registry] });
  };
  return (name, by = 1) => {
    let known = counters.get(name);
    if (known === undefined) {
      known = counter(name);
      counters.set(name, known);
    }
    known.inc({ service, instance }, by);
  };
};
