/**
 * How an item from the mesh ends here, over all outlets: once, when every configured link has written it or given it up and
 * a client has it, or none can. What away clients get later changes nothing any more and is counted.
 */
import { Reason } from '@cotbus/contracts';
import type { Unsent } from './outbox.ts';
import type { Offer } from './outlet.ts';

export interface End {
  readonly reason: Reason;
  readonly detail: string;
}

/** Whom an outlet belongs to: a configured link by its name, or any client of a listener. */
export type Receiver = { readonly link: string } | 'client';

export interface Deliveries {
  /** Its offers follow, and then `offered`. */
  begin(item: string, settle: (end: End) => void): void;
  /** Recovered: it waited at these, and had reached the ones named. Its `begin` may follow. @returns false when it has ended. */
  restore(item: string, receivers: readonly Receiver[], delivered: readonly string[]): void;
  /** True when `restore` knows where it still waits: it must not be offered anew. */
  isRestored(item: string): boolean;
  offer(item: string | undefined, to: Receiver, offer: Offer): void;
  /** A link does not take it. */
  refuse(item: string | undefined, link: string, detail: string): void;
  /** All that can take it now have been asked. @param nobody its end when there was nobody. */
  offered(item: string, nobody: End): void;
  written(item: string | undefined, by: Receiver): void;
  unsent(item: string | undefined, by: Receiver, unsent: Unsent): void;
  /** Links that have it. */
  delivered(item: string | undefined): readonly string[];
  /** Recovered items that nobody began have ended in an earlier life. */
  forgetRestored(): void;
  readonly size: number;
}

interface Delivery {
  settle: ((end: End) => void) | undefined;
  isOffered: boolean;
  nobody: End;
  clients: number;
  clientsWaiting: number;
  readonly links: string[];
  readonly linksWaiting: Set<string>;
  readonly refused: string[];
  readonly failed: { readonly who: string; readonly unsent: Pick<Unsent, 'reason' | 'detail'> }[];
}

export const createDeliveries = (): Deliveries => {
  const open = new Map<string, Delivery>();

  const settleIfOver = (item: string, delivery: Delivery): void => {
    const { settle, isOffered, links, linksWaiting, clients, clientsWaiting } = delivery;
    if (settle === undefined || !isOffered || linksWaiting.size > 0) return;
    if (clients + links.length === 0 && clientsWaiting > 0) return;
    open.delete(item);
    settle(endOf(delivery));
  };
  const change = (item: string | undefined, by: (delivery: Delivery) => void): void => {
    const delivery = item === undefined ? undefined : open.get(item);
    if (item === undefined || delivery === undefined) return;
    by(delivery);
    settleIfOver(item, delivery);
  };
  const written = (item: string | undefined, by: Receiver, waited: boolean): void =>
    change(item, (delivery) => {
      if (by === 'client') {
        delivery.clients += 1;
        if (waited) delivery.clientsWaiting -= 1;
      } else {
        delivery.links.push(by.link);
        delivery.linksWaiting.delete(by.link);
      }
    });
  const unsent = (item: string | undefined, by: Receiver, { reason, detail }: Unsent, waited: boolean): void =>
    change(item, (delivery) => {
      if (by === 'client') {
        if (waited) delivery.clientsWaiting -= 1;
        delivery.failed.push({ who: '', unsent: { reason, detail } });
      } else {
        delivery.linksWaiting.delete(by.link);
        delivery.failed.push({ who: by.link, unsent: { reason, detail } });
      }
    });

  return {
    begin: (item, settle) => {
      const restored = open.get(item);
      if (restored === undefined) open.set(item, newDelivery(settle));
      else restored.settle = settle;
    },
    restore: (item, receivers, delivered) => {
      const delivery = newDelivery(undefined);
      delivery.links.push(...delivered);
      for (const receiver of receivers) {
        if (receiver === 'client') delivery.clientsWaiting += 1;
        else delivery.linksWaiting.add(receiver.link);
      }
      open.set(item, delivery);
    },
    isRestored: (item) => open.get(item)?.settle === undefined && open.has(item),
    offer: (item, to, offer) => {
      if (offer.kind === 'written') written(item, to, false);
      else if (offer.kind === 'ended') unsent(item, to, offer, false);
      else
        change(item, (delivery) => {
          if (to === 'client') delivery.clientsWaiting += 1;
          else delivery.linksWaiting.add(to.link);
        });
    },
    refuse: (item, link, detail) => change(item, ({ refused }) => void refused.push(`${link}: ${detail}`)),
    offered: (item, nobody) =>
      change(item, (delivery) => {
        delivery.isOffered = true;
        delivery.nobody = nobody;
      }),
    written: (item, by) => written(item, by, true),
    unsent: (item, by, why) => unsent(item, by, why, true),
    delivered: (item) => (item === undefined ? [] : (open.get(item)?.links ?? [])),
    forgetRestored: () => {
      for (const [item, { settle }] of open) if (settle === undefined) open.delete(item);
    },
    get size() {
      return open.size;
    },
  };
};

const newDelivery = (settle: Delivery['settle']): Delivery => ({
  settle,
  isOffered: false,
  nobody: { reason: Reason.NO_CLIENT, detail: '' },
  clients: 0,
  clientsWaiting: 0,
  links: [],
  linksWaiting: new Set(),
  refused: [],
  failed: [],
});

const endOf = ({ clients, links, refused, failed, nobody }: Delivery): End => {
  const where = [...(clients > 0 ? [`${clients} ${clients === 1 ? 'client' : 'clients'}`] : []), ...links];
  const atLinks = failed.filter(({ who }) => who !== '').map(({ who, unsent }) => `${who}: ${unsent.detail}`);
  const others = [...new Set([...atLinks, ...refused])];
  if (where.length > 0) return { reason: Reason.DELIVERED, detail: [where.join(', '), ...others].join('; ') };
  const reasons = failed.map(({ who, unsent }) => (who === '' && unsent.reason === 'expired' ? '' : unsent.reason));
  const detail = [...others, nobody.detail].filter((part) => part !== '').join('; ');
  if (reasons.includes('queue_full')) return { reason: Reason.QUEUE_FULL, detail: detail || 'too much waits' };
  if (reasons.includes('expired')) return { reason: Reason.EXPIRED, detail };
  if (refused.length > 0 && failed.length === 0) return { reason: Reason.NOT_ALLOWED, detail };
  return { reason: nobody.reason, detail };
};
