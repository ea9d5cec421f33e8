/** All TAK links of an egress as one: where events go, what is known of them, and what each says of itself. */
import { create } from '@bufbuild/protobuf';
import { LinkState, LinkStatusSchema } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import type { ServiceContext } from '@cotbus/service';
import { buildEventXml } from '@cotbus/codec';
import type { StreamOutput } from './event-stream.ts';
import type { TakEgressOptions } from './options.ts';
import type { Picture } from './picture.ts';
import { buildPong } from './ping.ts';
import type { TakClient } from './tak-client.ts';
import { openTcpListener } from './tcp-listener.ts';
import type { TcpListener, WriteAll } from './tcp-listener.ts';
import { openUdpLink } from './udp-link.ts';
import type { UdpLink, UdpTarget } from './udp-link.ts';
import { createWriteAgain } from './write-again.ts';
import type { WriteAgain } from './write-again.ts';

/** Characters of a name from outside in a status. */
const MAX_NAME_CHARACTERS = 64;

export interface TakLinks {
  /** Writes an event to every client but one. @returns to how many. */
  toClients(xml: string, how: WriteAll): number;
  /** @returns to how many receivers it was handed. */
  toUdp(xml: string): number;
  /** Says in the status who the client is. */
  identify(client: TakClient, callsign: string, uid: string): void;
  /** How the link of a client is called. */
  nameOf(client: TakClient): string;
}

/**
 * Opens what is configured; it is closed through the context.
 * @param takeIn what a client sent.
 */
export const openTakLinks = async (
  context: ServiceContext,
  options: TakEgressOptions,
  picture: Picture,
  takeIn: (client: TakClient, output: StreamOutput) => void,
): Promise<TakLinks> => {
  const udp = openUdp(context, options.udp);
  const again = createWriteAgain(context);
  const parts = { context, options, picture, again };
  const listener = options.listen.enabled ? await openListener(parts, takeIn) : undefined;
  return {
    toClients: (xml, how) => listener?.writeAll(xml, how) ?? 0,
    toUdp: (xml) => udp.send(xml),
    identify: (client, callsign, uid) => {
      reportClient(context, client, [callsign, uid]);
      again.identify(client, uid);
    },
    nameOf,
  };
};

const nameOf = (client: TakClient): string => `client-${client.id}`;

const reportClient = ({ status }: ServiceContext, client: TakClient, names: readonly string[] = []): void => {
  const texts = names.map((name) => printable(name.slice(0, MAX_NAME_CHARACTERS)));
  status.setLink(
    create(LinkStatusSchema, {
      name: nameOf(client),
      transport: 'tcp',
      address: [client.address, ...texts].join(' '),
      state: LinkState.OPEN,
    }),
  );
};

interface ListenerParts {
  readonly context: ServiceContext;
  readonly options: TakEgressOptions;
  readonly picture: Picture;
  readonly again: WriteAgain;
}

const openListener = async (
  { context, options: { listen }, picture, again }: ListenerParts,
  takeIn: (client: TakClient, output: StreamOutput) => void,
): Promise<TcpListener> => {
  const { clock, log, status } = context;
  let lastError = '';
  const report = (): void =>
    status.setLink(
      create(LinkStatusSchema, {
        name: 'listen',
        transport: 'tcp-server',
        address: listener.address,
        state: LinkState.OPEN,
        clients: listener.clientCount,
        lastError,
      }),
    );
  const listener = await openTcpListener(listen, clock, () => buildEventXml(buildPong(clock.now())), {
    joined: (client) => {
      log.info({ link: nameOf(client), address: client.address }, 'client.joined');
      status.count('clients_joined_total');
      reportClient(context, client);
      report();
      client.feed(picture.snapshot());
    },
    output: takeIn,
    left: (client, fault) => {
      log.info({ link: nameOf(client), fault }, 'client.left');
      if (fault !== '') {
        status.count('clients_lost_total');
        lastError = printable(`${nameOf(client)} ${client.address}: ${fault}`);
      }
      again.left(client);
      status.removeLink(nameOf(client));
      report();
    },
    turnedAway: () => {
      log.warn('client.turned_away');
      status.count('clients_turned_away_total');
    },
    failed: (error) => {
      log.error({ err: error }, 'listener.failed');
      lastError = printable(error.message);
      report();
    },
  });
  context.onStop('TAK listener', async () => {
    await listener.close();
    status.removeLink('listen');
  });
  log.info({ address: listener.address }, 'listener.opened');
  report();
  return listener;
};

const openUdp = (context: ServiceContext, targets: readonly UdpTarget[]): UdpLink => {
  const { clock, log, status } = context;
  const errors = new Map<UdpTarget, string>();
  const report = (target: UdpTarget, error: string): void => {
    if (errors.get(target) === error) return;
    errors.set(target, error);
    const address = `${target.host}:${target.port}`;
    if (error !== '') log.warn({ address, error }, 'udp.failed');
    const state = error === '' ? LinkState.OPEN : LinkState.WAITING;
    status.setLink(
      create(LinkStatusSchema, {
        name: `udp ${address}`,
        transport: 'udp',
        address,
        state,
        lastError: printable(error),
      }),
    );
  };
  const link = openUdpLink(targets, clock, {
    failed: (target, error) => {
      status.count('udp_errors_total');
      report(target, error);
    },
    resolved: (target) => report(target, ''),
  });
  context.onStop('UDP', () => link.close());
  return link;
};
