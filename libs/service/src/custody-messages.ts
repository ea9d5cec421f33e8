/** What custody says, as bus messages; and back. */
import { create } from '@bufbuild/protobuf';
import {
  createMessage,
  ItemSchema,
  reasonOf,
  reasonText,
  ReceiptSchema,
  SeqRangeSchema,
  UnsentSchema,
} from '@cotbus/contracts';
import type { Item, ItemId, MessageOf, ReasonName, Receipt as ReceiptMessage, RxResult } from '@cotbus/contracts';
import type { ItemName } from './custody/item-name.ts';
import type { ItemHeader, Receipt, VoidRequest } from './custody/messages.ts';
import type { Whole } from './custody/sink-ports.ts';
import { printable } from './printable.ts';

/** Ranges of one kind that are read out of one message; ours have at most 512. */
const MAX_RANGES = 4096;
/** As many answers as a batch has; each with a line for a person. */
const MAX_UNSENT = 512;
const MAX_WHY_CHARACTERS = 200;
/** Fragments that one result may speak for; a transfer has a few dozen, each heard by a few radios. */
const MAX_COVERED = 1024;
/** Names of transfers are made by workers and are far shorter. */
const MAX_TRANSFER_CHARACTERS = 128;

type Ranges = Receipt['settled'];
const rangesIn = (ranges: ReceiptMessage['settled']): Ranges =>
  ranges.slice(0, MAX_RANGES).flatMap(({ first, last }) => (first >= 1 && last >= first ? [{ first, last }] : []));
const rangesOut = (ranges: Ranges) => ranges.map((range) => create(SeqRangeSchema, range));

/** When something is published, by the monotonic clock of its machine. */
export interface Sent {
  readonly sentMs: number;
  /** Names the clock, 32 bits. */
  readonly clock: number;
}

export const itemMessage = ({ addressed, ageMs, ...header }: ItemHeader, { sentMs, clock }: Sent): Item =>
  create(ItemSchema, {
    ...header,
    sentMs: Math.round(sentMs) >>> 0,
    clock,
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

/** What a result says of the fragments it was assembled from. */
export type WholeMessage = Pick<RxResult, 'transfer' | 'covers'>;

/** Undefined for a result that stands for its item alone. */
export const wholeOf = ({ transfer, covers }: WholeMessage): Whole | undefined =>
  transfer === ''
    ? undefined
    : {
        transfer: transfer.slice(0, MAX_TRANSFER_CHARACTERS),
        covers: covers.slice(0, MAX_COVERED).flatMap(({ id: of, sinks }) => {
          const id = of && itemName(of);
          return id === undefined ? [] : [{ id, sinks }];
        }),
      };

export const receiptMessage = ({
  settled,
  taken,
  voided,
  busy,
  unsent = [],
  ...about
}: Receipt): MessageOf<'receipt'> =>
  create(ReceiptSchema, {
    ...about,
    settled: rangesOut(settled),
    taken: rangesOut(taken),
    voided: rangesOut(voided),
    busy: rangesOut(busy),
    unsent: unsent.map(({ seq, ending: { reason, detail } }) =>
      create(UnsentSchema, { seq, reason: reasonOf(reason as ReasonName), detail }),
    ),
  });

export const readReceipt = (message: MessageOf<'receipt'>): Receipt => {
  const { origin, incarnation, nonce, sink, settled, taken, voided, busy, unsent } = message;
  return {
    origin,
    incarnation,
    nonce,
    sink,
    settled: rangesIn(settled),
    taken: rangesIn(taken),
    voided: rangesIn(voided),
    busy: rangesIn(busy),
    unsent: unsent.slice(0, MAX_UNSENT).map(({ seq, reason, detail }) => ({
      seq,
      ending: { reason: reasonText(reason), detail: printable(detail).slice(0, MAX_WHY_CHARACTERS) },
    })),
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
