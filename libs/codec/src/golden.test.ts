/**
 * What the events of the corpus become, byte for byte: `testdata/golden/KIND/NAME` with
 *
 * | ending | |
 * |---|---|
 * | `.pb` | the whole packet in schema B |
 * | `.a.pb` | the whole packet as the published SDK writes it |
 * | `.raw.bin`, `.c.bin`, `.a.bin` | the frame as a worker sends it, one of each event: raw, with set C, with generation A |
 *
 * `npm run golden` writes what these tests compare. Frames of C and A are those of zstd-napi, which the lock file pins; another
 * zstd may choose other bytes for the same content, so with another engine their content is compared, and their size.
 */
import { toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { findDictionaries, INSTALL_FOLDER, openNapiZstd, openZstd, usableDictionaries } from '@cotbus/zstd';
import { describe, expect, it } from 'vitest';
import { parseEventTree } from './cot/parse-event.ts';
import type { EventTree } from './cot/event-tree.ts';
import { fitEvent } from './fit/fit.ts';
import type { FittedFrame } from './fit/fit.ts';
import { createV2Wire } from './frame/v2-frame.ts';
import { MAX_FRAME_BYTES } from './limits.ts';
import { packetOfTree } from './packet/packet.ts';
import { PROFILE_A, PROFILE_B } from './packet/profile.ts';
import type { PacketProfile } from './packet/profile.ts';
import { compressionReport } from './testing/compression-report.ts';
import { corpusEvents, listTestdata, readTestdata, writeTestdata } from './testing/corpus.ts';
import { sdkDictionaries } from './wire/testing/sdk-files.ts';

/** Set by `npm run golden`: write instead of comparing. */
const isWriting = process.env['COTBUS_GOLDEN'] === 'write';
const REPORT = 'compression-report.md';
/** What another version of zstd may choose otherwise. */
const MAX_SIZE_DIFFERENCE = 2;

const zstd = openZstd();
const isPinned = openNapiZstd() !== undefined;
const own = usableDictionaries(findDictionaries(INSTALL_FOLDER)).filter(({ generation }) => generation === 'c');
const wire = createV2Wire({ zstd, dictionaries: [...own, ...sdkDictionaries()] });

const treeOf = (xml: string): EventTree => {
  const parsed = parseEventTree(xml);
  if (!parsed.ok) throw new Error(`${parsed.reason}: ${parsed.detail}`);
  return parsed.tree;
};
const events = corpusEvents().map((event) => ({ ...event, tree: treeOf(event.xml) }));
type Event = (typeof events)[number];

const packetBytes = ({ tree }: Event, profile: PacketProfile): Uint8Array => {
  const parsed = packetOfTree(tree, profile);
  if (!parsed.ok) throw new Error(`${parsed.reason}: ${parsed.detail}`);
  return toBinary(meshtastic.TAKPacketV2Schema, parsed.packet);
};

const FORMS = ['raw', 'c', 'a'] as const;
type Form = (typeof FORMS)[number];
const frameOf = ({ name, tree }: Event, form: Form): FittedFrame => {
  const fitted = fitEvent(tree, { wire, policy: { form } });
  if (!fitted.ok) throw new Error(`${name} as ${form}: ${fitted.reason}: ${fitted.detail}`);
  return fitted;
};

/** What lies there; before, when golden files are written, what shall lie there. */
const goldenFile = (path: string, bytes: Uint8Array | string): Uint8Array => {
  if (isWriting) writeTestdata(path, bytes);
  return readTestdata(path) ?? new Uint8Array();
};

describe.each([
  ['.pb', PROFILE_B],
  ['.a.pb', PROFILE_A],
])('the packet %s', (ending, profile) => {
  it.each(events)('$name', (event) => {
    const bytes = packetBytes(event, profile);
    expect(goldenFile(`golden/${event.name}${ending}`, bytes)).toEqual(bytes);
  });
});

describe.each(FORMS)('the frame .%s.bin', (form) => {
  it.skipIf(!wire.can(form)).each(events)('$name', (event) => {
    const { frame, packetBytes: content } = frameOf(event, form);
    expect(frame.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    const kept = goldenFile(`golden/${event.name}.${form}.bin`, frame);
    expect(form === 'raw' || isPinned ? kept : frame).toEqual(frame);
    expect(Math.abs(kept.length - frame.length)).toBeLessThanOrEqual(MAX_SIZE_DIFFERENCE);
    expect(wire.decode(kept)).toMatchObject({ ok: true, packetBytes: content });
  });
});

describe('the golden files', () => {
  const endingsOf = { packets: ['.pb', '.a.pb'], frames: FORMS.map((form) => `.${form}.bin`) };
  const named = (endings: readonly string[]) => events.flatMap(({ name }) => endings.map((ending) => name + ending));

  it('belong to an event each', () => {
    const wanted = new Set(named([...endingsOf.packets, ...endingsOf.frames]));
    const orphans = () => listTestdata('golden').filter((path) => !wanted.has(path));
    if (isWriting) for (const path of orphans()) writeTestdata(`golden/${path}`, undefined);
    expect(orphans()).toEqual([]);
  });

  it('are there for every event', () => {
    // Frames that cannot be made here are made where they can.
    const frames = FORMS.filter((form) => wire.can(form)).map((form) => `.${form}.bin`);
    const there = new Set(listTestdata('golden'));
    expect(named([...endingsOf.packets, ...frames]).filter((path) => !there.has(path))).toEqual([]);
  });
});

describe('the compression report', () => {
  it.skipIf(!isPinned)('says what was measured', () => {
    const measured = events.map((event) => ({
      name: event.name,
      xmlBytes: new TextEncoder().encode(event.xml).length,
      packetBytes: packetBytes(event, PROFILE_B).length,
      raw: frameOf(event, 'raw'),
      c: frameOf(event, 'c'),
      a: wire.can('a') ? frameOf(event, 'a') : undefined,
    }));
    const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
    const report = compressionReport(measured, text(readTestdata(REPORT)));
    expect(text(goldenFile(REPORT, report))).toBe(report);
  });

  it('keeps what cannot be measured here', () => {
    const [event] = events;
    if (event === undefined) throw new Error('no events');
    const frame = frameOf(event, 'raw');
    const row = { name: event.name, xmlBytes: 1, packetBytes: 1, raw: frame, c: frame, a: undefined };
    const kept = '## Generation A\n\nas it was\n';
    expect(compressionReport([row], `old\n\n${kept}`)).toMatch(/^# Sizes[^]*\n\n## Generation A\n\nas it was\n$/);
  });
});
