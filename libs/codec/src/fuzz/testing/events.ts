/** Events from TAK, and what comes over the bus, with something wrong. */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { CotEventSchema, FrameHeardSchema, NodeStateSchema, meshtastic } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { buildEventXml } from '../../cot/build-event.ts';
import { flowTags } from '../../cot/flow-tags.ts';
import { parseEventXml } from '../../cot/parse-event.ts';
import { stampEvent } from '../../cot/stamp.ts';
import { packetOfTree, treeOfPacket } from '../../packet/packet.ts';
import { treeOfEvent } from '../../cot/event-tree.ts';
import { PROFILE_A } from '../../packet/profile.ts';
import { plainDecoders } from '../../plain/plain-frame.ts';
import { NOON_MS, sampleFrame } from '../../testing/samples.ts';
import { decodeFrame, encodeEvent } from './codec.ts';
import { mutateProtobuf } from './mutate-protobuf.ts';
import { mutateXml } from './mutate-xml.ts';
import { randomMessage } from './random-message.ts';
import type { Random } from './random.ts';
import { eventSeeds, v2Seeds, xmlSeeds } from './seeds.ts';
import {
  Broken,
  isModelled,
  randomSend,
  settledEvent,
  settledRefusal,
  settledSend,
  settledTwice,
  settledXml,
} from './settled.ts';
import type { Outcome } from './settled.ts';
import type { Target } from './target.ts';

const utf8 = new TextEncoder();

/** As the published SDK does it: nothing throws, and what is sent comes back as an event. */
const settledProfileA = (event: CotEvent): void => {
  const parsed = packetOfTree(treeOfEvent(event), PROFILE_A);
  const built = parsed.ok ? treeOfPacket(parsed.packet) : parsed;
  if (!built.ok) settledRefusal(built);
};

const settledText = (xml: string, random: Random): Outcome => {
  const parsed = settledTwice(() => parseEventXml(xml));
  if (!parsed.ok) return settledRefusal(parsed);
  settledXml(buildEventXml(parsed.event));
  if (!Array.isArray(flowTags(parsed.event))) throw new Broken('the flow tags');
  settledProfileA(parsed.event);
  return `event, ${settledSend(parsed.event, randomSend(random))}`;
};

export const xml: Target = {
  name: 'xml',
  open: () => (random) => {
    const text = mutateXml(random, random.pick(xmlSeeds), random.pick(xmlSeeds));
    return { bytes: utf8.encode(text), check: () => settledText(text, random) };
  },
};

const { PortNum } = meshtastic;
const plainPorts = [...plainDecoders.keys()];
const plainSchemas: ReadonlyMap<number, DescMessage> = new Map<number, DescMessage>([
  [PortNum.POSITION_APP, meshtastic.PositionSchema],
  [PortNum.NODEINFO_APP, meshtastic.UserSchema],
  [PortNum.WAYPOINT_APP, meshtastic.WaypointSchema],
  [PortNum.TELEMETRY_APP, meshtastic.TelemetrySchema],
]);

const plainPayload = (random: Random, port: number): Uint8Array => {
  const schema = plainSchemas.get(port);
  if (schema === undefined)
    return utf8.encode(mutateXml(random, 'Hello at the tower, a & b <c>', random.pick(xmlSeeds))).subarray(0, 300);
  const [bytes, other] = [
    toBinary(schema, randomMessage(random, schema)),
    toBinary(schema, randomMessage(random, schema)),
  ];
  return random.chance(0.5) ? bytes : mutateProtobuf(random, bytes, other);
};

export const plain: Target = {
  name: 'plain',
  open: () => (random) => {
    const port = random.pick(plainPorts);
    const bytes = plainPayload(random, port);
    const heard = sampleFrame({
      port,
      payload: bytes,
      from: random.pick([0, 1, 0x15465d8d, 0xffffffff]),
      to: random.pick([0xffffffff, 1, 0x15465d8d]),
      channel: random.below(9),
      refresh: random.chance(0.1),
      sender: randomMessage(random, NodeStateSchema),
    });
    return {
      bytes,
      check: () => {
        const result = settledTwice(() => decodeFrame(heard));
        if (!result.ok) return settledRefusal(result);
        settledEvent(result.event, true);
        return `event, ${settledSend(stampEvent(result.event, NOON_MS), randomSend(random))}`;
      },
    };
  },
};

const read = <S extends DescMessage>(schema: S, bytes: Uint8Array): MessageShape<S> | undefined => {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
};

/** A frame as an agent hands it on. */
const heardBytes = (random: Random): Uint8Array => {
  const frame = random.chance(0.3)
    ? randomMessage(random, FrameHeardSchema)
    : sampleFrame({ port: 78, payload: random.pick(v2Seeds) });
  return mutateProtobuf(
    random,
    toBinary(FrameHeardSchema, frame),
    toBinary(FrameHeardSchema, randomMessage(random, FrameHeardSchema)),
  );
};

const eventBytes = (random: Random): Uint8Array => {
  const event = random.chance(0.3) ? randomMessage(random, CotEventSchema) : random.pick(eventSeeds);
  return mutateProtobuf(random, toBinary(CotEventSchema, event), toBinary(CotEventSchema, random.pick(eventSeeds)));
};

const settledHeard = (bytes: Uint8Array): Outcome => {
  const heard = read(FrameHeardSchema, bytes);
  if (heard === undefined) return 'no message';
  const result = decodeFrame(heard);
  return result.ok
    ? settledEvent(result.event, heard.port !== PortNum.ATAK_FORWARDER && isModelled(heard.port, heard.payload))
    : settledRefusal(result);
};

/** Nobody of ours writes such an event; whoever does gets frames or a reason. */
const settledForeign = (bytes: Uint8Array, random: Random): Outcome => {
  const event = read(CotEventSchema, bytes);
  if (event === undefined) return 'no message';
  const sent = encodeEvent(event, randomSend(random));
  return sent.ok ? 'sent' : settledRefusal(sent);
};

export const envelope: Target = {
  name: 'envelope',
  open: () => (random) => {
    const isEvent = random.chance(0.5);
    const bytes = isEvent ? eventBytes(random) : heardBytes(random);
    return { bytes, check: () => (isEvent ? settledForeign(bytes, random) : settledHeard(bytes)) };
  },
};
