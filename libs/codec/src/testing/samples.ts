/** Events, frames and random ones for the tests of the codec. */
import { create } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { BROADCAST, CotEventSchema, FrameHeardSchema, Kind, NodeStateSchema } from '@cotbus/contracts';
import type { CotEvent, FrameHeard, NodeState } from '@cotbus/contracts';
import fc from 'fast-check';
import { callsignOf, roleOf, teamOf } from '../cot/copies.ts';
import { buildElements, dropIllegal, element } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { eventKind } from '../cot/kind.ts';

/** 2026-03-15T14:22:10.000Z */
export const NOON_MS = Date.UTC(2026, 2, 15, 14, 22, 10);

export const sampleEvent = (fields: MessageInitShape<typeof CotEventSchema> = {}): CotEvent =>
  create(CotEventSchema, {
    uid: 'ANDROID-1',
    type: 'a-f-G-U-C',
    how: 'm-g',
    kind: Kind.PLI,
    timeMs: NOON_MS,
    startMs: NOON_MS,
    staleMs: NOON_MS + 60_000,
    lat: 33.1,
    lon: -107.2,
    hae: 9999999,
    ce: 9999999,
    le: 9999999,
    detail: '<contact callsign="ALPHA"/>',
    callsign: 'ALPHA',
    ...fields,
  });

export const sampleNode = (fields: MessageInitShape<typeof NodeStateSchema> = {}): NodeState =>
  create(NodeStateSchema, { num: 0x15465d8d, longName: 'Base Camp', shortName: 'BASE', ...fields });

export const sampleFrame = (fields: MessageInitShape<typeof FrameHeardSchema> = {}): FrameHeard =>
  create(FrameHeardSchema, {
    mesh: 'hills',
    from: 0x15465d8d,
    to: BROADCAST,
    packetId: 0xabc,
    sender: sampleNode(),
    ...fields,
  });

export const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const lineText = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => dropIllegal(text));
/** Text as it stands in fields that are trimmed. */
const trimmedText = lineText.map((text) => text.trim());
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,11}$/);
const nonBlank = trimmedText.filter((text) => text !== '');

const { tree: anyElement } = fc.letrec<{ tree: Element; leaf: Element }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    tie('leaf'),
    fc
      .record({
        name: word,
        attributes: fc.dictionary(word, lineText, { maxKeys: 3, noNullPrototype: true }),
        children: fc.array(tie('tree'), { maxLength: 3 }),
      })
      .map(({ name, attributes, children }) => element(name, attributes, children)),
  ),
  leaf: fc
    .record({ name: word, text: lineText })
    .map(({ name, text }) => element(name, {}, text.trim() === '' ? '' : text)),
}));

const metres = fc.oneof(
  fc.constant(9999999),
  fc.integer({ min: 0, max: 9_000_000 }).map((mm) => mm / 1000),
);
const degrees = (limit: number) =>
  fc.integer({ min: -limit * 1e7, max: limit * 1e7 }).map((coordinateI) => coordinateI / 1e7);
// A year of milliseconds around 2026.
const time = fc.integer({ min: NOON_MS, max: NOON_MS + 31_536_000_000 });

/** Events with absolute times and any detail. */
export const anyEvent: fc.Arbitrary<CotEvent> = fc
  .record({
    uid: nonBlank,
    type: fc.constantFrom('a-f-G-U-C', 'b-t-f', 'b-m-p-s-m', 'x-y-z', 't-x-d-d'),
    how: fc.constantFrom('m-g', 'h-e', 'h-t'),
    timeMs: time,
    startMs: time,
    staleMs: time,
    lat: degrees(90),
    lon: degrees(180),
    hae: metres,
    ce: metres,
    le: metres,
    elements: fc.array(anyElement, { minLength: 1, maxLength: 4 }),
    access: trimmedText,
    qos: fc.constantFrom('', '1-r-c'),
    opex: fc.constantFrom('', 's-exercise'),
  })
  .map(({ elements, ...fields }) =>
    create(CotEventSchema, {
      ...fields,
      kind: eventKind(fields.type, elements),
      detail: buildElements(elements),
      callsign: callsignOf(elements),
      team: teamOf(elements),
      role: roleOf(elements),
    }),
  );

/** What the packet carries of a position report, as the codec itself writes it. */
export const anyPli: fc.Arbitrary<CotEvent> = fc
  .record({
    uid: nonBlank.filter((text) => text.length <= 40),
    type: fc.constantFrom('a-f-G-U-C', 'a-f-G-U-C-I', 'a-n-A', 'a-h-S-X-unlisted'),
    how: fc.constantFrom('m-g', 'h-e', 'h-g-i-g-o'),
    lat: degrees(90),
    lon: degrees(180),
    hae: fc.oneof(fc.constant(9999999), fc.integer({ min: -500, max: 9000 })),
    staleSeconds: fc.integer({ min: 45, max: 4_000_000 }),
    callsign: nonBlank,
    phone: fc.option(nonBlank, { nil: undefined }),
    team: fc.constantFrom(undefined, 'Cyan', 'Dark Blue'),
    role: fc.constantFrom(undefined, 'Team Member', 'HQ'),
    battery: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    track: fc.option(fc.tuple(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 0, max: 36_000 })), {
      nil: undefined,
    }),
    remarks: trimmedText,
    dests: fc.array(nonBlank, { maxLength: 2 }),
  })
  .map(({ callsign, phone, team, role, battery, track, remarks, dests, staleSeconds, ...fields }) => {
    const endpoint = fields.type.startsWith('a-f-G') && team !== undefined ? '*:-1:stcp' : undefined;
    const detail = [
      element('contact', { callsign, endpoint, phone }),
      ...(team === undefined && role === undefined ? [] : [element('__group', { role, name: team })]),
      ...(battery === undefined ? [] : [element('status', { battery: String(battery) })]),
      ...(track === undefined
        ? []
        : [element('track', { speed: String(track[0] / 100), course: String(track[1] / 100) })]),
      ...(remarks === '' ? [] : [element('remarks', {}, remarks)]),
      ...(dests.length === 0
        ? []
        : [
            element(
              'marti',
              {},
              dests.map((dest) => element('dest', { callsign: dest })),
            ),
          ]),
    ];
    return create(CotEventSchema, {
      ...fields,
      kind: Kind.PLI,
      staleAfterMs: staleSeconds * 1000,
      ce: 9999999,
      le: 9999999,
      detail: buildElements(detail),
      callsign,
      team: team ?? '',
      role: role ?? '',
    });
  });
