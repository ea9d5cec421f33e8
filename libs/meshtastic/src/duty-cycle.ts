/** What a radio may send where it is, and what it has sent. */

/** Names of Config.LoRaConfig.RegionCode with a limit in the firmware's region table; the others have none. */
const limitedRegions: ReadonlyMap<string, number> = new Map([
  ['EU_433', 10],
  ['EU_868', 10],
  ['EU_866', 2.5],
  ['TH', 10],
  ['UA_433', 10],
  ['UA_868', 1],
]);

/** Window over which the firmware counts a radio's own transmissions. */
export const DUTY_CYCLE_WINDOW_MS = 3_600_000;

/** Share of an hour that a radio may send there, percent. @param region name of a RegionCode; unknown or empty: 100 */
export const dutyCyclePercent = (region: string): number => limitedRegions.get(region) ?? 100;

/** Airtime within a sliding window. Times are milliseconds of one clock. */
export interface AirtimeLedger {
  add(airtimeMs: number, nowMs: number): void;
  /** Sum over the window. */
  sumMs(nowMs: number): number;
}

/** It holds at most 1000 sums, however busy the window is. */
export const createAirtimeLedger = (windowMs: number): AirtimeLedger => {
  const slotMs = windowMs / 1000;
  const slots = new Map<number, number>();
  const forget = (nowMs: number): void => {
    const oldest = Math.floor((nowMs - windowMs) / slotMs);
    for (const slot of slots.keys()) if (slot <= oldest) slots.delete(slot);
  };
  return {
    add: (airtimeMs, nowMs) => {
      forget(nowMs);
      const slot = Math.floor(nowMs / slotMs);
      slots.set(slot, (slots.get(slot) ?? 0) + airtimeMs);
    },
    sumMs: (nowMs) => {
      forget(nowMs);
      let sum = 0;
      for (const airtimeMs of slots.values()) sum += airtimeMs;
      return sum;
    },
  };
};
