/** What holds for every event of the corpus, in every form and both directions. */
import { toBinary } from '@bufbuild/protobuf';
import { kindNames, kindOf, kindText, meshtastic } from '@cotbus/contracts';
import type { CotEvent, KindName } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from './cot/build-event.ts';
import { hasAttribute } from './cot/element.ts';
import { eventOfTree } from './cot/event-tree.ts';
import { parseEventXml, parseEventTree } from './cot/parse-event.ts';
import { stampEvent } from './cot/stamp.ts';
import { createFountainAssembler } from './forwarder/assembler.ts';
import { decodeForwarder, encodeForwarder } from './forwarder/forwarder.ts';
import { createV2Wire } from './frame/v2-frame.ts';
import { MAX_FRAME_BYTES, MAX_ROUTE_LINKS, MAX_VERTICES, MIN_STALE_SECONDS } from './limits.ts';
import { packetOfTree, treeOfPacket } from './packet/packet.ts';
import type { Packet } from './packet/payload.ts';
import { PROFILE_A, PROFILE_B } from './packet/profile.ts';
import type { PacketProfile } from './packet/profile.ts';
import { corpusEvents } from './testing/corpus.ts';
import { packetOfXml } from './testing/packets.ts';
import { NOON_MS, sampleFrame } from './testing/samples.ts';
import { createFrameDecoder } from './decode-frame.ts';
import { encodeV1Frame } from './tak-v1/v1-frame.ts';

const events = corpusEvents();
const wire = createV2Wire({ zstd: openZstd(), dictionaries: usableDictionaries(findDictionaries(INSTALL_FOLDER)) });
const LEAST_OF_EACH = 3;

const treeOf = (xml: string) => {
  const parsed = parseEventTree(xml);
  if (!parsed.ok) throw new Error(`${parsed.reason}: ${parsed.detail}`);
  return parsed.tree;
};
const rebuilt = (packet: Packet) => {
  const built = treeOfPacket(packet);
  if (!built.ok) throw new Error(`${built.reason}: ${built.detail}`);
  return built.tree;
};
const through = (packet: Packet, profile: PacketProfile): Packet => {
  const parsed = packetOfTree(rebuilt(packet), profile);
  if (!parsed.ok) throw new Error(`${parsed.reason}: ${parsed.detail}`);
  return parsed.packet;
};

/**
 * What does not survive XML: receivers let anything live for 45 seconds at least; a receipt is written as a link alone;
 * a line without a sender is written as one of UNKNOWN; the SDK reads neither squawk nor type from the remarks once an
 * element gives the address.
 */
const afterLosses = (packet: Packet, { asSdk }: PacketProfile): Packet => {
  const kept = { ...packet, staleSeconds: Math.max(packet.staleSeconds, MIN_STALE_SECONDS) };
  const { case: name, value } = packet.payloadVariant;
  if (name === 'chat' && value.receiptType !== 0) {
    const { $typeName, message, receiptForUid, receiptType } = value;
    return { ...kept, payloadVariant: { case: name, value: { $typeName, message, receiptForUid, receiptType } } };
  }
  if (name === 'chat' && value.toCallsign === undefined) {
    return { ...kept, payloadVariant: { case: name, value: { ...value, toCallsign: 'UNKNOWN' } } };
  }
  return name === 'aircraft' && asSdk
    ? { ...kept, payloadVariant: { case: name, value: { ...value, squawk: 0, aircraftType: '' } } }
    : kept;
};

describe('the corpus', () => {
  const payloads = events.map(({ xml }) => packetOfXml(xml).payloadVariant.case ?? 'pli');

  it('has at least 80 events', () => expect(events.length).toBeGreaterThanOrEqual(80));

  it.each(kindNames.filter((name) => name !== 'refused'))('has every kind: %s', (kind) => {
    expect(events.filter((event) => event.kind === kind).length).toBeGreaterThanOrEqual(LEAST_OF_EACH);
  });

  it.each(meshtastic.TAKPacketV2Schema.oneofs.flatMap(({ fields }) => fields.map(({ localName }) => localName)))(
    'has every payload: %s',
    (name) => {
      expect(payloads.filter((payload) => payload === name).length).toBeGreaterThanOrEqual(LEAST_OF_EACH);
    },
  );

  it.each(['atak', 'itak', 'wintak', 'webtak'])('has events of every client: %s', (client) => {
    expect(events.filter(({ name }) => name.includes(`/${client}-`)).length).toBeGreaterThanOrEqual(10);
  });

  it('has a uid of its own for each, but for what an event takes back', () => {
    const uids = events.filter(({ kind }) => kind !== 'delete').map(({ xml }) => treeOf(xml).uid);
    const twice = uids.filter((uid, at) => uids.indexOf(uid) !== at);
    expect(twice).toEqual([expect.stringMatching(/-9-1-1$/)]);
  });
});

