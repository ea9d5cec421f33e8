/** Messages that are made often. */
import { create } from '@bufbuild/protobuf';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';

/**
 * An empty message to copy by spreading, which takes a hundredth of `create`: V8 keeps objects that were filled by names
 * at run time as slow tables, those that JSON gives it not. Copies share its lists and the holder of a
 * oneof: give each its own.
 */
export const templateOf = <S extends DescMessage>(schema: S): MessageShape<S> =>
  JSON.parse(JSON.stringify(create(schema))) as MessageShape<S>;
