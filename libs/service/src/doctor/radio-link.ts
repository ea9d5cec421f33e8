/** Whether the radio can be reached, and whether the mesh is heard through it. */
import { nodeText } from '@cotbus/contracts';
import type { AgentStatus } from '@cotbus/contracts';
import { aliveAgents, agentsWithRadio, duration, fault, isOpen, note, warning } from './site.ts';
import type { Check, FindingFields } from './site.ts';

const remedies: Readonly<Record<string, string>> = {
  serial: 'Plug it in, look at cable and permission (group dialout), and end other programs that use the port.',
  tcp: 'Look at power, network and address; a radio serves one client at a time, so end phones and programs that use it.',
  mqtt: "Look at the broker's address, user and password.",
};

export const radioLinkCheck: Check = {
  codes: ['radio_away', 'nobody_heard', 'radio_renumbered', 'radio_shared'],
  look: (site) => [
    ...aliveAgents(site).flatMap((agent) => (isOpen(agent) ? [] : [away(agent)])),
    ...aliveAgents(site).filter(isOpen).flatMap(silence),
    ...agentsWithRadio(site).flatMap(renumbered),
    ...shared(agentsWithRadio(site)),
  ],
};

const away = ({ agent, linkDetail, transport }: AgentStatus): FindingFields =>
  fault('radio_away', {
    about: agent,
    cause: `There is no link to the radio: ${ended(linkDetail === '' ? 'it is being opened' : linkDetail)}`,
    remedy: remedies[transport] ?? remedies['tcp'] ?? '',
  });

const silence = ({ agent, heardAgeMs, listeningMs, silentAlarmMs }: AgentStatus): readonly FindingFields[] => {
  const silentMs = Math.min(listeningMs, heardAgeMs ?? Number.POSITIVE_INFINITY);
  if (silentAlarmMs === 0 || silentMs < silentAlarmMs) return [];
  return [
    warning('nobody_heard', {
      about: agent,
      cause:
        heardAgeMs === undefined
          ? `Nobody has been heard since its link opened, ${duration(listeningMs)} ago.`
          : `Nobody has been heard for ${duration(silentMs)}.`,
      remedy:
        'Look at the antenna, and at region, preset and channels against the other radios (silentMinutes sets the time).',
    }),
  ];
};

const renumbered = ({ agent, node, formerNode }: AgentStatus): readonly FindingFields[] =>
  formerNode === 0 || formerNode === node
    ? []
    : [
        note('radio_renumbered', {
          about: agent,
          cause: `The radio is ${nodeText(node)} and was ${nodeText(formerNode)}: it was upgraded to 2.8, has a new key, or is another one.`,
          remedy: 'Change what names the old number (worker.nodes.overrides, ignore lists, admin keys of other nodes).',
        }),
      ];

/** Two agents at one radio push each other out. */
const shared = (agents: readonly AgentStatus[]): readonly FindingFields[] =>
  agents.flatMap(({ agent, node }, index) => {
    const other = agents.slice(0, index).find((before) => before.node === node);
    if (other === undefined) return [];
    return [
      fault('radio_shared', {
        about: agent,
        cause: `It uses the same radio ${nodeText(node)} as ${other.agent}, and a radio serves one client.`,
        remedy: 'Take one of the two out of the configuration.',
      }),
    ];
  });

/** A cause that asks something has its mark. */
const ended = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);