describe.each(events)('$name', ({ kind, xml }) => {
  const tree = treeOf(xml);
  const event = eventOfTree(tree);

  it('stands in the folder of its kind', () => expect(kindText(tree.kind)).toBe(kind));

  it('is the same when it is written and read', () => {
    expect(parseEventXml(buildEventXml(event))).toEqual({ ok: true, event });
  });

  it.each<[string, PacketProfile]>([
    ['schema B', PROFILE_B],
    ['the form of the SDK', PROFILE_A],
  ])('its packet is the same when it is built and parsed, in %s', (_, profile) => {
    const packet = packetOfXml(xml, profile);
    expect(through(packet, profile)).toEqual(afterLosses(packet, profile));
  });

  it.for(['raw', 'c'] as const)('its frame holds the whole packet, %s', (form, { skip }) => {
    skip(!wire.can(form), 'no zstd here');
    const packet = packetOfXml(xml);
    const encoded = wire.encode(packet, { form, maxFrameBytes: 4097 });
    if (!encoded.ok) throw new Error(encoded.detail);
    const decoded = wire.decode(encoded.frame);
    if (!decoded.ok) throw new Error(decoded.detail);
    expect(decoded.packet).toEqual(packet);
    expect(toBinary(meshtastic.TAKPacketV2Schema, decoded.packet)).toEqual(encoded.packetBytes);
  });

  it('comes out of a frame as receivers accept it', () => {
    const arrived = stampEvent(eventOfTree(rebuilt(packetOfXml(xml))), NOON_MS);
    expect(arrived).toMatchObject({ uid: event.uid, type: event.type, kind: event.kind });
    expect(cotFaults(buildEventXml(arrived)).filter((fault) => !/never drawn/.test(fault))).toEqual([]);
  });

  it.each(['apple', 'plugin'] as const)('goes over port 257 whole, for %s', (audience) => {
    const encoded = encodeForwarder(event, { audience, transferId: 0xc07b05 });
    if (!encoded.ok) throw new Error(encoded.detail);
    expect(arrivedOver257(encoded.payloads)).toEqual(event);
  });
});

/** Friends on the ground; of chat the lines: receipts are lines of their own over this port. */
const forPort72 = events.filter(({ kind, xml }) => {
  const { type } = treeOf(xml);
  return (kind === 'pli' && type.startsWith('a-f-G')) || (kind === 'chat' && type === 'b-t-f');
});

it.each(forPort72)('$name goes over port 72', ({ kind, xml }) => {
  const encoded = encodeV1Frame(eventOfTree(treeOf(xml)));
  if (!encoded.ok) throw new Error(encoded.detail);
  expect(encoded.payload.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
  const decoded = createFrameDecoder({ wire })(sampleFrame({ port: 72, payload: encoded.payload }));
  expect(decoded).toMatchObject({ ok: true, event: { kind: kindOf(kind as KindName) } });
});

const arrivedOver257 = (payloads: readonly Uint8Array[]): CotEvent | undefined => {
  const assembler = createFountainAssembler<number>();
  for (const [at, payload] of payloads.entries()) {
    const message = decodeForwarder(payload);
    if (message.ok && message.kind === 'event') return message.event;
    const assembled = assembler.add({ item: at, key: String(at), mesh: '', sender: 1, payload, nowMs: 0 });
    if (assembled.kind === 'whole' && assembled.result.ok) return assembled.result.event;
  }
  return undefined;
};

describe('what is cut is said', () => {
  it.each([
    ['shape/atak-telestration', MAX_VERTICES],
    ['route/atak-20-points', MAX_ROUTE_LINKS],
  ])('%s keeps %i points', (name, most) => {
    const packet = packetOfXml(events.find((event) => event.name === name)?.xml ?? '');
    const { value } = packet.payloadVariant;
    expect(value).toMatchObject({ truncated: true });
    expect(rebuilt(packet).detail.filter((e) => hasAttribute(e, 'point'))).toHaveLength(most);
    expect(buildEventXml(stampEvent(eventOfTree(rebuilt(packet)), NOON_MS))).toMatch(/<remarks>[^<]/);
  });
});
