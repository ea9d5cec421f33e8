/**
 * Every topic of the bus: how it is built and split, its message, QoS and whether it is retained.
 * Nobody else concatenates or splits a topic string. docs/TOPICS.md is tested against this table.
 */
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { OutcomeBatchSchema, ReceiptSchema, VoidSchema } from './gen/cotbus/v1/item_pb.ts';
import { AcknowledgementSchema, NodeOverrideSchema } from './gen/cotbus/v1/operate_pb.ts';
import { PairCopySchema, PairTakenSchema, PairWordSchema } from './gen/cotbus/v1/pair_pb.ts';
import { AgentStatusSchema, FrameHeardSchema, NodeStateSchema, TxResultSchema } from './gen/cotbus/v1/radio_pb.ts';
import { CommandSchema, ReplySchema, RoutePackageSchema, ServiceStatusSchema } from './gen/cotbus/v1/service_pb.ts';
import { EventHeardSchema, RxResultSchema } from './gen/cotbus/v1/tak_pb.ts';
import { kindText } from './kinds.ts';

interface TopicRow<S extends DescMessage, P extends string> {
  /** Levels below the root; `<name>` marks one that comes from the message. */
  readonly pattern: string;
  readonly schema: S;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** The ids of the topic, read out of the message: what is published always agrees with where. */
  readonly ids: (message: MessageShape<S>) => Record<P, string>;
}

const row = <S extends DescMessage, P extends string>(r: TopicRow<S, P>): TopicRow<S, P> => r;

/** Topic levels are 1 to 64 characters of a small alphabet: no wildcard, separator or byte from the air gets in. */
const LEVEL = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** A node number as it stands in a topic: eight lower-case hex digits. */
export const nodeLevel = (num: number): string => (num >>> 0).toString(16).padStart(8, '0');

export const topics = {
  frameHeard: row({
    pattern: 'mesh/<agent>/rx/<port>',
    schema: FrameHeardSchema,
    qos: 1,
    retain: false,
    ids: (m) => ({ agent: m.item?.id?.origin ?? '', port: String(m.port) }),
  }),
  fragmentHeard: row({
    pattern: 'mesh/<agent>/fragment/<port>',
    schema: FrameHeardSchema,
    qos: 1,
    retain: false,
    ids: (m) => ({ agent: m.item?.id?.origin ?? '', port: String(m.port) }),
  }),
  rxResult: row({
    pattern: 'cot/mesh/<kind>',
    schema: RxResultSchema,
    qos: 1,
    retain: false,
    ids: (m) => ({ kind: kindText(m.kind) }),
  }),
  eventHeard: row({
    pattern: 'cot/tak/<kind>',
    schema: EventHeardSchema,
    qos: 1,
    retain: false,
    ids: (m) => ({ kind: kindText(m.kind) }),
  }),
  txResult: row({
    pattern: 'mesh/<agent>/tx',
    schema: TxResultSchema,
    qos: 1,
    retain: false,
    ids: (m) => ({ agent: m.agent }),
  }),
  receipt: row({
    pattern: 'receipt/<origin>',
    schema: ReceiptSchema,
    qos: 1,
    retain: false,
    ids: (m) => ({ origin: m.origin }),
  }),
  void: row({
    pattern: 'void/<sink>',
    schema: VoidSchema,
    qos: 1,
    retain: false,
    ids: (m) => ({ sink: m.sink }),
  }),
  outcome: row({
    pattern: 'outcome/<owner>',
    schema: OutcomeBatchSchema,
    qos: 1,
    retain: false,
    ids: (m) => ({ owner: m.owner }),
  }),
  node: row({
    pattern: 'mesh/<agent>/node/<num>',
    schema: NodeStateSchema,
    qos: 1,
    retain: true,
    ids: (m) => ({ agent: m.agent, num: nodeLevel(m.num) }),
  }),
  agentStatus: row({
    pattern: 'mesh/<agent>/status',
    schema: AgentStatusSchema,
    qos: 1,
    retain: true,
    ids: (m) => ({ agent: m.agent }),
  }),
  serviceStatus: row({
    pattern: 'service/<name>/<instance>',
    schema: ServiceStatusSchema,
    qos: 1,
    retain: true,
    ids: (m) => ({ name: m.name, instance: m.instance }),
  }),
  command: row({
    pattern: 'command/<target>/<verb>',
    schema: CommandSchema,
    qos: 1,
    retain: false,
    ids: (m) => ({ target: m.target, verb: m.verb }),
  }),
  reply: row({
    pattern: 'reply/<id>',
    schema: ReplySchema,
    qos: 1,
    retain: false,
    ids: (m) => ({ id: m.id }),
  }),
  route: row({
    pattern: 'route/<hash>',
    schema: RoutePackageSchema,
    qos: 1,
    retain: true,
    ids: (m) => ({ hash: m.hash }),
  }),
  pairWord: row({
    pattern: 'pair/<name>/<instance>',
    schema: PairWordSchema,
    qos: 1,
    retain: true,
    ids: (m) => ({ name: m.name, instance: m.instance }),
  }),
  pairCopy: row({
    pattern: 'pair/<name>/<instance>/copy',
    schema: PairCopySchema,
    qos: 1,
    retain: false,
    ids: (m) => ({ name: m.name, instance: m.instance }),
  }),
  pairTaken: row({
    pattern: 'pair/<name>/<instance>/taken',
    schema: PairTakenSchema,
    qos: 1,
    retain: false,
    ids: (m) => ({ name: m.name, instance: m.instance }),
  }),
  override: row({
    pattern: 'override/<num>',
    schema: NodeOverrideSchema,
    qos: 1,
    retain: true,
    ids: (m) => ({ num: nodeLevel(m.num) }),
  }),
  acknowledgement: row({
    pattern: 'acknowledgement/<id>',
    schema: AcknowledgementSchema,
    qos: 1,
    retain: true,
    ids: (m) => ({ id: m.id }),
  }),
} as const;

