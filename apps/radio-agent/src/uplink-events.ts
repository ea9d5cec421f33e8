/** What only an uplink hears, and who in the agent it is for. */
import { mapReportInfo } from '@cotbus/meshtastic';
import type { NodeTable } from '@cotbus/meshtastic';
import type { Clock } from '@cotbus/service';
import type { MeshWatch } from './mesh-watch.ts';
import type { NodePublisher } from './node-publisher.ts';
import type { UplinkOutput } from './radio-output.ts';
import type { Receiver } from './rx.ts';
import type { Transmitter } from './transmitter.ts';

interface UplinkEventParts {
  readonly clock: Clock;
  readonly table: NodeTable;
  readonly receiver: Receiver;
  readonly transmitter: Transmitter;
  readonly nodes: NodePublisher;
  readonly watch: MeshWatch;
}

export const createUplinkEvents = ({ clock, table, receiver, transmitter, nodes, watch }: UplinkEventParts) => {
  const now = () => ({ monotonicMs: clock.monotonic(), wallMs: clock.now() });

  return (output: UplinkOutput): void => {
    switch (output.kind) {
      case 'unread':
        watch.packet(output.packet, undefined, false);
        nodes.merged(output.packet.from, table.heard(output.packet, now(), { replayed: false }));
        receiver.packet(output.packet, output.refusal);
        break;
      case 'heardBetter':
        nodes.merged(output.packet.from, table.heard(output.packet, now(), { replayed: false }));
        break;
      case 'mapReport': {
        const { node } = output.report;
        const info = mapReportInfo(output.report, table.state(node, now()), Math.floor(clock.now() / 1000));
        nodes.merged(node, table.info(info, now()));
        receiver.refresh(node);
        break;
      }
      case 'ownNode':
        nodes.merged(output.info.num, table.info(output.info, now()));
        break;
      case 'notSent':
        transmitter.refused(output.packetId, output.refusal);
        break;
    }
  };
};
