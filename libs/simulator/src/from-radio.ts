/** Messages from a radio to its client. */
import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { TX_QUEUE_SIZE } from './tx-queue.ts';

export const fromRadio = (payloadVariant: meshtastic.FromRadio['payloadVariant']): meshtastic.FromRadio =>
  create(meshtastic.FromRadioSchema, { payloadVariant });

/** @param res 0 or what refused the packet. @param id the packet, 0 for none. */
export const queueStatus = (res: number, free: number, id: number): meshtastic.FromRadio => {
  const status = { res, free, maxlen: TX_QUEUE_SIZE, meshPacketId: id };
  return fromRadio({ case: 'queueStatus', value: create(meshtastic.QueueStatusSchema, status) });
};

export interface RoutingResult {
  /** Who says it: the radio itself or the packet's destination. */
  readonly from: number;
  readonly to: number;
  readonly id: number;
  readonly requestId: number;
  readonly error: meshtastic.Routing_Error;
  readonly rxTime: number;
}

/** The packet that tells a client what became of one it sent. */
export const routingPacket = ({ error, requestId, ...packet }: RoutingResult): meshtastic.MeshPacket => {
  const routing = create(meshtastic.RoutingSchema, { variant: { case: 'errorReason', value: error } });
  const payload = toBinary(meshtastic.RoutingSchema, routing);
  const data = create(meshtastic.DataSchema, { portnum: meshtastic.PortNum.ROUTING_APP, payload, requestId });
  return create(meshtastic.MeshPacketSchema, {
    ...packet,
    priority: meshtastic.MeshPacket_Priority.ACK,
    payloadVariant: { case: 'decoded', value: data },
  });
};
