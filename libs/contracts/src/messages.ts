/** Bytes of the bus ↔ messages. What disagrees with its topic is refused here, for every service alike. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import './text-encoding.ts';
import { buildTopic, splitTopic, topics } from './topics.ts';
import type { MessageOf, TopicIds, TopicName } from './topics.ts';

/** No message of ours is near it; a larger payload is refused unread. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** What a publish needs. */
export interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

export type MessageRefusal =
  /** The topic is none of ours. */
  | 'topic_unknown'
  | 'payload_too_large'
  /** Not protobuf, or not of this message. */
  | 'payload_garbled'
  /** Ids in topic and payload differ. */
  | 'topic_disagrees';

export type Incoming =
  | {
      readonly [N in TopicName]: {
        readonly ok: true;
        readonly name: N;
        readonly ids: TopicIds<N>;
        /** Undefined when a retained message was cleared. */
        readonly message: MessageOf<N> | undefined;
      };
    }[TopicName]
  | { readonly ok: false; readonly reason: MessageRefusal };

/**
 * A message with its topic, by the table.
 * @param payload its bytes, when they are at hand; the message then only names the topic.
 * @throws TopicError when an id of the message cannot be a topic level.
 */
export const encodeMessage = <N extends TopicName>(
  root: string,
  name: N,
  message: MessageOf<N>,
  payload?: Uint8Array,
): Publication => {
  const { schema, qos, retain } = topics[name];
  return {
    topic: buildTopic(root, name, idsOf(name, message)),
    payload: payload ?? toBinary(schema as DescMessage, message),
    qos,
    retain,
  };
};

/** The publication that removes a retained message. */
export const clearMessage = <N extends TopicName>(root: string, name: N, ids: TopicIds<N>): Publication => ({
  topic: buildTopic(root, name, ids),
  payload: new Uint8Array(),
  qos: topics[name].qos,
  retain: topics[name].retain,
});

/** Reads what came over the bus: any bytes on any topic give a message or a listed reason. */
export const decodeMessage = (root: string, topic: string, payload: Uint8Array): Incoming => {
  const split = splitTopic(root, topic);
  if (split === undefined) return { ok: false, reason: 'topic_unknown' };
  if (payload.length > MAX_MESSAGE_BYTES) return { ok: false, reason: 'payload_too_large' };
  const { schema, retain } = topics[split.name];
  if (payload.length === 0 && retain) {
    return { ok: true, name: split.name, ids: split.ids, message: undefined } as Incoming;
  }
  const message = parse(schema, payload);
  if (message === undefined) return { ok: false, reason: 'payload_garbled' };
  const own = idsOf(split.name, message as MessageOf<TopicName>);
  if (Object.entries<string>(own).some(([id, value]) => split.ids[id] !== value)) {
    return { ok: false, reason: 'topic_disagrees' };
  }
  return { ok: true, name: split.name, ids: split.ids, message } as Incoming;
};

// The table pairs `ids` with its message; TypeScript cannot follow the pair through the union of rows.
const idsOf = <N extends TopicName>(name: N, message: MessageOf<N>): TopicIds<N> =>
  (topics[name].ids as unknown as (m: MessageOf<N>) => TopicIds<N>)(message);

const parse = <S extends DescMessage>(schema: S, bytes: Uint8Array): MessageShape<S> | undefined => {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
};

/** A message of a topic from its fields. */
export const createMessage = <N extends TopicName>(
  name: N,
  init: MessageInitShape<(typeof topics)[N]['schema']>,
): MessageOf<N> => create(topics[name].schema as DescMessage, init) as MessageOf<N>;
