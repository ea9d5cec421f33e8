import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createAirtimeLedger } from './airtime-ledger.ts';
import { airtimeMs, type ModemPreset } from './airtime.ts';
import { createManualClock } from './testing/manual-clock.ts';

const { Config_LoRaConfig_ModemPreset: Preset } = meshtastic;
/** Tags, length and bitfield around a short payload. */
const DATA_OVERHEAD_BYTES = 7;

describe('airtime', () => {
  // Airtime of payloads of 10, 120 and 232 bytes, as published for the presets.
  it.each<[string, ModemPreset, number, number, number]>([
    ['ShortTurbo', Preset.SHORT_TURBO, 20, 61, 102],
    ['ShortFast', Preset.SHORT_FAST, 40, 122, 204],
    ['ShortSlow', Preset.SHORT_SLOW, 75, 218, 362],
    ['MediumFast', Preset.MEDIUM_FAST, 140, 386, 642],
    ['MediumSlow', Preset.MEDIUM_SLOW, 259, 710, 1181],
    ['LongTurbo', Preset.LONG_TURBO, 312, 968, 1656],
    ['LongFast', Preset.LONG_FAST, 477, 1296, 2157],
    ['LongMod', Preset.LONG_MODERATE, 1511, 4657, 7934],
    ['LongSlow', Preset.LONG_SLOW, 2761, 8528, 14295],
  ])('of %s is what the preset takes', (_name, preset, ...expected) => {
    const measured = [10, 120, 232].map((payload) => Math.round(airtimeMs(preset, payload + DATA_OVERHEAD_BYTES)));
    for (const [i, ms] of expected.entries()) expect(Math.abs((measured[i] ?? 0) - ms)).toBeLessThanOrEqual(1);
  });

  it('is forgotten when the window has passed over it', () => {
    const clock = createManualClock();
    const ledger = createAirtimeLedger(clock, 60_000);
    ledger.add(6000);
    expect(ledger.percent()).toBeCloseTo(10);
    clock.advance(59_000);
    ledger.add(3000);
    expect(ledger.percent()).toBeCloseTo(15);
    clock.advance(2000);
    expect(ledger.percent()).toBeCloseTo(5);
  });
});
