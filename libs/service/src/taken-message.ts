/** The bus message of a taken result, read once for as long as the item is in hand. */
import { fromBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import type { HeardResult } from './custody-sink.ts';
import type { TakenItem } from './custody/sink-ports.ts';

/** @returns reads the message that `take` was given for an item; it was a message of this schema then. */
export const readTaken = <S extends DescMessage>(schema: S): ((item: TakenItem<HeardResult>) => MessageShape<S>) => {
  const read = new WeakMap<TakenItem<HeardResult>, MessageShape<S>>();
  return (item) => {
    const known = read.get(item);
    if (known !== undefined) return known;
    const message = fromBinary(schema, item.result.message);
    read.set(item, message);
    return message;
  };
};
