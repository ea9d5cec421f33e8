/** When we introduce ourselves to the mesh: at the first connection, then every three hours, whatever connections die. */
import { ANNOUNCE_MS } from '@cotbus/meshtastic';
import type { Clock } from '@cotbus/service';

export interface Announcements {
  /** Over one connection. @returns ends it. */
  during(announce: () => void): () => void;
}

export const createAnnouncements = (clock: Clock): Announcements => {
  let dueMs = Number.NEGATIVE_INFINITY;
  return {
    during: (announce) => {
      let cancel = (): void => {};
      const arm = (): void => {
        cancel = clock.after(Math.max(0, dueMs - clock.monotonic()), () => {
          dueMs = clock.monotonic() + ANNOUNCE_MS;
          arm();
          announce();
        });
      };
      arm();
      return () => cancel();
    },
  };
};
