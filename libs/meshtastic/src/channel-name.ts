/** What a channel is called when its name is left empty. */
import { meshtastic } from '@cotbus/contracts';
import { enumName } from './enum-name.ts';

/** Modem settings that are no preset. */
const CUSTOM = 'Custom';
/** The one preset whose display name is not its enum name in camel case. */
const exceptions: ReadonlyMap<number, string> = new Map([
  [meshtastic.Config_LoRaConfig_ModemPreset.LONG_MODERATE, 'LongMod'],
]);

/** The channel's name as the firmware uses it in hashes and topics: an empty one is that of the modem preset, such as `LongFast`. */
export const channelName = (
  name: string,
  lora: { readonly usePreset: boolean; readonly modemPreset: number },
): string => {
  if (name !== '') return name;
  return lora.usePreset ? (exceptions.get(lora.modemPreset) ?? camelCase(presetName(lora.modemPreset))) : CUSTOM;
};

const presetName = (preset: number): string => enumName(meshtastic.Config_LoRaConfig_ModemPresetSchema, preset);

const camelCase = (name: string): string =>
  name.replace(/([A-Z0-9])([A-Z0-9]*)_?/g, (_, first: string, rest: string) => first + rest.toLowerCase());
