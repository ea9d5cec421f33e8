/** A radio's settings, as the handshake tells them. */
import { meshtastic } from '@cotbus/contracts';
import type { ModemPreset } from '@cotbus/meshtastic';
import { firmwares, type Firmware, type FirmwareVersion } from './firmware.ts';
import { DEFAULT_HOP_LIMIT } from './mesh-packet.ts';
import type { NodeIdentity } from './own-node.ts';

export type Region = meshtastic.Config_LoRaConfig_RegionCode;
type RebroadcastMode = meshtastic.Config_DeviceConfig_RebroadcastMode;

export interface RadioSettings {
  readonly node: NodeIdentity;
  readonly firmware: Firmware;
  readonly region: Region;
  readonly preset: ModemPreset;
  readonly hopLimit: number;
  readonly rebroadcast: RebroadcastMode;
}

export interface RadioChoices {
  readonly node: NodeIdentity;
  /** Default 2.8.0. */
  readonly firmware?: FirmwareVersion;
  /** Default EU_868, which has a duty cycle of 10 %. */
  readonly region?: Region;
  /** Default LONG_FAST. */
  readonly preset?: ModemPreset;
  /** Default ALL. CORE_PORTNUMS_ONLY hears none of the ports of TAK. */
  readonly rebroadcast?: RebroadcastMode;
}

const { Config_LoRaConfig_RegionCode: RegionCode, Config_LoRaConfig_ModemPreset: Preset } = meshtastic;

export const radioSettings = (choices: RadioChoices): RadioSettings => ({
  node: choices.node,
  firmware: firmwares[choices.firmware ?? '2.8.0'],
  region: choices.region ?? RegionCode.EU_868,
  preset: choices.preset ?? Preset.LONG_FAST,
  hopLimit: DEFAULT_HOP_LIMIT,
  rebroadcast: choices.rebroadcast ?? meshtastic.Config_DeviceConfig_RebroadcastMode.ALL,
});
