import { create } from '@bufbuild/protobuf';
import { BROADCAST, meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { airSize } from './air-size.ts';
import { airtimeMs } from './airtime.ts';
import { createAirtimeLedger, dutyCyclePercent } from './duty-cycle.ts';
import { customModem, modemOf, presetModem } from './modem.ts';
import type { ModemPreset } from './modem.ts';

const { Config_LoRaConfig_ModemPreset: Preset, PortNum } = meshtastic;
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
    const modem = presetModem(preset);
    const measured = [10, 120, 232].map((payload) => Math.round(airtimeMs(modem, payload + DATA_OVERHEAD_BYTES)));
    for (const [i, ms] of expected.entries()) expect(Math.abs((measured[i] ?? 0) - ms)).toBeLessThanOrEqual(1);
  });

  it('grows with the packet, whatever the modem', () => {
    const lora = fc.record({ bandwidth: fc.nat(2000), spreadFactor: fc.nat(20), codingRate: fc.nat(20) });
    fc.assert(
      fc.property(lora, fc.nat(230), (custom, bytes) => {
        const modem = customModem(custom);
        const ms = airtimeMs(modem, bytes);
        expect(Number.isFinite(ms) && ms > 0).toBe(true);
        expect(airtimeMs(modem, bytes + 10)).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});

describe('the modem of a radio', () => {
  const names = (modemPreset: string, region = 'EU_868') => ({ modemPreset, region });

  it.each([
    ['LONG_SLOW', 'EU_868', 12, 125, 8],
    ['SHORT_TURBO', 'US', 7, 500, 5],
    // Four times as wide and a bit less: the band at 2.4 GHz.
    ['LONG_FAST', 'LORA_24', 11, 812.5, 5],
    ['LONG_SLOW', 'LORA_24', 12, 406.25, 8],
    // Of a newer firmware, or of an uplink that does not say.
    ['99', 'EU_868', 11, 250, 5],
    ['', '', 11, 250, 5],
    ['toString', 'EU_868', 11, 250, 5],
  ])('%s in %s', (preset, region, spreadFactor, bandwidthKHz, codingRate) => {
    expect(modemOf(names(preset, region))).toEqual({ spreadFactor, bandwidthKHz, codingRate });
  });

  it('may be set by hand', () => {
    const custom = customModem({ bandwidth: 62, spreadFactor: 10, codingRate: 6 });
    expect(custom).toEqual({ bandwidthKHz: 62.5, spreadFactor: 10, codingRate: 6 });
    expect(modemOf({ ...names('CUSTOM'), customModem: custom })).toBe(custom);
    expect(customModem({ bandwidth: 0, spreadFactor: 0, codingRate: 99 })).toEqual(presetModem(Preset.LONG_FAST));
  });
});

describe('the size on the air', () => {
  const size = (port: meshtastic.PortNum, payload: number, { to = BROADCAST, signs = false } = {}) =>
    airSize(create(meshtastic.DataSchema, { portnum: port, payload: new Uint8Array(payload), bitfield: 0 }), {
      to,
      signs,
    });

  it.each([
    [PortNum.ATAK_PLUGIN_V2, 232, true],
    [PortNum.ATAK_PLUGIN_V2, 233, false],
    [PortNum.ATAK_FORWARDER, 231, true],
    [PortNum.ATAK_FORWARDER, 232, false],
  ])('of port %i with %i bytes fits: %s', (port, payload, fits) => {
    expect(size(port, payload).fits).toBe(fits);
  });

  it('of what is for one node has room for 220 bytes', () => {
    const to = 0x1234;
    expect([size(PortNum.ATAK_PLUGIN_V2, 220, { to }).fits, size(PortNum.ATAK_PLUGIN_V2, 221, { to }).fits]).toEqual([
      true,
      false,
    ]);
    // Positions are encrypted with the key of the channel, also those for one node.
    expect(size(PortNum.POSITION_APP, 100, { to }).bytes).toBe(size(PortNum.POSITION_APP, 100).bytes);
  });

  it('includes the signature of newer firmware as long as it fits', () => {
    const signed = (payload: number) => size(PortNum.ATAK_PLUGIN_V2, payload, { signs: true }).bytes;
    const plain = (payload: number) => size(PortNum.ATAK_PLUGIN_V2, payload).bytes;
    expect([signed(100) - plain(100), signed(166) - plain(166), signed(167) - plain(167)]).toEqual([66, 66, 0]);
  });
});

describe('the duty cycle', () => {
  it.each([
    ['EU_868', 10],
    ['EU_433', 10],
    ['UA_433', 10],
    ['TH', 10],
    ['EU_866', 2.5],
    ['US', 100],
    ['', 100],
    ['99', 100],
  ])('of %s is %d %%', (region, percent) => {
    expect(dutyCyclePercent(region)).toBe(percent);
  });

  it('forgets airtime when the window has passed over it', () => {
    const ledger = createAirtimeLedger(60_000);
    ledger.add(6000, 0);
    expect(ledger.sumMs(0)).toBe(6000);
    ledger.add(3000, 59_000);
    expect(ledger.sumMs(59_000)).toBe(9000);
    expect(ledger.sumMs(61_000)).toBe(3000);
    expect(ledger.sumMs(1e9)).toBe(0);
  });
});
