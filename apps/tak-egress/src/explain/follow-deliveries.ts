/** Listens in on deliveries: what becomes of an item at each link and at clients. */
import type { Deliveries, Receiver } from '../deliveries.ts';

export type FateKind = 'written' | 'waits' | 'refused' | 'unsent';

export type TellFate = (item: string | undefined, at: Receiver, fate: FateKind, detail?: string) => void;

/** @returns the same deliveries. */
export const followDeliveries = (deliveries: Deliveries, tell: TellFate): Deliveries => ({
  begin: (item, settle) => deliveries.begin(item, settle),
  restore: (item, receivers, delivered) => deliveries.restore(item, receivers, delivered),
  isRestored: (item) => deliveries.isRestored(item),
  // Told first: with the last of them the item ends, and is forgotten.
  offer: (item, to, offer) => {
    if (offer.kind === 'ended') tell(item, to, 'unsent', offer.detail);
    else tell(item, to, offer.kind);
    deliveries.offer(item, to, offer);
  },
  refuse: (item, link, detail) => {
    tell(item, { link }, 'refused', detail);
    deliveries.refuse(item, link, detail);
  },
  offered: (item, nobody) => deliveries.offered(item, nobody),
  written: (item, by) => {
    tell(item, by, 'written');
    deliveries.written(item, by);
  },
  unsent: (item, by, unsent) => {
    tell(item, by, 'unsent', unsent.detail);
    deliveries.unsent(item, by, unsent);
  },
  delivered: (item) => deliveries.delivered(item),
  forgetRestored: () => deliveries.forgetRestored(),
  get size() {
    return deliveries.size;
  },
});
