/** The uplink in the place of a radio: what a radio would say of itself after its handshake. */
import { meshtastic } from '@cotbus/contracts';
import type { RadioInfo } from '../radio-info.ts';
import type { ChannelSecret } from './channel-secret.ts';

export interface UplinkRadio {
  readonly node: number;
  readonly root: string;
  readonly channels: readonly ChannelSecret[];
  /** 0 to 7; 0 reaches the gateways and their hosts alone. */
  readonly hopLimit: number;
  readonly mayTransmit: boolean;
  /** Name of LoRaConfig.ModemPreset, empty while unknown. */
  readonly modemPreset: string;
  /** Of the gateways, from map reports or the configuration; empty while unknown. */
  readonly firmwareVersion: string;
}

/** Role is TAK, as announced. The region is empty when the root does not say it. */
export const uplinkRadioInfo = (uplink: UplinkRadio): RadioInfo => ({
  node: uplink.node,
  firmwareVersion: uplink.firmwareVersion,
  role: meshtastic.Config_DeviceConfig_Role.TAK,
  region: regionOfRoot(uplink.root) ?? '',
  modemPreset: uplink.modemPreset,
  hopLimit: uplink.hopLimit,
  txEnabled: uplink.mayTransmit,
  managed: false,
  rebroadcastMode: 'NONE',
  locked: false,
  publicKey: new Uint8Array(),
  channels: uplink.channels.map(({ index, name, keyKind, hash }) => ({
    index,
    name,
    hash,
    role: index === 0 ? 'primary' : 'secondary',
    key: keyKind,
  })),
  tak: undefined,
});

/** Name of the LoRaConfig.RegionCode that a radio puts behind `msh/`; undefined for any other root. */
export const regionOfRoot = (root: string): string | undefined => {
  const level = /^msh\/([^/]+)/.exec(root)?.[1];
  const region = meshtastic.Config_LoRaConfig_RegionCodeSchema.values.find(({ name }) => name === level);
  return region === undefined || region.number === 0 ? undefined : region.name;
};
