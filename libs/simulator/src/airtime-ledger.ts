/** Airtime within a sliding window: what duty cycle and utilisation are counted from. */
import type { SimulatorClock } from './clock.ts';

export interface AirtimeLedger {
  add(airtimeMs: number): void;
  /** Share of the window, in percent. */
  percent(): number;
}

/** @param windowMs length of the window; it holds at most one entry per `windowMs / 1000`. */
export const createAirtimeLedger = (clock: SimulatorClock, windowMs: number): AirtimeLedger => {
  // Summed in thousandths of the window, so that a busy hour costs no more memory than a quiet one.
  const slotMs = windowMs / 1000;
  const slots = new Map<number, number>();
  const forget = (): void => {
    const oldest = Math.floor((clock.now() - windowMs) / slotMs);
    for (const slot of slots.keys()) if (slot <= oldest) slots.delete(slot);
  };
  return {
    add: (airtimeMs) => {
      forget();
      const slot = Math.floor(clock.now() / slotMs);
      slots.set(slot, (slots.get(slot) ?? 0) + airtimeMs);
    },
    percent: () => {
      forget();
      let sum = 0;
      for (const airtime of slots.values()) sum += airtime;
      return (sum / windowMs) * 100;
    },
  };
};
