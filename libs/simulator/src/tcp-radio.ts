/** A simulated radio behind TCP, speaking the stream API of the real ones. */
import type { meshtastic } from '@cotbus/contracts';
import { openApiServer } from './api-server.ts';
import type { NodeDb } from './node-db.ts';
import { createRadioFaults, type RadioFaults } from './radio-faults.ts';
import { createRadio, type RadioOptions } from './radio.ts';
import type { TransmitListener } from './transmitter.ts';

/** Packets of the client that `sent` remembers. */
const MAX_SENT = 10_000;

export interface SimulatedRadioOptions extends RadioOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
}

export interface SimulatedRadio extends RadioFaults {
  readonly host: string;
  readonly port: number;
  /** Own node number. */
  readonly num: number;
  /** What it knows of others. */
  readonly nodes: NodeDb;
  /** Whether a client is connected. */
  readonly connected: boolean;
  /** What the client had transmitted, in order, retransmissions not counted; the newest 10000. */
  sent(): meshtastic.MeshPacket[];
  /** Called with each of those when its transmission begins. @returns ends it. */
  onTransmit(listener: TransmitListener): () => void;
  /** Hands the client a packet unchanged, as if it had been heard. */
  inject(packet: meshtastic.MeshPacket): void;
  /** Its own team and role; undefined where the firmware has no such setting. */
  readonly tak: meshtastic.ModuleConfig_TAKConfig | undefined;
  /** Ends connection and listener and leaves the mesh. */
  close(): Promise<void>;
}

/** Rejects when the port cannot be listened on. */
export const startSimulatedRadio = async (options: SimulatedRadioOptions): Promise<SimulatedRadio> => {
  const { host = '127.0.0.1' } = options;
  const radio = createRadio(options);
  const sent: meshtastic.MeshPacket[] = [];
  radio.onTransmit((packet) => {
    if (sent.push(packet) > MAX_SENT) sent.shift();
  });
  const manners = { silent: false, bytewise: false };
  const server = await openApiServer(radio, manners, host, options.port ?? 0).catch((error: unknown) => {
    radio.stop();
    throw error;
  });
  const faults = createRadioFaults(radio, server, manners);
  radio.onRestart(() => faults.reboot());
  return {
    ...faults,
    host,
    port: server.port,
    num: radio.settings.node.num,
    nodes: radio.nodes,
    get tak() {
      return radio.admin.tak;
    },
    get connected() {
      return server.connection !== undefined;
    },
    sent: () => [...sent],
    onTransmit: (listener) => radio.onTransmit(listener),
    inject: (packet) => radio.port.deliver(packet),
    close: async () => {
      radio.stop();
      await server.close();
    },
  };
};
