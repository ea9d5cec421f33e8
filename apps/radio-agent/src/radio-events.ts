/** What the link to the radio gives, and who in the agent it is for. */
import { create } from '@bufbuild/protobuf';
import { meshtastic, nodeText } from '@cotbus/contracts';
import { txPacket } from '@cotbus/meshtastic';
import type { RadioInfo } from '@cotbus/meshtastic';
import { printable } from '@cotbus/service';
import type { Logger } from '@cotbus/service';
import { airRadioOf } from './air-radio.ts';
import { createDataHeard } from './data-heard.ts';
import type { DataHeardParts } from './data-heard.ts';
import type { Identities } from './identity.ts';
import { createNodeEvents } from './node-events.ts';
import { createNodesComing } from './nodes-coming.ts';
import type { NodeEventParts } from './node-events.ts';
import type { RadioLink } from './radio-link.ts';
import type { RadioOutput } from './radio-output.ts';
import type { RadioQueue } from './tx-ports.ts';
import { createUplinkEvents } from './uplink-events.ts';

export interface RadioEventParts extends NodeEventParts, DataHeardParts {
  readonly log: Logger;
  readonly identities: Identities;
  /** The radio can be used, or is not what it was. */
  readonly onRadio: (radio: RadioInfo) => void;
  /** The radio has restarted; onRadio follows. */
  readonly onReboot: () => void;
}

/** One for the life of the agent. */
export const createRadioEvents = (parts: RadioEventParts) => {
  const { log, table, receiver, transmitter, peers, hasRadio, identities, onRadio, onReboot } = parts;
  const dataHeard = createDataHeard(parts);
  const onUplink = createUplinkEvents(parts);
  const nodeEvents = createNodeEvents(parts);
  const nodesComing = createNodesComing(parts.clock, log);

  let own: RadioInfo | undefined;
  const useRadio = (radio: RadioInfo, link: RadioLink): void => {
    // What others speak now that the firmware is another one is to be heard anew.
    if (own !== undefined && own.firmwareVersion !== radio.firmwareVersion) peers.forget();
    own = radio;
    nodeEvents.setOwn(radio.node);
    onRadio(radio);
    transmitter.setPort({
      air: airRadioOf(radio, hasRadio),
      send: (frame, { packetId: id, ...sending }) =>
        link.send({ case: 'packet', value: txPacket(frame, { id, ...sending, hopLimit: radio.hopLimit }) }),
      ask: () => link.send({ case: 'heartbeat', value: create(meshtastic.HeartbeatSchema) }),
    });
  };
  const packetHeard = (packet: meshtastic.MeshPacket, replayed: boolean): void => {
    const refusal = nodeEvents.packet(packet, replayed);
    const { payloadVariant } = packet;
    if (payloadVariant.case === 'decoded') {
      dataHeard({ from: packet.from, data: payloadVariant.value, replayed, own: own?.node });
    }
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
        nodesComing.came(link);
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
        log.info({ nodes: table.nums().length, came: nodesComing.complete(link) }, 'radio.nodes_known');
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

const queueOf = ({ meshPacketId, res, free, maxlen }: meshtastic.QueueStatus): RadioQueue => ({
  packetId: meshPacketId,
  res,
  free,
  length: maxlen,
});
