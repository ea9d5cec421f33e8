/** Who is there, who is not, and what those who are there say of themselves. */
import type { ServiceStatus } from '@cotbus/contracts';
import { duration, fault, note, warning } from './site.ts';
import type { Check, FindingFields, Seen, Site } from './site.ts';

/** Without one of each nothing passes. */
const needed = [
  ['radio-agent', 'nothing is heard from a mesh', 'configure a radio (radios, or cotbus up --radio auto)'],
  ['codec-worker', 'nothing is translated', 'start it: cotbus up, or cotbus codec-worker'],
  ['tak-egress', 'nothing reaches TAK', 'start it: cotbus up, or cotbus tak-egress'],
] as const;

/** Machines whose clocks differ by more disagree on what is stale. */
const CLOCKS_DIFFER_MS = 60_000;

export const serviceCheck: Check = {
  codes: ['service_missing', 'service_offline', 'heartbeat_missing', 'service_fault', 'clocks_differ'],
  look: (site) => [...missing(site), ...site.services.flatMap((seen) => ofService(seen, site))],
};

const missing = ({ services }: Site): readonly FindingFields[] =>
  needed
    .filter(([name]) => !services.some(({ status }) => status.name === name))
    .map(([name, cause, remedy]) =>
      fault('service_missing', {
        about: name,
        cause: `There is no ${name} on the bus: ${cause}.`,
        remedy: sentence(remedy),
      }),
    );

const ofService = (seen: Seen<ServiceStatus>, site: Site): readonly FindingFields[] => {
  const { status, isAlive, clockAheadMs } = seen;
  const about = `${status.name}/${status.instance}`;
  if (!status.online) {
    return [
      warning('service_offline', {
        about,
        cause: 'It has stopped, or its connection was cut.',
        remedy: `Start it, or clear service/${about} on the broker if it is gone for good.`,
      }),
    ];
  }
  if (!isAlive) {
    return [
      fault('heartbeat_missing', {
        about,
        cause: 'It says that it is online, but gives no heartbeat.',
        remedy: 'It hangs, or it ended together with the broker: look at its log and start it again.',
      }),
    ];
  }
  const differs = clockAheadMs !== undefined && Math.abs(clockAheadMs) > CLOCKS_DIFFER_MS;
  return [
    ...ownFaults(status, site).map((text) =>
      fault('service_fault', {
        about,
        cause: sentence(text),
        remedy: 'Its log says more; the console shows its links.',
      }),
    ),
    ...(differs
      ? [
          note('clocks_differ', {
            about,
            cause: `Its machine's clock is ${duration(clockAheadMs)} ${clockAheadMs > 0 ? 'ahead of' : 'behind'} this one's.`,
            remedy: 'Set both by the same time server (NTP).',
          }),
        ]
      : []),
  ];
};

/** Why it is not ready. What an agent says of its radio is found in its other status, with a better remedy. */
const ownFaults = ({ name, instance, ready, faults }: ServiceStatus, { agents }: Site): readonly string[] => {
  if (ready) return [];
  const isAgent = name === 'radio-agent' && agents.some(({ status }) => status.agent === instance);
  return isAgent ? faults.filter((text) => !text.startsWith('radio ') && !text.startsWith('nobody heard')) : faults;
};

/** Ends as a sentence. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/[.\s]+$/, '')}.`;
