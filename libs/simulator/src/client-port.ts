/** What a radio says to its client, and what it keeps for one that is not there. */
import { meshtastic } from '@cotbus/contracts';
import { fromRadio, routingPacket } from './from-radio.ts';
import { dataOf } from './mesh-packet.ts';
import type { Mesh } from './mesh.ts';

/** Packets a radio keeps for its client (firmware for boards with enough memory). */
export const CLIENT_BUFFER_SIZE = 32;

export type Client = (message: meshtastic.FromRadio) => void;

export interface ClientPort {
  /** Everything from now on goes to this client, starting with the packets kept for one. @returns ends that. */
  attach(client: Client): () => void;
  readonly attached: boolean;
  /** Lost without a client. */
  tell(message: meshtastic.FromRadio): void;
  /** Kept without a client: a full buffer drops the packet, but a text message takes the place of the oldest. */
  deliver(packet: meshtastic.MeshPacket): void;
  /** What became of a packet. @param from the destination; default the radio itself. */
  tellRouting(requestId: number, error: meshtastic.Routing_Error, from?: number): void;
  /** Loses the client and what was kept. */
  reset(): void;
}

/** @param num the radio's own. */
export const createClientPort = (mesh: Mesh, num: number): ClientPort => {
  const kept: meshtastic.MeshPacket[] = [];
  let client: Client | undefined;

  const keep = (packet: meshtastic.MeshPacket): void => {
    if (kept.length === CLIENT_BUFFER_SIZE) {
      if (dataOf(packet)?.portnum !== meshtastic.PortNum.TEXT_MESSAGE_APP) return;
      kept.shift();
    }
    kept.push(packet);
  };
  const deliver = (packet: meshtastic.MeshPacket): void => {
    if (client) client(fromRadio({ case: 'packet', value: packet }));
    else keep(packet);
  };

  return {
    attach: (next) => {
      client = next;
      for (const packet of kept.splice(0)) deliver(packet);
      return () => {
        if (client === next) client = undefined;
      };
    },
    get attached() {
      return client !== undefined;
    },
    tell: (message) => client?.(message),
    deliver,
    tellRouting: (requestId, error, from = num) => {
      const rxTime = Math.floor(mesh.clock.now() / 1000);
      deliver(routingPacket({ from, to: num, id: mesh.nextPacketId(), requestId, error, rxTime }));
    },
    reset: () => {
      client = undefined;
      kept.length = 0;
    },
  };
};
