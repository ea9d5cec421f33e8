/** What a TAK client behind another radio of the mesh would make of frames: the codec's other side. */
import { createFountainAssembler, createFrameDecoder, createV2Wire, fragmentOf } from '@cotbus/codec';
import { createMessage, meshtastic } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';

export interface HeardEvent {
  /** Number of the port it came on. */
  readonly port: number;
  readonly event: CotEvent;
}

export interface Listener {
  /** The events in these packets; a transfer gives its event when it is whole. @throws Error for what is refused */
  hear(packets: readonly meshtastic.MeshPacket[]): readonly HeardEvent[];
}

export const createListener = (): Listener => {
  const decodeFrame = createFrameDecoder({ wire: createV2Wire({ dictionaries: [] }) });
  const assembler = createFountainAssembler<undefined>();
  const seen = new Set<number>();

  const eventOf = (port: number, payload: Uint8Array, packet: meshtastic.MeshPacket): CotEvent | undefined => {
    const { from: sender, id } = packet;
    if (port === meshtastic.PortNum.ATAK_FORWARDER && fragmentOf('', sender, payload) !== undefined) {
      const heard = { item: undefined, key: String(id), mesh: '', sender, payload, nowMs: 0 };
      const assembled = assembler.add(heard);
      if (assembled.kind === 'refused') throw new Error(assembled.refusal.detail);
      if (assembled.kind !== 'whole') return undefined;
      if (!assembled.result.ok) throw new Error(assembled.result.detail);
      return assembled.result.event;
    }
    const decoded = decodeFrame(createMessage('frameHeard', { port, payload, from: sender, packetId: id }));
    if (!decoded.ok) throw new Error(decoded.detail);
    return decoded.event;
  };

  return {
    hear: (packets) =>
      packets.flatMap((packet) => {
        const { case: what, value } = packet.payloadVariant;
        if (what !== 'decoded' || seen.has(packet.id)) return [];
        seen.add(packet.id);
        const event = eventOf(value.portnum, value.payload, packet);
        return event === undefined ? [] : [{ port: value.portnum, event }];
      }),
  };
};
