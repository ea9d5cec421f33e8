/** Bytes of a port → the message it carries. */
import { fromBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';

/** Undefined when the bytes are no protobuf of that message. */
export const readMessage = <S extends DescMessage>(schema: S, bytes: Uint8Array): MessageShape<S> | undefined => {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
};
