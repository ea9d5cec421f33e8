/** What is measured: the events of a corpus and all that becomes of them on their ways, prepared once. */
import { sdkFixtures } from '@cotbus/testkit';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import { parseEventTree } from '../cot/parse-event.ts';
import type { EventTree } from '../cot/event-tree.ts';
import { fitEvent } from '../fit/fit.ts';
import type { FittedFrame } from '../fit/fit.ts';
import { createV2Wire } from '../frame/v2-frame.ts';
import { packetOfTree } from '../packet/packet.ts';
import type { Packet } from '../packet/payload.ts';
import { PROFILE_A, PROFILE_B } from '../packet/profile.ts';
import type { PacketProfile } from '../packet/profile.ts';
import type { Refused } from '../result.ts';
import { corpusEvents } from '../testing/corpus.ts';
import { useFor } from '../wire/dictionary.ts';
import type { Zstd, ZstdDictionary } from '../wire/zstd.ts';
import { sdkDictionaries } from '../wire/testing/sdk-files.ts';

export type Form = 'raw' | 'a' | 'c';

/** Opens each dictionary once: with tables of their own, the bare and the full way would push each other out of the cache. */
const shared = (engine: Zstd): Zstd => {
  const opened = new Map<Uint8Array, ZstdDictionary>();
  return {
    name: engine.name,
    open: (dictionary, form) => {
      const known = opened.get(dictionary) ?? engine.open(dictionary, form);
      opened.set(dictionary, known);
      return known;
    },
  };
};

const engine = openZstd();
const zstd = engine && shared(engine);
const ours = usableDictionaries(findDictionaries(INSTALL_FOLDER)).filter(({ generation }) => generation === 'c');
const dictionaries = [...ours, ...sdkDictionaries()];
export const wire = createV2Wire({ zstd, dictionaries });
export const engineName = zstd?.name ?? 'none';

const opened = new Map<string, ZstdDictionary>();
for (const { generation, use, bytes } of dictionaries) {
  const dictionary = zstd?.open(bytes, { contentSize: true, dictionaryId: generation === 'c' });
  if (dictionary !== undefined) opened.set(`${generation} ${use}`, dictionary);
}

/** An event on its way into one form and back. */
export interface Subject {
  readonly name: string;
  /** The case of the payload in schema B: `pli`, `chat`, … */
  readonly payload: string;
  readonly xml: string;
  readonly tree: EventTree;
  /** The whole packet, before anything is left out. */
  readonly packet: Packet;
  readonly fitted: FittedFrame;
  /** The frame without its flags, and the dictionary that it takes; undefined of a raw one. */
  readonly compressed: { readonly body: Uint8Array; readonly dictionary: ZstdDictionary } | undefined;
  /** What compresses the packet for this form, smaller or not; undefined for raw. */
  readonly compressor: ZstdDictionary | undefined;
}

const must = <T extends { readonly ok: true }>(result: T | Refused): T => {
  if (!result.ok) throw new TypeError(`${result.reason}: ${result.detail}`);
  return result;
};

export const parseTree = (xml: string): EventTree => must(parseEventTree(xml)).tree;

export const profiles: Readonly<Record<Form, PacketProfile>> = {
  raw: PROFILE_B,
  a: { schema: 'a', asSdk: false },
  c: PROFILE_B,
};

export interface Corpus {
  readonly title: string;
  readonly events: readonly { readonly name: string; readonly xml: string }[];
}

/** Our own events, and those of the published SDK where they are. */
export const corpora = (): readonly Corpus[] =>
  [
    { title: 'own corpus', events: corpusEvents() },
    { title: 'SDK fixtures', events: sdkFixtures() },
  ].filter(({ events }) => events.length > 0);

/** As a worker sends them; none when the form cannot be written here. */
export const subjectsOf = ({ events }: Corpus, form: Form): readonly Subject[] =>
  wire.can(form) ? events.map(({ name, xml }) => subjectOf(name, xml, form)) : [];

const subjectOf = (name: string, xml: string, form: Form): Subject => {
  const tree = parseTree(xml);
  const { packet } = must(packetOfTree(tree, profiles[form]));
  const payload = must(packetOfTree(tree, PROFILE_B)).packet.payloadVariant.case ?? 'pli';
  const fitted = must(fitEvent(tree, { wire, policy: { form } }));
  const frame = fitted.frame.slice();
  const compressor = opened.get(`${form} ${useFor(fitted.packet)}`);
  const compressed =
    fitted.generation === 'raw' || compressor === undefined
      ? undefined
      : { body: frame.subarray(1), dictionary: compressor };
  const packetBytes = fitted.packetBytes.slice();
  return { name, payload, xml, tree, packet, fitted: { ...fitted, frame, packetBytes }, compressed, compressor };
};

/** Bytes of the frame that the published SDK's own choices make, nothing left out, however large. */
export const sdkFrameBytes = (tree: EventTree): number => {
  const { packet } = must(packetOfTree(tree, PROFILE_A));
  return must(wire.encode(packet, { form: 'a', maxFrameBytes: Number.POSITIVE_INFINITY })).frame.length;
};
