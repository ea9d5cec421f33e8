/** The bus message of a taken result, decoded once for as long as its bytes are in hand. */
import { fromBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import type { HeardResult } from './custody-sink.ts';
import type { TakenItem } from './custody/sink-ports.ts';

export interface TakenMessages<M> {
  /** These bytes, which a sink is given next, are this message. */
  know(bytes: Uint8Array, message: M): void;
  /** The message of an item; its bytes were a message of this schema when the sink was given them. */
  of(item: TakenItem<HeardResult>): M;
}

export const createTakenMessages = <S extends DescMessage>(schema: S): TakenMessages<MessageShape<S>> => {
  const known = new WeakMap<Uint8Array, MessageShape<S>>();
  return {
    know: (bytes, message) => known.set(bytes, message),
    of: ({ result: { message: bytes } }) => {
      const decoded = known.get(bytes) ?? fromBinary(schema, bytes);
      known.set(bytes, decoded);
      return decoded;
    },
  };
};
