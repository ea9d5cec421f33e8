/** Prometheus metrics of a process; the services in it share one registry. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
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

const PLAIN = { labels: LABELS };
const OF_LINK = { labels: [...LABELS, 'link'] as const };

/** What is so now, with the help text that a scrape gives. */
const GAUGES = {
  service_ready: { ...PLAIN, help: '1 when the service does all that it is for, 0 when it has a fault' },
  service_alarms: { ...PLAIN, help: 'Things that a person should look at' },
  service_info: { labels: [...LABELS, 'version'] as const, help: 'Always 1; the label says which version runs' },
  link_open: { ...OF_LINK, help: '1 while a radio, a TAK link, listener or client is connected' },
  link_clients: { ...OF_LINK, help: 'TAK clients that are connected to a listener' },
  link_waiting: { ...OF_LINK, help: 'Events that wait for a link' },
  radio_nodes: { ...PLAIN, help: 'Nodes of the mesh that the agent knows' },
  radio_waiting: { ...PLAIN, help: 'Packets that wait for the air' },
  radio_heard_age_seconds: { ...PLAIN, help: 'Since another node was heard; absent when none was' },
  radio_channel_utilization_percent: { ...PLAIN, help: 'How busy the channel is, as the radio says' },
  radio_air_spent_seconds: { ...PLAIN, help: 'Airtime of this radio in the last hour' },
  radio_air_limit_seconds: { ...PLAIN, help: 'Airtime that an hour allows; absent without a limit' },
} as const;

type GaugeName = keyof typeof GAUGES;

/** Names and helps of all gauges, for the page that documents them. */
export const gaugeNames = Object.keys(GAUGES) as readonly GaugeName[];

/** Sets `cotbus_<name>`; undefined takes it away. `link` and `version` where the gauge has such a label. */
export type SetGauge = (name: GaugeName, value: number | undefined, more?: Readonly<Record<string, string>>) => void;

export const createGauges = (registry: Registry, service: string, instance: string): SetGauge => {
  const gaugeOf = (name: GaugeName): Gauge => {
    const known = registry.getSingleMetric(`cotbus_${name}`);
    if (known instanceof Gauge) return known;
    const { help, labels } = GAUGES[name];
    return new Gauge({ name: `cotbus_${name}`, help, labelNames: [...labels], registers: [registry] });
  };
  return (name, value, more = {}) => {
    const labels = { service, instance, ...more };
    if (value === undefined) gaugeOf(name).remove(labels);
    else gaugeOf(name).set(labels, value);
  };
};