type Table = typeof topics;
export type TopicName = keyof Table;
export type MessageOf<N extends TopicName> = MessageShape<Table[N]['schema']>;
/** The levels of a topic that vary, such as `agent` and `port`. */
export type TopicIds<N extends TopicName> = ReturnType<Table[N]['ids']>;

/** Thrown for a programming mistake: an id that cannot be a topic level. */
export class TopicError extends Error {
  readonly code = 'topic_level';
  constructor(name: TopicName, id: string, value: string) {
    super(`topic ${name}: ${JSON.stringify(value.slice(0, 80))} cannot stand for <${id}>`);
    this.name = 'TopicError';
  }
}

/** True for a name that may be a level: what names of agents, egresses and meshes in a config are checked with. */
export const isTopicLevel = (text: string): boolean => LEVEL.test(text);

const levelName = (level: string): string | undefined =>
  level.startsWith('<') && level.endsWith('>') ? level.slice(1, -1) : undefined;

/**
 * The topic of a message with these ids.
 * @throws TopicError when an id is empty or holds anything but letters, digits, `_`, `.` and `-`.
 */
export const buildTopic = <N extends TopicName>(root: string, name: N, ids: TopicIds<N>): string =>
  `${root}/${fill(name, (id) => {
    const value = (ids as Record<string, string>)[id] ?? '';
    if (!isTopicLevel(value)) throw new TopicError(name, id, value);
    return value;
  })}`;

/** The subscription filter for a topic; ids that are left out become `+`. */
export const buildFilter = <N extends TopicName>(root: string, name: N, ids: Partial<TopicIds<N>> = {}): string =>
  `${root}/${fill(name, (id) => {
    const value = (ids as Record<string, string | undefined>)[id];
    if (value === undefined) return '+';
    if (!isTopicLevel(value)) throw new TopicError(name, id, value);
    return value;
  })}`;

const fill = (name: TopicName, valueOf: (id: string) => string): string =>
  topics[name].pattern
    .split('/')
    .map((level) => {
      const id = levelName(level);
      return id === undefined ? level : valueOf(id);
    })
    .join('/');

/** Which topic a string is, and its ids; undefined when it is none of ours. */
export const splitTopic = (
  root: string,
  topic: string,
): { readonly name: TopicName; readonly ids: Readonly<Record<string, string>> } | undefined => {
  if (topic.length > 512 || !topic.startsWith(`${root}/`)) return undefined;
  const levels = topic.slice(root.length + 1).split('/');
  for (const name of topicNames) {
    const ids = match(topics[name].pattern.split('/'), levels);
    if (ids !== undefined) return { name, ids };
  }
  return undefined;
};

const match = (pattern: readonly string[], levels: readonly string[]): Record<string, string> | undefined => {
  if (pattern.length !== levels.length) return undefined;
  const ids: Record<string, string> = {};
  for (const [index, level] of levels.entries()) {
    const wanted = pattern[index] ?? '';
    const id = levelName(wanted);
    if (id === undefined ? level !== wanted : !isTopicLevel(level)) return undefined;
    if (id !== undefined) ids[id] = level;
  }
  return ids;
};

/** All topic names, in the order of the table. */
export const topicNames = Object.keys(topics) as TopicName[];

/** The default topic root. */
export const DEFAULT_ROOT = 'cotbus/v1';
