/** The one event that the radio has and has not answered yet. */
import type { ReasonName } from '@cotbus/contracts';
import type { Clock } from '@cotbus/service';
import type { Transmission } from './tx-queue.ts';

/** The radio answers an accepted packet within a second; a busy one within a few. */
const ANSWER_TIMEOUT_MS = 5_000;

export interface InRadio {
  put(entry: Transmission, packetId: number): void;
  /** Of the packet that is there. */
  readonly packetId: number | undefined;
  /** Ends what is there, if anything is. */
  end(reason: ReasonName, detail: string): void;
  /** Forgets what is there; its end is somebody else's to tell. */
  drop(): void;
}

export const createInRadio = (
  clock: Clock,
  ended: (transmission: Transmission, reason: ReasonName, detail: string) => void,
): InRadio => {
  let held: { readonly entry: Transmission; readonly packetId: number; readonly cancel: () => void } | undefined;
  const take = (): Transmission | undefined => {
    const entry = held?.entry;
    held?.cancel();
    held = undefined;
    return entry;
  };
  const end = (reason: ReasonName, detail: string): void => {
    const entry = take();
    if (entry !== undefined) ended(entry, reason, detail);
  };
  return {
    put: (entry, packetId) => {
      const silent = (): void => end('radio_silent', 'no answer in 5 s; it may have been sent');
      held = { entry, packetId, cancel: clock.after(ANSWER_TIMEOUT_MS, silent) };
    },
    get packetId() {
      return held?.packetId;
    },
    end,
    drop: () => void take(),
  };
};
