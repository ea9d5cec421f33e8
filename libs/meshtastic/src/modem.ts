/** How a radio modulates: by preset, or set by hand (Config.LoRaConfig). */
import { meshtastic } from '@cotbus/contracts';

const { Config_LoRaConfig_ModemPreset: Preset } = meshtastic;
/** The presets of the protocol; not numbers yet unknown. */
export type ModemPreset = (typeof Preset)[keyof typeof Preset];

export interface Modem {
  /** 5 to 12 */
  readonly spreadFactor: number;
  readonly bandwidthKHz: number;
  /** Denominator of the coding rate 4/x: 5 to 8. */
  readonly codingRate: number;
}

const modem = (spreadFactor: number, bandwidthKHz: number, codingRate: number): Modem => ({
  spreadFactor,
  bandwidthKHz,
  codingRate,
});

const presets: Readonly<Record<ModemPreset, Modem>> = {
  [Preset.SHORT_TURBO]: modem(7, 500, 5),
  [Preset.SHORT_FAST]: modem(7, 250, 5),
  [Preset.SHORT_SLOW]: modem(8, 250, 5),
  [Preset.MEDIUM_FAST]: modem(9, 250, 5),
  [Preset.MEDIUM_SLOW]: modem(10, 250, 5),
  [Preset.LONG_TURBO]: modem(11, 500, 8),
  [Preset.LONG_FAST]: modem(11, 250, 5),
  [Preset.LONG_MODERATE]: modem(11, 125, 8),
  [Preset.LONG_SLOW]: modem(12, 125, 8),
  [Preset.VERY_LONG_SLOW]: modem(12, 62.5, 8),
};

export const presetModem = (preset: ModemPreset): Modem => presets[preset];

/** The region at 2.4 GHz has bandwidths of its own: each preset's, times 3.25. */
const WIDE_REGION = 'LORA_24';
const WIDE_FACTOR = 3.25;

/** Bandwidths that the protocol writes as whole numbers (Config.LoRaConfig.bandwidth). */
const bandwidthsKHz: ReadonlyMap<number, number> = new Map([
  [31, 31.25],
  [62, 62.5],
  [200, 203.125],
  [400, 406.25],
  [800, 812.5],
  [1600, 1625],
]);

/** A modem set by hand; what is missing or cannot be has the value of LongFast, as in the firmware. */
export const customModem = (lora: {
  readonly bandwidth: number;
  readonly spreadFactor: number;
  readonly codingRate: number;
}): Modem => {
  const normal = presets[Preset.LONG_FAST];
  const isIn = (value: number, least: number, most: number): boolean => value >= least && value <= most;
  const bandwidthKHz = bandwidthsKHz.get(lora.bandwidth) ?? lora.bandwidth;
  return {
    spreadFactor: isIn(lora.spreadFactor, 5, 12) ? lora.spreadFactor : normal.spreadFactor,
    bandwidthKHz: isIn(bandwidthKHz, 7, 2000) ? bandwidthKHz : normal.bandwidthKHz,
    codingRate: isIn(lora.codingRate, 5, 8) ? lora.codingRate : normal.codingRate,
  };
};

/** What a radio says of its modem; see RadioInfo. */
export interface ModemNames {
  readonly modemPreset: string;
  readonly region: string;
  readonly customModem?: Modem | undefined;
}

/** The modem that a radio uses. A preset that this version does not know, or none, counts as LongFast. */
export const modemOf = ({ modemPreset, region, customModem: custom }: ModemNames): Modem => {
  if (custom !== undefined) return custom;
  const preset = Object.hasOwn(Preset, modemPreset) ? Preset[modemPreset as keyof typeof Preset] : Preset.LONG_FAST;
  const { bandwidthKHz, ...rest } = presets[preset];
  return { ...rest, bandwidthKHz: region === WIDE_REGION ? bandwidthKHz * WIDE_FACTOR : bandwidthKHz };
};
