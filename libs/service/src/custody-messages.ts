/** What custody says, as bus messages; and back. */
import { create } from '@bufbuild/protobuf';
import { createMessage, ItemSchema, ReceiptSchema, SeqRangeSchema } from '@cotbus/contracts';
import type { Item, ItemId, MessageOf, Receipt as ReceiptMessage } from '@cotbus/contracts';
import type { ItemName } from './custody/item-name.ts';
import type { ItemHeader, Receipt, VoidRequest } from './custody/messages.ts';

/** Ranges of one kind that are read out of one message; ours have at most 512. */
const MAX_RANGES = 4096;

type Ranges = Receipt['settled'];
const rangesIn = (ranges: ReceiptMessage['settled']): Ranges =>
  ranges.slice(0, MAX_RANGES).flatMap(({ first, last }) => (first >= 1 && last >= first ? [{ first, last }] : []));
const rangesOut = (ranges: Ranges) => ranges.map((range) => create(SeqRangeSchema, range));

export const itemMessage = ({ addressed, ageMs, ...header }: ItemHeader): Item =>
  create(ItemSchema, {
    ...header,
    ageMs: Math.round(ageMs),
    addressed: addressed.map(({ lifeMs, ...to }) => ({ ...to, lifeMs: Math.min(Math.round(lifeMs), 0xffffffff) })),
  });

/** Undefined for a header without an id. */
export const itemHeader = (item: Item | undefined): ItemHeader | undefined => {
  const id = item?.id && itemName(item.id);
  if (item === undefined || id === undefined) return undefined;
  const { low, lowIncarnation, ageMs, attempt, durable, addressed } = item;
  return { id, low, lowIncarnation, ageMs, attempt, durable, addressed };
};

/** Undefined for what names nothing. */
export const itemName = ({ origin, incarnation, nonce, seq }: ItemId): ItemName | undefined =>
  origin === '' || seq === 0 ? undefined : { origin, incarnation, nonce, seq };

export const receiptMessage = ({ settled, taken, voided, busy, ...about }: Receipt): MessageOf<'receipt'> =>
  create(ReceiptSchema, {
    ...about,
    settled: rangesOut(settled),
    taken: rangesOut(taken),
    voided: rangesOut(voided),
    busy: rangesOut(busy),
  });

export const readReceipt = (message: MessageOf<'receipt'>): Receipt => {
  const { origin, incarnation, nonce, sink, settled, taken, voided, busy } = message;
  return {
    origin,
    incarnation,
    nonce,
    sink,
    settled: rangesIn(settled),
    taken: rangesIn(taken),
    voided: rangesIn(voided),
    busy: rangesIn(busy),
  };
};

export const voidMessage = ({ items, ...about }: VoidRequest): MessageOf<'void'> =>
  createMessage('void', { ...about, items: rangesOut(items) });

export const readVoid = ({ sink, origin, incarnation, nonce, items }: MessageOf<'void'>): VoidRequest => ({
  sink,
  origin,
  incarnation,
  nonce,
  items: rangesIn(items),
});
