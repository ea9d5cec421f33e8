/** Names of items. */
import type { ItemId } from './gen/cotbus/v1/item_pb.ts';

type Name = Pick<ItemId, 'origin' | 'incarnation' | 'nonce' | 'seq'>;

/** An item id as one line: `origin/incarnation.nonce/seq`. Map key, log field and what outcomes print. */
export const itemKey = (id: Name): string =>
  `${id.origin}/${id.incarnation}.${id.nonce.toString(16).padStart(16, '0')}/${id.seq}`;
