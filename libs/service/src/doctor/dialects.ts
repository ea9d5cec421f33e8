/** What events are written in, against what the radio's firmware can carry; and frames that could not be read. */
import { Dialect } from '@cotbus/contracts';
import type { ServiceStatus } from '@cotbus/contracts';
import { agentsWithRadio, note, warning } from './site.ts';
import type { Check, FindingFields } from './site.ts';

const COUNTER = 'outcome_dictionary_missing_total';

export const dialectCheck: Check = {
  codes: ['firmware_lacks_v2', 'only_forwarder', 'dictionary_missing'],
  look: (site) => [
    ...agentsWithRadio(site).flatMap(({ agent, dialect, capabilities, firmwareVersion }): readonly FindingFields[] => {
      const writesV2 = dialect === Dialect.V2 || dialect === Dialect.BOTH;
      if (writesV2 && capabilities?.supportsTakV2 === false) {
        return [
          warning('firmware_lacks_v2', {
            about: agent,
            cause: `Events are written in TAK V2 (port 78), and firmware ${firmwareVersion || 'of unknown version'} is older than 2.8, as its apps may be.`,
            remedy: 'Set toMesh.dialect to auto, or update radios and apps.',
          }),
        ];
      }
      if (dialect !== Dialect.FORWARDER) return [];
      return [
        note('only_forwarder', {
          about: agent,
          cause: `Firmware ${firmwareVersion} would spoil port 72 in this role: all goes out on port 257, which fewer apps read.`,
          remedy: 'Set device.role to CLIENT, or update the radio to 2.8.',
        }),
      ];
    }),
    ...site.services.filter(({ isAlive }) => isAlive).flatMap(({ status }) => unread(status)),
  ],
};

const unread = ({ name, instance, counters }: ServiceStatus): readonly FindingFields[] => {
  const frames = counters[COUNTER] ?? 0;
  if (frames === 0) return [];
  return [
    warning('dictionary_missing', {
      about: `${name}/${instance}`,
      cause: `${frames} frame${frames === 1 ? '' : 's'} could not be read since it started, for want of a dictionary.`,
      remedy:
        'Run cotbus dictionaries list, then cotbus dictionaries install; a recording replayed after it recovers them.',
    }),
  ];
};
