/** What waits for a configured link, and how it ends. */
import type { ServiceContext } from '@cotbus/service';
import type { Deliveries } from './deliveries.ts';
import type { LinkOptions } from './link-options.ts';
import { createOutlet } from './outlet.ts';
import type { Outlet } from './outlet.ts';
import type { WaitingEvents } from './waiting-events.ts';

export interface LinkOutletParts {
  readonly context: ServiceContext;
  readonly options: LinkOptions;
  readonly defaults: { readonly seconds: number; readonly entries: number };
  /** To TAK, now. */
  readonly mayWrite: () => boolean;
  readonly deliveries: Deliveries;
  readonly waiting: WaitingEvents;
}

export const openLinkOutlet = ({
  context,
  options,
  defaults,
  mayWrite,
  deliveries,
  waiting,
}: LinkOutletParts): Outlet => {
  const { clock, status } = context;
  const { seconds, entries } = options.queue ?? defaults;
  const owner = ownerOf(options.name);
  const receiver = { link: options.name };
  const limits = { maxEvents: entries, maxWaitMs: seconds * 1000, mayWrite, isRepeated: () => true };
  const outlet = createOutlet(limits, clock, {
    waits: (out) => waiting.note(owner, out, deliveries.delivered(out.item)),
    written: (out) => {
      waiting.forget(owner, out);
      deliveries.written(out.item, receiver);
    },
    unsent: (unsent) => {
      waiting.forget(owner, unsent.out);
      status.count(`link_events_${unsent.reason}_total`);
      deliveries.unsent(unsent.out.item, receiver, unsent);
    },
    repeated: () => status.count('events_repeated_total'),
  });
  for (const one of waiting.recovered) if (one.owner === owner) outlet.restore(one);
  return outlet;
};

/** As it is named among what waits. */
export const ownerOf = (link: string): string => `link ${link}`;
