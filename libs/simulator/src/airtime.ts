/** How long a packet occupies the air: the LoRa time-on-air formula with Meshtastic's preamble and header. */
import { meshtastic } from '@cotbus/contracts';

const { Config_LoRaConfig_ModemPreset: Preset } = meshtastic;
/** The presets of the protocol; not numbers yet unknown. */
export type ModemPreset = (typeof Preset)[keyof typeof Preset];

/** Spreading factor, bandwidth in kHz, denominator of the coding rate (4/x). */
const modems: Readonly<Record<ModemPreset, readonly [sf: number, bandwidthKHz: number, rate: number]>> = {
  [Preset.SHORT_TURBO]: [7, 500, 5],
  [Preset.SHORT_FAST]: [7, 250, 5],
  [Preset.SHORT_SLOW]: [8, 250, 5],
  [Preset.MEDIUM_FAST]: [9, 250, 5],
  [Preset.MEDIUM_SLOW]: [10, 250, 5],
  [Preset.LONG_TURBO]: [11, 500, 8],
  [Preset.LONG_FAST]: [11, 250, 5],
  [Preset.LONG_MODERATE]: [11, 125, 8],
  [Preset.LONG_SLOW]: [12, 125, 8],
  [Preset.VERY_LONG_SLOW]: [12, 62.5, 8],
};

const PREAMBLE_SYMBOLS = 16 + 4.25;
/** Meshtastic's own header in front of the encrypted Data. */
const MESH_HEADER_BYTES = 16;
/** From this symbol length on LoRa sends two bits less per symbol. */
const LOW_RATE_SYMBOL_MS = 16;

/** Milliseconds on the air of one transmission. @param dataBytes length of the encoded `Data`. */
export const airtimeMs = (preset: ModemPreset, dataBytes: number): number => {
  const [sf, bandwidthKHz, rate] = modems[preset];
  const symbolMs = 2 ** sf / bandwidthKHz;
  const bitsPerSymbol = sf - (symbolMs >= LOW_RATE_SYMBOL_MS ? 2 : 0);
  const bits = 8 * (dataBytes + MESH_HEADER_BYTES) - 4 * sf + 28 + 16;
  const symbols = 8 + Math.ceil(bits / (4 * bitsPerSymbol)) * rate;
  return (PREAMBLE_SYMBOLS + symbols) * symbolMs;
};
