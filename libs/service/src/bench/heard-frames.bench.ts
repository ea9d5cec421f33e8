/** What a bench hears: a hundred nodes whose contacts are due, each frame with what is known of its sender. */
import { createMessage, meshtastic } from '@cotbus/contracts';
import type { FrameHeard } from '@cotbus/contracts';

const NODES = 100;
const BASE_NUM = 0x10000000;
/** A frame of middling length. */
const PAYLOAD = new Uint8Array(90).fill(7);

const frameOf = (node: number): FrameHeard => {
  const num = BASE_NUM + node;
  const name = { longName: `Alpha ${node}`, shortName: `A${node}`, role: 7, hardwareModel: 43 };
  const fix = { latitudeI: 470_000_000 + node, longitudeI: 110_000_000 - node, altitudeMslM: 600, precisionBits: 32 };
  return createMessage('frameHeard', {
    mesh: 'mesh-1',
    port: meshtastic.PortNum.NODEINFO_APP,
    from: num,
    to: 0xffffffff,
    packetId: 0x20000000 + node,
    payload: PAYLOAD,
    frameHash: 0x123456789abcdefn + BigInt(node),
    refresh: true,
    sender: { num, agent: 'radio-1', mesh: 'mesh-1', ...name, fix, snrDb: 6.25, rssiDbm: -71, hops: 1 },
  });
};

/** Without headers: custody, or who does without it, gives them. */
export const heardFrames = (): readonly FrameHeard[] => Array.from({ length: NODES }, (_, node) => frameOf(node));
