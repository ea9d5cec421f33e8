/** How a TAK link or listener is by itself, whoever is asked about. Pure. */
import { LinkState } from '@cotbus/contracts';
import type { LinkStatus } from '@cotbus/contracts';
import { fault, note, warning } from '../site.ts';
import type { FindingFields } from '../site.ts';

export const linkCodes = [
  'link_down',
  'link_up',
  'link_waits',
  'listener_empty',
  'listener_up',
  'gateway_hidden',
] as const;

export interface LinkView {
  readonly status: LinkStatus;
  readonly direction: 'both' | 'out' | 'in';
  readonly isListener: boolean;
  /** Whether the gateway introduces itself there. */
  readonly isIntroduced: boolean;
}

export const findingsOfLink = (view: LinkView): readonly FindingFields[] => {
  const { status, isListener } = view;
  const about = status.name;
  if (status.state !== LinkState.OPEN) return [down(status)];
  return [
    isListener ? listener(status) : up(view),
    ...(status.waiting === 0
      ? []
      : [
          warning('link_waits', {
            about,
            cause: `${status.waiting} ${status.waiting === 1 ? 'event waits' : 'events wait'} although it is open: it reads too slowly.`,
            remedy: 'Look at the network to it; fewer events (out), or tak.queue, help it.',
          }),
        ]),
    ...(isListener || view.isIntroduced || view.direction === 'in'
      ? []
      : [
          note('gateway_hidden', {
            about,
            cause: 'The gateway does not show itself there (tak.identity.show).',
            remedy: 'Nothing; set tak.identity.show to everywhere, if it shall be on every map.',
          }),
        ]),
  ];
};

const down = ({ name, lastError, waiting, address }: LinkStatus): FindingFields => {
  const why = lastError === '' ? 'it is being opened' : lastError.replace(/[.\s]+$/, '');
  const kept = waiting === 0 ? '' : ` ${waiting} ${waiting === 1 ? 'event waits' : 'events wait'} for it.`;
  return fault('link_down', {
    about: name,
    cause: `There is no connection to ${address}: ${why}.${kept}`,
    remedy: 'Do what the cause says; Cotbus tries again by itself, at least every 30 s.',
  });
};

const listener = ({ name, address, clients, lastError }: LinkStatus): FindingFields => {
  const last = lastError === '' ? '' : ` The last one that failed: ${lastError.replace(/[.\s]+$/, '')}.`;
  return clients === 0
    ? warning('listener_empty', {
        about: name,
        cause: `It listens on ${address}, and nobody is connected.${last}`,
        remedy: 'Connect a TAK client (docs/TAK-LINKS.md); a firewall must let that port in.',
      })
    : note('listener_up', {
        about: name,
        cause: `It listens on ${address}; ${clients} ${clients === 1 ? 'client is' : 'clients are'} connected.${last}`,
        remedy: 'Nothing.',
      });
};

const up = ({ status, direction }: LinkView): FindingFields =>
  note('link_up', {
    about: status.name,
    cause: `It is open to ${status.address}, direction ${direction}${status.clients === 0 ? '' : `, with ${status.clients} connections for people on the mesh`}.`,
    remedy: 'Nothing.',
  });
