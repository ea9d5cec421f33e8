/** One connection of a configured link, over whatever it runs; what comes goes to the egress. */
import type { Connection, ServiceContext } from '@cotbus/service';
import { openDatagramLink } from './datagram-link.ts';
import type { StreamOutput } from './event-stream.ts';
import type { Identity } from './identity.ts';
import type { LinkOptions } from './link-options.ts';
import type { LinkReport } from './link-report.ts';
import type { Outlet, Writer } from './outlet.ts';
import type { Source } from './source.ts';
import { openStreamLink } from './stream-link.ts';

export interface LinkConnectionParts {
  readonly context: ServiceContext;
  readonly options: LinkOptions;
  readonly identity: Identity;
  readonly takeIn: (source: Source, output: StreamOutput) => void;
}

/** For `superviseLink`. */
export const openLinkConnection = (
  parts: LinkConnectionParts,
  outlet: Outlet,
  opened: (writer: Writer) => void,
  report: LinkReport,
  signal: AbortSignal,
): Promise<Connection> => {
  const { context, options, identity, takeIn } = parts;
  const { clock } = context;
  const { name, kind, direction } = options;
  const takes = direction !== 'out';
  const give = (source: Source, output: StreamOutput): void => {
    if (takes) takeIn(source, output);
    else context.status.count('events_not_taken_total');
  };
  const shared = { room: () => outlet.drain(), closed: () => outlet.detach() };
  if (kind === 'udp' || kind === 'multicast') {
    const output = (address: string, output: StreamOutput): void => give({ name, address, link: name }, output);
    const events = { ...shared, opened, output, failed: (error: string) => report.failed(error) };
    return openDatagramLink({ options, clock, ownUid: identity.uid, events });
  }
  return openStreamLink(
    {
      options,
      clock,
      ownUid: identity.uid,
      events: {
        ...shared,
        opened,
        heard: () => outlet.heard(),
        output: (peer, output) =>
          give({ name, address: peer.address, link: name, answer: (xml) => peer.answer(xml) }, output),
      },
    },
    signal,
  );
};
