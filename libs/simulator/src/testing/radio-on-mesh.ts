/** A radio on an otherwise empty mesh, a clock to move, and what the tests of the radio share. */
import { meshtastic } from '@cotbus/contracts';
import { fromBinary } from '@bufbuild/protobuf';
import { onTestFinished } from 'vitest';
import { dataOf } from '../mesh-packet.ts';
import { createMesh, type Mesh, type MeshOptions } from '../mesh.ts';
import { startSimulatedRadio, type SimulatedRadio, type SimulatedRadioOptions } from '../tcp-radio.ts';
import { connectApiClient, type ApiClient } from './api-client.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

export const RADIO_NUM = 0x51a00000;
export const PEER_NUM = 0x51a00001;

export interface RadioOnMesh {
  readonly clock: ManualClock;
  readonly mesh: Mesh;
  readonly radio: SimulatedRadio;
  /** Another client of the radio, configured. */
  readonly client: () => Promise<ApiClient>;
  /** A station that hears; what it heard. */
  readonly peer: (hopsAway?: number) => meshtastic.MeshPacket[];
}

/** Everything is closed when the test is over. */
export const radioOnMesh = async (
  options: Partial<SimulatedRadioOptions> & { readonly meshOptions?: Partial<MeshOptions> } = {},
): Promise<RadioOnMesh> => {
  const clock = createManualClock();
  const mesh = createMesh({ clock, seed: 1, ...options.meshOptions });
  const node = { num: RADIO_NUM, longName: 'Gateway', shortName: 'GW' };
  const radio = await startSimulatedRadio({ mesh, node, ...options });
  onTestFinished(() => radio.close());
  return {
    clock,
    mesh,
    radio,
    client: async () => {
      const client = await connectApiClient(radio.port);
      onTestFinished(client.close);
      await client.configure();
      return client;
    },
    peer: (hopsAway = 0) => {
      const heard: meshtastic.MeshPacket[] = [];
      mesh.join({ num: PEER_NUM, hopsAway, hear: (packet) => void heard.push(packet) });
      return heard;
    },
  };
};

/** Routing results that a client got: sender, packet meant, error. */
export const routingResults = (client: ApiClient): { from: number; id: number; error: number }[] =>
  client.all('packet').flatMap((packet) => {
    const data = dataOf(packet);
    if (data?.portnum !== meshtastic.PortNum.ROUTING_APP) return [];
    const { variant } = fromBinary(meshtastic.RoutingSchema, data.payload);
    return variant.case === 'errorReason' ? [{ from: packet.from, id: data.requestId, error: variant.value }] : [];
  });

/** Queue statuses about packets: the packet meant, the result. */
export const queueResults = (client: ApiClient): { id: number; res: number }[] =>
  client
    .all('queueStatus')
    .filter(({ meshPacketId }) => meshPacketId !== 0)
    .map(({ meshPacketId, res }) => ({ id: meshPacketId, res }));
