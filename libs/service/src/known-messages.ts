/** Messages that are kept as bytes, decoded once for as long as those bytes are in hand. */
import { fromBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';

export interface KnownMessages<M> {
  /** These bytes are this message. */
  know(bytes: Uint8Array, message: M): void;
  /** @throws for bytes that are no message of the schema. */
  of(bytes: Uint8Array): M;
}

export const createKnownMessages = <S extends DescMessage>(schema: S): KnownMessages<MessageShape<S>> => {
  const known = new WeakMap<Uint8Array, MessageShape<S>>();
  return {
    know: (bytes, message) => known.set(bytes, message),
    of: (bytes) => {
      const message = known.get(bytes) ?? fromBinary(schema, bytes);
      known.set(bytes, message);
      return message;
    },
  };
};
