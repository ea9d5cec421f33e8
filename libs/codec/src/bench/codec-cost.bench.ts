/** What the codec costs beside what it stands on: a bare XML parse, bare zstd, bare protobuf, in the same run. */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { Dialect, meshtastic } from '@cotbus/contracts';
import { SaxesParser } from 'saxes';
import { buildEventXml, buildTreeXml } from '../cot/build-event.ts';
import { parseEventXml, parseEventTree } from '../cot/parse-event.ts';
import { stampEvent, stampTree } from '../cot/stamp.ts';
import { createEventEncoder } from '../encode-event.ts';
import { fitEvent, fitPacket } from '../fit/fit.ts';
import { MAX_PACKET_BYTES } from '../limits.ts';
import { decodePacket } from '../packet/bytes/decode.ts';
import { encodePacket } from '../packet/bytes/encode.ts';
import { buildEvent, packetOfTree, treeOfPacket } from '../packet/packet.ts';
import { hasWireTypes, implausible } from '../wire/packet-faults.ts';
import { readZstdFrame } from '../wire/zstd-frame.ts';
import { measure, median } from './rounds.bench.ts';
import type { Rounds, Task } from './rounds.bench.ts';
import { profiles, subjectsOf, wire } from './subjects.bench.ts';
import type { Corpus, Form, Subject } from './subjects.bench.ts';

/** 2026-03-15T14:22:10.000Z */
const HEARD_MS = Date.UTC(2026, 2, 15, 14, 22, 10);
const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const schema = meshtastic.TAKPacketV2Schema;
const encodeEvent = createEventEncoder({ wire, transferId: () => 0xabcdef });

type Step = (subject: Subject, form: Form) => unknown;

const NOTHING = Symbol('nothing was measured');
/** Set by every step, so that nothing of it may be left out as unused. */
let sink: unknown = NOTHING;

const isReadable = (frame: Uint8Array): boolean => MAGIC.every((byte, at) => frame[at] === byte);

const steps = {
  'bare saxes': ({ xml }) => new SaxesParser().write(xml).close(),
  // Event by event, as the full way has it: what comes between costs either its place in the cache.
  'bare saxes and zstd': ({ xml, compressor, fitted }) => [
    new SaxesParser().write(xml).close(),
    compressor?.compress(fitted.packetBytes),
  ],
  'bare zstd compress': ({ compressor, fitted }) => compressor?.compress(fitted.packetBytes),
  'bare toBinary': ({ fitted }) => toBinary(schema, fitted.packet),
  'bare zstd decompress': ({ compressed }) => compressed?.dictionary.decompress(compressed.body, MAX_PACKET_BYTES),
  'bare fromBinary': ({ fitted }) => fromBinary(schema, fitted.packetBytes),

  'encode: XML': ({ xml }) => parseEventTree(xml),
  'encode: packet': ({ tree }, form) => packetOfTree(tree, profiles[form]),
  'encode: strip and limits': ({ packet, fitted }, form) =>
    fitPacket(packet, { wire: { encode: () => fitted }, policy: { form, maxFrameBytes: Number.POSITIVE_INFINITY } }),
  'encode: protobuf': ({ fitted }) => encodePacket(fitted.packet),
  'full encode': ({ xml }, form) => {
    const parsed = parseEventTree(xml);
    return parsed.ok ? fitEvent(parsed.tree, { wire, policy: { form } }) : parsed;
  },
  'encode through the bus': ({ xml }, form) => {
    const parsed = parseEventXml(xml);
    return parsed.ok ? encodeEvent(parsed.event, { dialect: Dialect.V2, form }) : parsed;
  },

  'decode: frame header': ({ compressed }) =>
    compressed && isReadable(compressed.body) && readZstdFrame(compressed.body, 4),
  'decode: protobuf': ({ fitted }) => hasWireTypes(fitted.packetBytes) && decodePacket(fitted.packetBytes),
  'decode: plausible': ({ fitted, compressed }) => compressed && implausible(fitted.packet),
  'decode: packet': ({ fitted }) => treeOfPacket(fitted.packet),
  'decode: XML': ({ fitted }) => {
    const built = treeOfPacket(fitted.packet);
    return built.ok ? buildTreeXml(stampTree(built.tree, HEARD_MS)) : built;
  },
  'full decode': ({ fitted: { frame } }) => {
    const decoded = wire.decode(frame);
    const built = decoded.ok ? treeOfPacket(decoded.packet) : decoded;
    return built.ok ? buildTreeXml(stampTree(built.tree, HEARD_MS)) : built;
  },
  'decode through the bus': ({ fitted: { frame } }) => {
    const decoded = wire.decode(frame);
    const built = decoded.ok ? buildEvent(decoded.packet) : decoded;
    return built.ok ? buildEventXml(stampEvent(built.event, HEARD_MS)) : built;
  },
} satisfies Record<string, Step>;

