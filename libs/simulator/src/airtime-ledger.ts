/** Airtime within a sliding window, by the clock of the mesh: what duty cycle and utilisation are counted from. */
import { createAirtimeLedger as createLedger } from '@cotbus/meshtastic';
import type { SimulatorClock } from './clock.ts';

export interface AirtimeLedger {
  add(airtimeMs: number): void;
  /** Share of the window, in percent. */
  percent(): number;
}

export const createAirtimeLedger = (clock: SimulatorClock, windowMs: number): AirtimeLedger => {
  const ledger = createLedger(windowMs);
  return {
    add: (airtimeMs) => ledger.add(airtimeMs, clock.now()),
    percent: () => (ledger.sumMs(clock.now()) / windowMs) * 100,
  };
};
