/** What a service says of itself, kept up to date on `service/<name>/<instance>`. */
import { create } from '@bufbuild/protobuf';
import { createMessage, FindingSchema, LinkState } from '@cotbus/contracts';
import type { Destination, LinkStatus, MessageOf } from '@cotbus/contracts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import type { FindingFields } from './doctor/site.ts';
import type { SetGauge } from './metrics.ts';
import type { ServiceReport } from './service.ts';
import type { Count } from './subscriptions.ts';

/** Changes closer together than this are published as one. */
const MIN_PUBLISH_MS = 1000;

export interface ServiceReportOptions {
  readonly name: string;
  readonly instance: string;
  readonly version: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly count: Count;
  readonly gauge: SetGauge;
  readonly heartbeatMs: number;
}

export interface RunningReport extends ServiceReport {
  /** Why it is not ready, one line each. */
  faults(): readonly string[];
  /** Says offline, and nothing more. */
  close(): void;
}

/** What the broker publishes when this service's connection is cut. */
export const serviceWill = (
  name: string,
  instance: string,
  destination?: Destination,
): { readonly name: 'serviceStatus'; readonly message: MessageOf<'serviceStatus'> } => ({
  name: 'serviceStatus',
  message: createMessage('serviceStatus', { name, instance, online: false, ...(destination && { destination }) }),
});

const showState = (gauge: SetGauge, { version, ready }: MessageOf<'serviceStatus'>, alarms: number): void => {
  gauge('service_info', 1, { version });
  gauge('service_ready', ready ? 1 : 0);
  gauge('service_alarms', alarms);
};

const showLink = (gauge: SetGauge, link: string, status: LinkStatus | undefined): void => {
  gauge('link_open', status && (status.state === LinkState.OPEN ? 1 : 0), { link });
  gauge('link_clients', status?.clients, { link });
  gauge('link_waiting', status?.waiting, { link });
};

/**
 * Publishes on every change of destination, links, faults and connection, at most once a second, and with each heartbeat.
 * Counters alone are no change: they go with the heartbeat.
 */
export const createServiceReport = (options: ServiceReportOptions): RunningReport => {
  const { name, instance, version, bus, clock, count, gauge, heartbeatMs } = options;
  const startedAtMs = clock.now();
  const links = new Map<string, LinkStatus>();
  const [faults, alarms] = [new Map<string, string>(), new Map<string, string>()];
  const counters = new Map<string, number>();
  const findings = new Map<string, readonly FindingFields[]>();
  let destination: Destination | undefined;
  let publishedMs = -MIN_PUBLISH_MS;
  let cancelPublish: (() => void) | undefined;
  let closed = false;

  const allFaults = (): readonly string[] => [...faults.values(), ...(bus.connected ? [] : ['bus: not connected'])];

  const publish = (online: boolean): void => {
    cancelPublish?.();
    cancelPublish = undefined;
    publishedMs = clock.monotonic();
    const message = createMessage('serviceStatus', {
      name,
      instance,
      online,
      atMs: clock.now(),
      startedAtMs,
      version,
      ready: online && allFaults().length === 0,
      faults: [...allFaults(), ...alarms.values()],
      counters: Object.fromEntries(counters),
      links: [...links.values()],
      findings: [...findings.values()].flat().map((one) => create(FindingSchema, one)),
    });
    if (destination !== undefined) message.destination = destination;
    bus.publish('serviceStatus', message);
    showState(gauge, message, alarms.size);
  };
  const changed = (): void => {
    if (closed || cancelPublish !== undefined) return;
    const waitMs = publishedMs + MIN_PUBLISH_MS - clock.monotonic();
    if (waitMs <= 0) publish(true);
    else cancelPublish = clock.after(waitMs, () => publish(true));
  };

  const setIn = <V>(known: Map<string, V>, key: string, value: V | undefined): void => {
    if (JSON.stringify(known.get(key)) === JSON.stringify(value)) return;
    if (value === undefined) known.delete(key);
    else known.set(key, value);
    changed();
  };

  const endHeartbeat = clock.every(heartbeatMs, () => publish(true));
  bus.onConnection(changed);
  changed();

  return {
    setDestination: (registered) => {
      destination = registered;
      // At once: until it is known, what is heard is not meant for it.
      if (!closed) publish(true);
    },
    setLink: (link, { isNews = true } = {}) => {
      links.set(link.name, link);
      showLink(gauge, link.name, link);
      if (isNews) changed();
    },
    removeLink: (link) => {
      if (!links.delete(link)) return;
      showLink(gauge, link, undefined);
      changed();
    },
    links: () => [...links.values()],
    setFindings: (key, found) => setIn(findings, key, found.length === 0 ? undefined : found),
    setFault: (key, fault) => setIn(faults, key, fault),
    setAlarm: (key, alarm) => setIn(alarms, key, alarm),
    count: (counter, by = 1) => {
      counters.set(counter, (counters.get(counter) ?? 0) + by);
      count(counter, by);
    },
    gauge,
    faults: allFaults,
    close: () => {
      closed = true;
      endHeartbeat();
      publish(false);
    },
  };
};
