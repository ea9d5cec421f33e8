/** How long a packet occupies the air: the LoRa time-on-air formula with Meshtastic's preamble and header. */
import type { Modem } from './modem.ts';

const PREAMBLE_SYMBOLS = 16 + 4.25;
/** Meshtastic's own header in front of the encrypted Data. */
const MESH_HEADER_BYTES = 16;
/** From this symbol length on LoRa sends two bits less per symbol. */
const LOW_RATE_SYMBOL_MS = 16;

/** Milliseconds on the air of one transmission. @param dataBytes as airSize says. */
export const airtimeMs = ({ spreadFactor, bandwidthKHz, codingRate }: Modem, dataBytes: number): number => {
  const symbolMs = 2 ** spreadFactor / bandwidthKHz;
  const bitsPerSymbol = spreadFactor - (symbolMs >= LOW_RATE_SYMBOL_MS ? 2 : 0);
  const bits = 8 * (dataBytes + MESH_HEADER_BYTES) - 4 * spreadFactor + 28 + 16;
  const symbols = 8 + Math.ceil(bits / (4 * bitsPerSymbol)) * codingRate;
  return (PREAMBLE_SYMBOLS + symbols) * symbolMs;
};
