/** What the fuzzer starts from: events of ours and, where they are, of the published SDK, and all that becomes of them. */
import type { CotEvent } from '@cotbus/contracts';
import { sdkFixtures } from '@cotbus/testkit';
import { parseEventTree, parseEventXml } from '../../cot/parse-event.ts';
import { encodeForwarder } from '../../forwarder/forwarder.ts';
import { encodePacket } from '../../packet/bytes/encode.ts';
import { packetOfTree } from '../../packet/packet.ts';
import { PROFILE_A, PROFILE_B } from '../../packet/profile.ts';
import { encodeV1Frame } from '../../tak-v1/v1-frame.ts';
import { captured } from '../../tak-v1/testing/captured.ts';
import { corpusEvents, listTestdata, malformedInputs, readTestdata } from '../../testing/corpus.ts';
import { bytesOf } from '../../testing/samples.ts';

/** Longer ones are there to be refused at once, and slow everything else down. */
const MAX_MALFORMED_BYTES = 20_000;

const malformed = (source: string): readonly Uint8Array[] =>
  malformedInputs()
    .filter((input) => input.source === source && input.bytes.length <= MAX_MALFORMED_BYTES)
    .map(({ bytes }) => bytes);

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const good = [...corpusEvents(), ...sdkFixtures()].map(({ xml }) => xml);

export const xmlSeeds: readonly string[] = [...good, ...malformed('xml').map(text)];

const trees = good.flatMap((xml) => {
  const parsed = parseEventTree(xml);
  return parsed.ok ? [parsed.tree] : [];
});

export const eventSeeds: readonly CotEvent[] = good.flatMap((xml) => {
  const parsed = parseEventXml(xml);
  return parsed.ok ? [parsed.event] : [];
});

/** Serialised TAKPacketV2 of both schemas. */
export const packetSeeds: readonly Uint8Array[] = [PROFILE_A, PROFILE_B].flatMap((profile) =>
  trees.flatMap((tree) => {
    const packet = packetOfTree(tree, profile);
    return packet.ok ? [encodePacket(packet.packet)] : [];
  }),
);

export const v2Seeds: readonly Uint8Array[] = [
  ...listTestdata('golden')
    .filter((path) => path.endsWith('.bin'))
    .map((path) => readTestdata(`golden/${path}`) ?? new Uint8Array()),
  ...sdkFixtures().map(({ frame }) => frame),
  ...malformed('78'),
];

export const v1Seeds: readonly Uint8Array[] = [
  ...Object.values(captured).flatMap(({ plain, compressed }) => [bytesOf(plain), bytesOf(compressed)]),
  ...eventSeeds.flatMap((event) =>
    [true, false].flatMap((compressed) => {
      const sent = encodeV1Frame(event, { compressed });
      return sent.ok ? [sent.payload] : [];
    }),
  ),
  ...malformed('72'),
];

/** Payloads that belong together: one, or all of a transfer. */
export const forwarderSeeds: readonly (readonly Uint8Array[])[] = [
  ...eventSeeds.flatMap((event, at) =>
    (['apple', 'plugin'] as const).flatMap((audience) => {
      const sent = encodeForwarder(event, { audience, transferId: at });
      return sent.ok ? [sent.payloads] : [];
    }),
  ),
  ...malformed('257').map((bytes) => [bytes]),
];