type StepName = keyof typeof steps;
const stepNames = Object.keys(steps) as readonly StepName[];

/** Microseconds of processor time an event: medians over all rounds. */
export type Costs = Readonly<Record<StepName, number>>;

export interface Cost {
  /** Of its events; `tight` ones needed more than one try to fit. */
  readonly payload: string;
  readonly events: number;
  readonly micros: Costs;
  /** Full encode to bare saxes and zstd, full decode to bare fromBinary: of each round, then the median. */
  readonly encodeRatio: number;
  readonly decodeRatio: number;
}

export interface CorpusCost {
  readonly corpus: string;
  readonly form: Form;
  readonly all: Cost;
  /** Those that fitted at once. */
  readonly atOnce: Cost;
  readonly payloads: readonly Cost[];
}

interface Group {
  readonly payload: string;
  readonly subjects: readonly Subject[];
  readonly tasks: Readonly<Record<StepName, Task>>;
}

const TIGHT = ', tight';
const groupOf = ({ payload, fitted }: Subject): string => (fitted.rung === undefined ? payload : payload + TIGHT);

const groupsOf = (subjects: readonly Subject[], form: Form): readonly Group[] => {
  const payloads = [...new Set(subjects.map(groupOf))].toSorted();
  return payloads.map((payload) => {
    const own = subjects.filter((subject) => groupOf(subject) === payload);
    const task = (name: StepName): Task => {
      const step: Step = steps[name];
      const run = (): void => {
        for (const subject of own) sink = step(subject, form);
      };
      return { name, run, count: own.length };
    };
    const tasks = Object.fromEntries(stepNames.map((name) => [name, task(name)])) as Group['tasks'];
    return { payload, subjects: own, tasks };
  });
};

/** All corpora in all forms take turns, so that none has another machine than the rest; without what cannot be written here. */
export const codecCosts = (
  corpora: readonly Corpus[],
  forms: readonly Form[],
  rounds: number,
): readonly CorpusCost[] => {
  const parts = corpora
    .flatMap((corpus) =>
      forms.map((form) => ({ corpus: corpus.title, form, groups: groupsOf(subjectsOf(corpus, form), form) })),
    )
    .filter(({ groups }) => groups.length > 0);
  const measured = measure(
    parts.flatMap(({ groups }) => groups.flatMap(({ tasks }) => Object.values(tasks))),
    rounds,
  );
  if (sink === NOTHING) throw new TypeError('nothing was measured');
  return parts.map(({ corpus, form, groups }) => ({
    corpus,
    form,
    all: costOf('all', groups, measured, rounds),
    atOnce: costOf(
      'all that fit at once',
      groups.filter(({ payload }) => !payload.endsWith(TIGHT)),
      measured,
      rounds,
    ),
    payloads: groups.map((group) => costOf(group.payload, [group], measured, rounds)),
  }));
};

const costOf = (payload: string, groups: readonly Group[], measured: Rounds, rounds: number): Cost => {
  const subjects = groups.flatMap((group) => group.subjects);
  const perRound = (name: StepName): readonly number[] =>
    Array.from({ length: rounds }, (_, round) => {
      const micros = groups.map(
        ({ tasks, subjects: { length } }) => (measured.get(tasks[name])?.[round] ?? 0) * length,
      );
      return micros.reduce((sum, more) => sum + more, 0) / subjects.length;
    });
  const each = Object.fromEntries(stepNames.map((name) => [name, perRound(name)])) as Record<
    StepName,
    readonly number[]
  >;
  const ratio = (of: StepName, to: StepName): number =>
    median(each[of].map((micros, round) => micros / (each[to][round] ?? Number.NaN)));
  return {
    payload,
    events: subjects.length,
    micros: Object.fromEntries(stepNames.map((name) => [name, median(each[name])])) as Costs,
    encodeRatio: ratio('full encode', 'bare saxes and zstd'),
    decodeRatio: ratio('full decode', 'bare fromBinary'),
  };
};
