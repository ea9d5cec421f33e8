/**
 * Connections to a TAK server for people on the mesh, one for each: a server binds an address to a connection, so only who has
 * one can be written to. Opened when somebody reports, as many as may be, closed when the report is stale. What matters
 * goes over the link itself; here go reports, and messages to that person come.
 */
import { parseEventXml } from '@cotbus/codec';
import { Kind } from '@cotbus/contracts';
import { superviseLink } from '@cotbus/service';
import type { ServiceContext } from '@cotbus/service';
import type { StreamOutput } from './event-stream.ts';
import type { LinkOptions } from './link-options.ts';
import type { Outgoing } from './outgoing.ts';
import { recipientsOf } from './recipients.ts';
import type { Source } from './source.ts';
import { openStreamLink } from './stream-link.ts';
import type { TakPeer } from './tak-peer.ts';

export interface VirtualClientsParts {
  readonly context: ServiceContext;
  readonly options: LinkOptions;
  readonly takeIn: (source: Source, output: StreamOutput) => void;
}

export interface VirtualClients {
  /** Takes somebody's report, with his endpoint. @returns whether it was written over a connection of his own. */
  take(out: Outgoing): boolean;
  carries(out: Outgoing): boolean;
  /** Tells all reports again. */
  sync(): void;
  readonly open: number;
  tick(): void;
  close(): Promise<void>;
}

interface VirtualClient {
  /** His newest report. */
  latest: Outgoing;
  peer: TakPeer | undefined;
  readonly stop: () => Promise<void>;
}

const isReport = ({ from, event }: Outgoing): boolean =>
  from === undefined && event.kind === Kind.PLI && event.callsign !== '';

export const createVirtualClients = (parts: VirtualClientsParts): VirtualClients => {
  const { context, options } = parts;
  const { clock } = context;
  const clients = new Map<string, VirtualClient>();
  const open = (out: Outgoing): void => {
    const { uid } = out.event;
    const abort = new AbortController();
    const client: VirtualClient = {
      latest: out,
      peer: undefined,
      stop: async () => {
        clients.delete(uid);
        abort.abort();
        await supervised;
      },
    };
    clients.set(uid, client);
    const supervised = supervise(parts, uid, client, abort.signal);
  };
  const all = (): readonly VirtualClient[] => [...clients.values()];
  return {
    take: (out) => {
      if (!isReport(out)) return false;
      const client = clients.get(out.event.uid);
      if (client === undefined) {
        if (clients.size < options.virtualClients) open(out);
        return false;
      }
      client.latest = out;
      if (client.peer?.hasRoom !== true) return false;
      client.peer.write(out);
      return true;
    },
    carries: (out) => isReport(out) && clients.get(out.event.uid)?.peer !== undefined,
    sync: () => {
      for (const { peer, latest } of all()) if (peer?.hasRoom === true) peer.write(latest);
    },
    get open() {
      return all().filter(({ peer }) => peer !== undefined).length;
    },
    tick: () => {
      for (const { latest, stop } of all()) if (latest.staleMs <= clock.monotonic()) void stop();
    },
    close: async () => {
      await Promise.all(all().map(({ stop }) => stop()));
    },
  };
};

const supervise = (
  { context, options, takeIn }: VirtualClientsParts,
  uid: string,
  client: VirtualClient,
  signal: AbortSignal,
): Promise<void> => {
  const { clock, random, status } = context;
  const { name } = options;
  const output = (peer: TakPeer, said: StreamOutput): void => {
    // The server tells every connection everything: the link itself has taken what is for all.
    if (said.kind === 'event' && isFor(uid, client.latest.event.callsign, said.xml)) {
      takeIn({ name, address: peer.address, link: name }, said);
    } else status.count('virtual_events_ignored_total');
  };
  return superviseLink({
    clock,
    random,
    signal,
    onState: () => {},
    open: (aborted) =>
      openStreamLink(
        {
          options,
          clock,
          ownUid: uid,
          events: {
            opened: (peer) => {
              client.peer = peer;
              peer.write(client.latest);
            },
            room: () => {},
            heard: () => {},
            output,
            closed: () => {
              client.peer = undefined;
            },
          },
        },
        aborted,
      ),
  });
};

const isFor = (uid: string, callsign: string, xml: string): boolean => {
  if (!xml.includes(uid) && !xml.includes('<marti')) return false;
  const parsed = parseEventXml(xml);
  const to = parsed.ok ? recipientsOf(parsed.event, (name) => name === uid) : undefined;
  return to !== undefined && (to.uids.includes(uid) || to.callsigns.includes(callsign));
};
