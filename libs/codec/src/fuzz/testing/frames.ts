/** Frames on the ports of TAK, with something wrong. */
import { zlibSync, deflateSync } from 'fflate';
import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { stampEvent } from '../../cot/stamp.ts';
import { createFountainAssembler } from '../../forwarder/assembler.ts';
import { OPEN_TRANSFERS, WHOLE_TRANSFERS } from '../../limits.ts';
import { NOON_MS, sampleFrame, sampleNode } from '../../testing/samples.ts';
import { decodeFrame, dictionaries, zstd } from './codec.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateProtobuf } from './mutate-protobuf.ts';
import { mutateXml } from './mutate-xml.ts';
import { randomMessage } from './random-message.ts';
import type { Random } from './random.ts';
import { eventSeeds, forwarderSeeds, packetSeeds, v1Seeds, v2Seeds, xmlSeeds } from './seeds.ts';
import { Broken, isModelled, randomSend, settledEvent, settledRefusal, settledSend, settledTwice } from './settled.ts';
import type { Outcome } from './settled.ts';
import type { FuzzInput, Target } from './target.ts';

const { PortNum } = meshtastic;
const utf8 = new TextEncoder();

const sender = sampleNode({ tak: { uid: 'ANDROID-0123456789abcdef', callsign: 'VIPER-1' } });

/** What came of it is an event for everybody, and can be sent on. */
const settled = (event: CotEvent, isOwn: boolean, random: Random): Outcome => {
  settledEvent(event, isOwn);
  return `event, ${settledSend(stampEvent(event, NOON_MS), randomSend(random))}`;
};

const inputOf = (port: number, bytes: Uint8Array, random: Random): FuzzInput => ({
  bytes,
  check: () => {
    const result = settledTwice(() => decodeFrame(sampleFrame({ port, payload: bytes, sender })));
    return result.ok ? settled(result.event, isModelled(port, bytes), random) : settledRefusal(result);
  },
});

const compressors = dictionaries.flatMap(({ generation, number, bytes }) => {
  const opened = zstd?.open(bytes, { contentSize: true, dictionaryId: generation === 'c' });
  return opened === undefined ? [] : [{ number, opened }];
});
/** Bytes that inflate to more than a packet, now and then. */
const BOMB_BYTES = [4096, 4097, 65_536, 1_000_000];

const RAW = 0xff;

const behind = (first: number, rest: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(1 + rest.length);
  bytes[0] = first;
  bytes.set(rest, 1);
  return bytes;
};

const framed = (random: Random, packet: Uint8Array): Uint8Array => {
  const compressor = compressors.length === 0 || random.chance(0.5) ? undefined : random.pick(compressors);
  return compressor === undefined ? behind(RAW, packet) : behind(compressor.number, compressor.opened.compress(packet));
};

/** A packet with this detail, as it is. */
const rawDetail = (detail: string, of: CotEvent): Uint8Array =>
  toBinary(
    meshtastic.TAKPacketV2Schema,
    create(meshtastic.TAKPacketV2Schema, {
      uid: of.uid,
      cotTypeStr: of.type,
      payloadVariant: { case: 'rawDetail', value: utf8.encode(detail) },
    }),
  );

const v2Inputs: readonly ((random: Random) => Uint8Array)[] = [
  (random) => mutateBytes(random, random.pick(v2Seeds), random.pick(v2Seeds)),
  (random) => framed(random, mutateProtobuf(random, random.pick(packetSeeds), random.pick(packetSeeds))),
  (random) => framed(random, mutateProtobuf(random, random.pick(packetSeeds), random.pick(packetSeeds))),
  (random) =>
    framed(random, toBinary(meshtastic.TAKPacketV2Schema, randomMessage(random, meshtastic.TAKPacketV2Schema))),
  (random) => {
    const event = random.pick(eventSeeds);
    return framed(random, rawDetail(mutateXml(random, event.detail, random.pick(xmlSeeds)), event));
  },
  (random) => {
    const bytes = random.chance(0.05)
      ? framed(random, new Uint8Array(random.pick(BOMB_BYTES)))
      : Uint8Array.from({ length: random.below(240) }, () => random.below(256));
    return bytes.length > MAX_AIR_BYTES ? bytes.subarray(0, MAX_AIR_BYTES) : bytes;
  },
];
/** More than any radio hands over. */
const MAX_AIR_BYTES = 5000;

export const frame78: Target = {
  name: 'frame78',
  open: () => (random) => inputOf(PortNum.ATAK_PLUGIN_V2, random.pick(v2Inputs)(random), random),
};

export const frame72: Target = {
  name: 'frame72',
  open: () => (random) => {
    const bytes = random.chance(0.1)
      ? toBinary(meshtastic.TAKPacketSchema, randomMessage(random, meshtastic.TAKPacketSchema))
      : mutateProtobuf(random, random.pick(v1Seeds), random.pick(v1Seeds));
    return inputOf(PortNum.ATAK_PLUGIN, bytes, random);
  },
};

/** XML with something wrong in a container with nothing wrong, and the other way round. */
const directMessage = (random: Random): Uint8Array => {
  const xml = utf8.encode(mutateXml(random, random.pick(xmlSeeds), random.pick(xmlSeeds)));
  const pack = random.pick([zlibSync, deflateSync, (bytes: Uint8Array) => bytes]);
  const body = pack(xml);
  return random.chance(0.5) ? body : behind(random.pick([0, 0x30, 1]), body);
};

/** Fragments of several senders, some of them damaged, lost or repeated: what one batch hears. */
const openAssembler = () => {
  const assembler = createFountainAssembler<number>();
  const MOST = OPEN_TRANSFERS.bytesInAll + WHOLE_TRANSFERS.bytesInAll;
  let nowMs = 0;
  let item = 0;
  return (payload: Uint8Array, from: number, random: Random): Outcome => {
    nowMs += 200;
    item += 1;
    const added = assembler.add({ item, key: String(item), mesh: 'hills', sender: from, payload, nowMs });
    const { open, whole, bytes } = assembler.stats();
    if (open > OPEN_TRANSFERS.inAll || whole > WHOLE_TRANSFERS.inAll || bytes > MOST) {
      throw new Broken(`${open} transfers open, ${whole} whole, ${bytes} bytes`);
    }
    if (added.kind === 'refused') return settledRefusal(added.refusal);
    if (added.kind === 'progress') return 'fragment';
    return added.result.ok ? settled(added.result.event, false, random) : settledRefusal(added.result);
  };
};

export const frame257: Target = {
  name: 'frame257',
  open: () => {
    const assemble = openAssembler();
    return (random) => {
      const bytes = random.chance(0.4)
        ? directMessage(random)
        : mutatedOrNot(random, random.pick(random.pick(forwarderSeeds)), random.pick(random.pick(forwarderSeeds)));
      const decode = inputOf(PortNum.ATAK_FORWARDER, bytes, random);
      const from = random.below(40);
      return {
        bytes,
        check: () => {
          const outcome = decode.check();
          return outcome === 'incomplete' ? assemble(bytes, from, random) : outcome;
        },
      };
    };
  },
};

const mutatedOrNot = (random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array =>
  random.chance(0.4) ? bytes : mutateBytes(random, bytes, other);
