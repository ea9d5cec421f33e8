/** A radio gives its node database when the link is new. With hundreds of nodes over a serial line that takes a while: it is said. */
import type { Clock, Logger } from '@cotbus/service';

const TELL_EVERY_MS = 1_000;

export interface NodesComing {
  /** One more, over this link. */
  came(link: object): void;
  /** They are all there. @returns how many came */
  complete(link: object): number;
}

export const createNodesComing = (clock: Clock, log: Logger): NodesComing => {
  let over: object | undefined;
  let isComplete = false;
  let count = 0;
  let toldMs = 0;
  const follow = (link: object): void => {
    if (link === over) return;
    over = link;
    isComplete = false;
    count = 0;
    toldMs = clock.monotonic();
  };
  return {
    came: (link) => {
      follow(link);
      // Later on single ones come: news, not the database.
      if (isComplete) return;
      count += 1;
      if (clock.monotonic() - toldMs < TELL_EVERY_MS) return;
      toldMs = clock.monotonic();
      log.info({ nodes: count }, 'radio.nodes_coming');
    },
    complete: (link) => {
      follow(link);
      isComplete = true;
      return count;
    },
  };
};
