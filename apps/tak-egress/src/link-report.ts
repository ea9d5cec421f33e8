/** What a configured link says of itself in the status. */
import { create } from '@bufbuild/protobuf';
import { LinkState, LinkStatusSchema } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import type { ServiceContext } from '@cotbus/service';
import type { LinkOptions } from './link-options.ts';
import type { Outlet } from './outlet.ts';

interface LinkReportParts {
  readonly context: ServiceContext;
  readonly options: LinkOptions;
}

export interface LinkReport {
  state(state: LinkState, detail: string): void;
  /** A part of what is written does not leave. */
  failed(error: string): void;
  /** How much waits may have changed. @param clients connections of people on the mesh */
  waiting(clients: number): void;
}

export const createLinkReport = ({ context, options }: LinkReportParts, outlet: Outlet): LinkReport => {
  const { log, status } = context;
  const { name, kind, host, port } = options;
  let current: LinkState = LinkState.CLOSED;
  let lastError = '';
  let told = -1;
  let toldClients = 0;
  const tell = (): void => {
    told = outlet.waiting();
    status.setLink(
      create(LinkStatusSchema, {
        name,
        transport: kind,
        address: `${host}:${port}`,
        state: current,
        waiting: told,
        clients: toldClients,
        lastError,
      }),
    );
  };
  return {
    state: (state, detail) => {
      current = state;
      if (detail !== '') {
        lastError = printable(detail);
        log.warn({ link: name, detail: lastError }, 'link.failed');
        status.count('link_failures_total');
      } else if (state === LinkState.OPEN) {
        lastError = '';
        log.info({ link: name }, 'link.opened');
      }
      tell();
    },
    failed: (error) => {
      status.count('datagrams_failed_total');
      if (lastError === error) return;
      lastError = printable(error);
      tell();
    },
    waiting: (clients) => {
      if (told === outlet.waiting() && toldClients === clients) return;
      toldClients = clients;
      tell();
    },
  };
};
