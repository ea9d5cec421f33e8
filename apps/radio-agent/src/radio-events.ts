/** What the link to the radio gives, and who in the agent it is for. */
import { create } from '@bufbuild/protobuf';
import { readAck } from '@cotbus/codec';
import { meshtastic, nodeText } from '@cotbus/contracts';
import { readRouting, txPacket } from '@cotbus/meshtastic';
import type { NodeTable, RadioInfo } from '@cotbus/meshtastic';
import { printable } from '@cotbus/service';
import type { Clock, Logger } from '@cotbus/service';
import type { NodePublisher } from './node-publisher.ts';
import type { RadioLink } from './radio-link.ts';
import type { RadioOutput } from './radio-output.ts';
import type { Receiver } from './rx.ts';
import type { RadioQueue, Transmitter } from './transmitter.ts';
import { createUplinkEvents } from './uplink-events.ts';

/** A node that the radio has not heard for longer is no contact when the agent starts. */
const CONTACT_AGE_MS = 2 * 60 * 60 * 1000;

export interface RadioEventParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly table: NodeTable;
  readonly receiver: Receiver;
  readonly transmitter: Transmitter;
  readonly nodes: NodePublisher;
  /** Index of the channel that carries TAK. */
  readonly channel: number;
  /** From createPacketIds; one for the life of the agent: packet ids must not repeat over reconnects. */
  readonly nextId: () => number;
  /** The radio can be used, or is not what it was. */
  readonly onRadio: (radio: RadioInfo) => void;
  /** The radio has restarted; onRadio follows. */
  readonly onReboot: () => void;
}

/** One for the life of the agent. */
export const createRadioEvents = (parts: RadioEventParts) => {
  const { clock, log, table, receiver, transmitter, nodes, channel, nextId, onRadio, onReboot } = parts;
  const onUplink = createUplinkEvents(parts);
  const now = () => ({ monotonicMs: clock.monotonic(), wallMs: clock.now() });

  const useRadio = (radio: RadioInfo, link: RadioLink): void => {
    onRadio(radio);
    transmitter.setPort({
      send: (frame) => {
        const id = nextId();
        link.send({ case: 'packet', value: txPacket(frame, { id, channel, hopLimit: radio.hopLimit }) });
        return id;
      },
      ask: () => link.send({ case: 'heartbeat', value: create(meshtastic.HeartbeatSchema) }),
    });
  };
  const packetHeard = (packet: meshtastic.MeshPacket, replayed: boolean): void => {
    nodes.merged(packet.from, table.heard(packet, now(), { replayed }));
    const { payloadVariant } = packet;
    const answer = payloadVariant.case === 'decoded' ? readRouting(payloadVariant.value) : undefined;
    if (answer !== undefined) transmitter.routed(answer.requestId, answer.error);
    const complete = payloadVariant.case === 'decoded' ? completeTransfer(payloadVariant.value) : undefined;
    if (complete !== undefined) transmitter.completed(complete);
    receiver.packet(packet);
  };
  const nodeKnown = (info: meshtastic.NodeInfo): void => {
    nodes.merged(info.num, table.info(info, now()));
    const heardAgeMs = table.state(info.num, now())?.heardAgeMs;
    if (heardAgeMs !== undefined && heardAgeMs <= CONTACT_AGE_MS) receiver.refresh(info.num);
  };

  return (output: RadioOutput, link: RadioLink): void => {
    switch (output.kind) {
      case 'ready':
      case 'changed':
        log.info(
          { node: nodeText(output.radio.node), firmware: printable(output.radio.firmwareVersion) },
          `radio.${output.kind}`,
        );
        useRadio(output.radio, link);
        break;
      case 'rebooted':
        log.warn('radio.rebooted');
        transmitter.setPort(undefined);
        onReboot();
        break;
      case 'packet':
        packetHeard(output.packet, output.replayed);
        break;
      case 'nodeInfo':
        nodeKnown(output.info);
        break;
      case 'queueStatus':
        transmitter.queueStatus(queueOf(output.status));
        break;
      case 'notification':
        log.warn({ message: printable(output.notification.message) }, 'radio.notified');
        break;
      case 'log':
        log.debug({ message: printable(output.record.message) }, 'radio.logged');
        break;
      case 'nodesComplete':
        log.info({ nodes: table.nums().length }, 'radio.nodes_known');
        break;
      case 'send':
      case 'close':
        // The link does these itself.
        break;
      default:
        onUplink(output);
    }
  };
};

/** Hash of a transfer that its receiver has whole. */
const completeTransfer = ({ portnum, payload }: meshtastic.Data): Uint8Array | undefined => {
  const read = portnum === meshtastic.PortNum.ATAK_FORWARDER ? readAck(payload) : undefined;
  return read?.ok === true && read.ack.kind === 'complete' ? read.ack.hash : undefined;
};

const queueOf = ({ meshPacketId, res, free, maxlen }: meshtastic.QueueStatus): RadioQueue => ({
  packetId: meshPacketId,
  res,
  free,
  length: maxlen,
});
