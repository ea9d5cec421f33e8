/** What the link says of nodes, and what becomes of their contacts. */
import type { meshtastic } from '@cotbus/contracts';
import type { Moment, NodeTable } from '@cotbus/meshtastic';
import type { Clock } from '@cotbus/service';
import type { MeshWatch } from './mesh-watch.ts';
import type { NodePublisher } from './node-publisher.ts';
import type { Refusal } from './refusal.ts';
import type { Receiver } from './rx.ts';

/** A node that the radio has not heard for longer is no contact when the agent starts. */
const CONTACT_AGE_MS = 2 * 60 * 60 * 1000;

/** The radio may answer us every second; its contact holds for minutes. */
const OWN_CONTACT_MS = 30_000;

/** Out of the radio's memory: its contact would come up fresh, as if the node had just been heard. */
const longAgo: Refusal = {
  reason: 'expired',
  detail: "out of the radio's memory, and last heard more than two hours ago",
};

export interface NodeEvents {
  /** The radio is this node. */
  setOwn(num: number): void;
  /** The radio has answered us: one that sends nothing for hours, as in a TAK role, is there all the same. */
  ownAnswers(): void;
  /** A packet came. @returns why it goes no further. */
  packet(packet: meshtastic.MeshPacket, replayed: boolean): Refusal | undefined;
  /** A node out of the radio's dump. */
  info(info: meshtastic.NodeInfo): void;
}

export interface NodeEventParts {
  readonly clock: Clock;
  readonly table: NodeTable;
  readonly nodes: NodePublisher;
  readonly receiver: Receiver;
  readonly watch: MeshWatch;
  /** There is a radio at the end of the link, and not the broker of its mesh. */
  readonly hasRadio: boolean;
}

export const createNodeEvents = ({ clock, table, nodes, receiver, watch, hasRadio }: NodeEventParts): NodeEvents => {
  const now = (): Moment => ({ monotonicMs: clock.monotonic(), wallMs: clock.now() });
  let own: number | undefined;
  let ownShownMs = Number.NEGATIVE_INFINITY;
  const isContact = (num: number): boolean => (table.state(num, now())?.heardAgeMs ?? 0) <= CONTACT_AGE_MS;
  return {
    setOwn: (num) => {
      own = num;
    },
    ownAnswers: () => {
      if (!hasRadio || own === undefined || !table.has(own)) return;
      table.ownHeard(now());
      if (clock.monotonic() - ownShownMs < OWN_CONTACT_MS) return;
      ownShownMs = clock.monotonic();
      nodes.changed(own);
      receiver.refresh(own);
    },
    packet: (packet, replayed) => {
      watch.packet(packet, own, replayed);
      nodes.merged(packet.from, table.heard(packet, now(), { replayed }));
      if (packet.payloadVariant.case === 'encrypted') watch.unread(packet);
      return replayed && !isContact(packet.from) ? longAgo : undefined;
    },
    info: (info) => {
      nodes.merged(info.num, table.info(info, now()));
      if (table.has(info.num) && isContact(info.num)) receiver.refresh(info.num, info.channel);
    },
  };
};
