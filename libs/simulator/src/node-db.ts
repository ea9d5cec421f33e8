/** What a radio knows of the nodes it has heard. Filled from packets, told in the handshake. */
import { create, fromBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';

/** Nodes a large radio remembers; the one heard longest ago goes first. */
export const NODE_DB_SIZE = 250;

export interface NodeDb {
  /** Takes in whatever the packet says of its sender. */
  learn(packet: meshtastic.MeshPacket): void;
  /** Adds or replaces a node. */
  put(node: meshtastic.NodeInfo): void;
  /** Oldest first. */
  list(): meshtastic.NodeInfo[];
  get(num: number): meshtastic.NodeInfo | undefined;
}

export const createNodeDb = (): NodeDb => {
  const nodes = new Map<number, meshtastic.NodeInfo>();
  const put = (node: meshtastic.NodeInfo): void => {
    nodes.delete(node.num);
    nodes.set(node.num, node);
    const [oldest] = nodes.keys();
    if (nodes.size > NODE_DB_SIZE && oldest !== undefined) nodes.delete(oldest);
  };
  return {
    put,
    list: () => [...nodes.values()],
    get: (num) => nodes.get(num),
    learn: (packet) => {
      const known = nodes.get(packet.from) ?? create(meshtastic.NodeInfoSchema, { num: packet.from });
      put(
        create(meshtastic.NodeInfoSchema, {
          ...known,
          ...toldBy(packet),
          snr: packet.rxSnr,
          lastHeard: packet.rxTime,
          channel: packet.channel,
          viaMqtt: packet.viaMqtt,
          hopsAway: packet.hopStart - packet.hopLimit,
        }),
      );
    },
  };
};

type Told = Partial<Pick<meshtastic.NodeInfo, 'user' | 'position' | 'deviceMetrics'>>;

const toldBy = (packet: meshtastic.MeshPacket): Told => {
  if (packet.payloadVariant.case !== 'decoded') return {};
  const { portnum, payload } = packet.payloadVariant.value;
  if (portnum === meshtastic.PortNum.NODEINFO_APP) {
    const user = decode(meshtastic.UserSchema, payload);
    return user ? { user } : {};
  }
  if (portnum === meshtastic.PortNum.POSITION_APP) {
    const position = decode(meshtastic.PositionSchema, payload);
    return position ? { position } : {};
  }
  if (portnum !== meshtastic.PortNum.TELEMETRY_APP) return {};
  const variant = decode(meshtastic.TelemetrySchema, payload)?.variant;
  return variant?.case === 'deviceMetrics' ? { deviceMetrics: variant.value } : {};
};

const decode = <S extends DescMessage>(schema: S, payload: Uint8Array): MessageShape<S> | undefined => {
  try {
    return fromBinary(schema, payload);
  } catch {
    return undefined;
  }
};
