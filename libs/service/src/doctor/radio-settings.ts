/** Settings of a radio that break TAK over its mesh. */
import { meshtastic } from '@cotbus/contracts';
import type { AgentStatus } from '@cotbus/contracts';
import { agentsWithRadio, fault, note, warning } from './site.ts';
import type { Check, FindingFields } from './site.ts';

const { REPEATER, SENSOR, TRACKER, TAK, TAK_TRACKER } = meshtastic.Config_DeviceConfig_Role;
/** Between their reports these sleep, and do not answer their host. */
const sleepers: ReadonlySet<number> = new Set([TRACKER, SENSOR, TAK_TRACKER]);

interface Rule {
  readonly code: string;
  readonly holds: (radio: AgentStatus) => boolean;
  readonly find: (radio: AgentStatus) => FindingFields;
}

const rules: readonly Rule[] = [
  {
    code: 'radio_locked',
    holds: ({ locked }) => locked,
    find: ({ agent }) =>
      fault('radio_locked', {
        about: agent,
        cause: 'The radio is locked: it hides its channels and drops what it is asked to send.',
        remedy: 'Unlock it with the app that locked it.',
      }),
  },
  {
    code: 'region_unset',
    holds: ({ region }) => region === 'UNSET',
    find: ({ agent }) =>
      fault('region_unset', {
        about: agent,
        cause: 'The radio has no region (lora.region is UNSET) and does not transmit.',
        remedy: 'Set the region of your country with the Meshtastic app.',
      }),
  },
  {
    code: 'tx_disabled',
    holds: ({ txEnabled, locked }) => !txEnabled && !locked,
    find: ({ agent, sends }) =>
      (sends ? fault : warning)('tx_disabled', {
        about: agent,
        cause: 'The radio does not transmit (lora.tx_enabled is off).',
        remedy: 'Switch lora.tx_enabled on, or let another radio of the mesh send.',
      }),
  },
  {
    code: 'core_portnums_only',
    holds: ({ rebroadcastMode }) => rebroadcastMode === 'CORE_PORTNUMS_ONLY',
    find: ({ agent }) =>
      fault('core_portnums_only', {
        about: agent,
        cause:
          'The radio drops TAK (ports 72, 78, 257), toward the mesh and toward us: rebroadcast_mode is CORE_PORTNUMS_ONLY, which role ROUTER sets.',
        remedy: 'Set device.rebroadcast_mode to ALL, here and at every router that shall pass TAK on.',
      }),
  },
  {
    code: 'rebroadcast_limited',
    holds: ({ rebroadcastMode }) => rebroadcastMode === 'NONE' || rebroadcastMode === 'KNOWN_ONLY',
    find: ({ agent, rebroadcastMode }) =>
      note('rebroadcast_limited', {
        about: agent,
        cause: `The radio passes on ${rebroadcastMode === 'NONE' ? 'nothing' : 'only what comes from nodes it knows'} (rebroadcast_mode is ${rebroadcastMode}).`,
        remedy: 'Set device.rebroadcast_mode to ALL if others depend on it.',
      }),
  },
  {
    code: 'takv1_spoiled',
    holds: ({ capabilities, role }) => capabilities?.takV1Usable === false && (role === TAK || role === TAK_TRACKER),
    find: ({ agent, firmwareVersion }) =>
      warning('takv1_spoiled', {
        about: agent,
        cause: `Firmware ${firmwareVersion} empties port 72 (TAK V1) in role TAK and TAK_TRACKER (2.7.23 to 2.7.26 do).`,
        remedy: 'Set device.role to CLIENT, or install another version.',
      }),
  },
  {
    code: 'role_sleeps',
    holds: ({ role }) => sleepers.has(role),
    find: ({ agent, role }) =>
      warning('role_sleeps', {
        about: agent,
        cause: `The radio is a ${roleName(role)}: it may sleep between its reports and hear nothing meanwhile.`,
        remedy: 'Set device.role to CLIENT for the radio of a gateway.',
      }),
  },
  {
    code: 'role_repeater',
    holds: ({ role }) => role === REPEATER,
    find: ({ agent }) =>
      warning('role_repeater', {
        about: agent,
        cause: 'The radio is a REPEATER: it passes packets on and says nothing of itself.',
        remedy: 'Set device.role to CLIENT for the radio of a gateway.',
      }),
  },
  {
    code: 'radio_managed',
    holds: ({ managed }) => managed,
    find: ({ agent }) =>
      note('radio_managed', {
        about: agent,
        cause:
          'The radio is managed (security.is_managed): it ignores what its host wants to know of or write to its settings.',
        remedy: 'Nothing, unless you want cotbus identity: then switch it off.',
      }),
  },
];

export const radioSettingsCheck: Check = {
  codes: rules.map(({ code }) => code),
  look: (site) =>
    agentsWithRadio(site).flatMap((radio) => rules.filter(({ holds }) => holds(radio)).map(({ find }) => find(radio))),
};

const roleNames = new Map(meshtastic.Config_DeviceConfig_RoleSchema.values.map(({ number, name }) => [number, name]));
const roleName = (role: number): string => roleNames.get(role) ?? `role ${role}`;
