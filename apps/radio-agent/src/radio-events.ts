/** What the link to the radio gives, and who in the agent it is for. */
import { create } from '@bufbuild/protobuf';
import { readAck } from '@cotbus/codec';
import { meshtastic, nodeText } from '@cotbus/contracts';
import { readRouting, txPacket } from '@cotbus/meshtastic';
import type { RadioInfo } from '@cotbus/meshtastic';
import { printable } from '@cotbus/service';
import type { Logger } from '@cotbus/service';
import type { Identities } from './identity.ts';
import { createNodeEvents } from './node-events.ts';
import type { NodeEventParts } from './node-events.ts';
import type { RadioLink } from './radio-link.ts';
import type { RadioOutput } from './radio-output.ts';
import type { RadioQueue, Transmitter } from './transmitter.ts';
import { createUplinkEvents } from './uplink-events.ts';

export interface RadioEventParts extends NodeEventParts {
  readonly log: Logger;
  readonly transmitter: Transmitter;
  readonly identities: Identities;
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
  const { log, table, receiver, transmitter, channel, nextId, identities, onRadio, onReboot } = parts;
  const onUplink = createUplinkEvents(parts);
  const nodeEvents = createNodeEvents(parts);

  const useRadio = (radio: RadioInfo, link: RadioLink): void => {
    nodeEvents.setOwn(radio.node);
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
    const refusal = nodeEvents.packet(packet, replayed);
    const { payloadVariant } = packet;
    const answer = payloadVariant.case === 'decoded' ? readRouting(payloadVariant.value) : undefined;
    if (answer !== undefined) transmitter.routed(answer.requestId, answer.error);
    const complete = payloadVariant.case === 'decoded' ? completeTransfer(payloadVariant.value) : undefined;
    if (complete !== undefined) transmitter.completed(complete);
    identities.packet(packet);
    receiver.packet(packet, refusal);
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
        if (output.kind === 'changed') identities.told(output.radio);
        else identities.ready(output.radio, (packet) => link.send({ case: 'packet', value: packet }));
        nodeEvents.ownAnswers();
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
        nodeEvents.info(output.info);
        break;
      case 'queueStatus':
        transmitter.queueStatus(queueOf(output.status));
        // The answer to a heartbeat.
        if (output.status.meshPacketId === 0) nodeEvents.ownAnswers();
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
