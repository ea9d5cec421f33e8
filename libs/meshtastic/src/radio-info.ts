/** What a radio says of itself in the configuration dump, collected message by message. */
import { KeyKind, meshtastic } from '@cotbus/contracts';
import { channelName } from './channel-name.ts';
import { keyKind } from './channel-key.ts';
import { enumName } from './enum-name.ts';
import { customModem } from './modem.ts';
import type { Modem } from './modem.ts';
import { isLocked } from './lockdown.ts';
import { channelHash, expandKey } from './uplink/channel-secret.ts';

/** A firmware has eight, and so has this; a higher index is ignored. */
const MAX_CHANNELS = 8;

export interface RadioChannel {
  /** 0..7 */
  readonly index: number;
  /** As the firmware uses it: never empty, see channelName. */
  readonly name: string;
  readonly role: 'primary' | 'secondary';
  readonly key: KeyKind;
  /** Over name and key, as packets on the air name the channel: 0 to 255. */
  readonly hash: number;
}

export interface RadioInfo {
  readonly node: number;
  /** Empty when the radio does not say. */
  readonly firmwareVersion: string;
  /** Config.DeviceConfig.Role */
  readonly role: number;
  /** Name of LoRaConfig.RegionCode; `UNSET` sends nothing. */
  readonly region: string;
  /** Name of LoRaConfig.ModemPreset, `CUSTOM` when the modem is set by hand. */
  readonly modemPreset: string;
  /** Of a modem that is set by hand. */
  readonly customModem?: Modem;
  /** The owner has switched the limit of the region off (LoRaConfig.override_duty_cycle). */
  readonly overridesDutyCycle?: true;
  /** 0 = not set. */
  readonly hopLimit: number;
  readonly txEnabled: boolean;
  /** Local administration is refused. */
  readonly managed: boolean;
  /** Its configuration is locked: channels and keys come empty until somebody unlocks it. */
  readonly locked: boolean;
  /** 32 bytes; empty when the radio does not say. */
  readonly publicKey: Uint8Array;
  /** Name of DeviceConfig.RebroadcastMode; `CORE_PORTNUMS_ONLY` hides TAK ports. */
  readonly rebroadcastMode: string;
  /** Those in use, by index. */
  readonly channels: readonly RadioChannel[];
  /** Team and role of the radio itself; undefined when the firmware does not say. */
  readonly tak: { readonly team: meshtastic.Team; readonly role: meshtastic.MemberRole } | undefined;
}

/** What has been collected so far. Keys are reduced to their kind and to what the hash needs when they arrive. */
export interface RadioDraft {
  readonly myInfo?: meshtastic.MyNodeInfo;
  readonly metadata?: meshtastic.DeviceMetadata;
  readonly device?: meshtastic.Config_DeviceConfig;
  readonly lora?: meshtastic.Config_LoRaConfig;
  readonly managed: boolean;
  readonly locked: boolean;
  readonly publicKey: Uint8Array;
  readonly tak?: meshtastic.ModuleConfig_TAKConfig;
  readonly channels: ReadonlyMap<number, ChannelDraft>;
}

/** A secondary channel without a key of its own uses the primary's (ChannelSettings.psk). */
type ChannelDraft = Omit<RadioChannel, 'key' | 'hash'> & {
  readonly key: KeyKind | 'as the primary';
  /** All bytes of the key in exclusive or. */
  readonly keyHash: number;
};

const NO_BYTES = new Uint8Array();

export const emptyDraft: RadioDraft = { managed: false, locked: false, publicKey: NO_BYTES, channels: new Map() };

/** The draft with what the message adds; the same draft when it adds nothing. */
export const collect = (draft: RadioDraft, { payloadVariant }: meshtastic.FromRadio): RadioDraft => {
  switch (payloadVariant.case) {
    case 'myInfo':
      return { ...draft, myInfo: payloadVariant.value };
    case 'metadata':
      return { ...draft, metadata: payloadVariant.value };
    case 'channel':
      return { ...draft, channels: withChannel(draft.channels, payloadVariant.value) };
    case 'lockdownStatus':
      return { ...draft, locked: isLocked(payloadVariant.value) };
    case 'config':
      return collectConfig(draft, payloadVariant.value);
    case 'moduleConfig': {
      const module = payloadVariant.value.payloadVariant;
      return module.case === 'tak' ? { ...draft, tak: module.value } : draft;
    }
    default:
      return draft;
  }
};

const collectConfig = (draft: RadioDraft, { payloadVariant }: meshtastic.Config): RadioDraft => {
  switch (payloadVariant.case) {
    case 'device':
      return { ...draft, device: payloadVariant.value };
    case 'lora':
      return { ...draft, lora: payloadVariant.value };
    case 'security':
      return { ...draft, managed: payloadVariant.value.isManaged, publicKey: payloadVariant.value.publicKey };
    default:
      return draft;
  }
};

const withChannel = (
  channels: ReadonlyMap<number, ChannelDraft>,
  { index, role, settings }: meshtastic.Channel,
): ReadonlyMap<number, ChannelDraft> => {
  if (index < 0 || index >= MAX_CHANNELS) return channels;
  const changed = new Map(channels);
  const { DISABLED, PRIMARY } = meshtastic.Channel_Role;
  const psk = settings?.psk ?? new Uint8Array();
  if (role === DISABLED) changed.delete(index);
  else {
    changed.set(index, {
      index,
      name: settings?.name ?? '',
      role: role === PRIMARY ? 'primary' : 'secondary',
      key: role !== PRIMARY && psk.length === 0 ? 'as the primary' : keyKind(psk),
      keyHash: channelHash('', expandKey(psk)),
    });
  }
  return changed;
};

/** Nothing that a gateway depends on is missing. */
export const isComplete = ({ myInfo, metadata, lora, device }: RadioDraft): boolean =>
  myInfo !== undefined && metadata !== undefined && lora !== undefined && device !== undefined;

/** Undefined while the node number is unknown; what else is missing has the value that allows least. */
export const radioInfo = ({
  myInfo,
  metadata,
  device,
  lora,
  managed,
  locked,
  publicKey,
  tak,
  channels,
}: RadioDraft): RadioInfo | undefined => {
  if (myInfo === undefined) return undefined;
  const modem = { usePreset: lora?.usePreset ?? true, modemPreset: lora?.modemPreset ?? 0 };
  return {
    node: myInfo.myNodeNum,
    firmwareVersion: metadata?.firmwareVersion ?? '',
    role: device?.role ?? metadata?.role ?? 0,
    region: enumName(meshtastic.Config_LoRaConfig_RegionCodeSchema, lora?.region ?? 0),
    modemPreset: modem.usePreset
      ? enumName(meshtastic.Config_LoRaConfig_ModemPresetSchema, modem.modemPreset)
      : 'CUSTOM',
    ...(lora !== undefined && !modem.usePreset && { customModem: customModem(lora) }),
    ...(lora?.overrideDutyCycle === true && { overridesDutyCycle: true }),
    hopLimit: lora?.hopLimit ?? 0,
    txEnabled: lora?.txEnabled ?? false,
    managed: managed || (device?.isManaged ?? false),
    locked,
    publicKey,
    rebroadcastMode: enumName(meshtastic.Config_DeviceConfig_RebroadcastModeSchema, device?.rebroadcastMode ?? 0),
    channels: [...channels.values()]
      .sort((a, b) => a.index - b.index)
      .map((channel) => asUsed(channel, channels, modem)),
    tak: tak === undefined ? undefined : { team: tak.team, role: tak.role },
  };
};

/** With the name and the key that the firmware gives it. */
const asUsed = (
  channel: ChannelDraft,
  channels: ReadonlyMap<number, ChannelDraft>,
  modem: Parameters<typeof channelName>[1],
): RadioChannel => {
  const { index, role } = channel;
  const name = channelName(channel.name, modem);
  const primary = [...channels.values()].find((other) => other.role === 'primary');
  const keyed = channel.key === 'as the primary' ? primary : channel;
  const key = keyed === undefined || keyed.key === 'as the primary' ? KeyKind.NONE : keyed.key;
  return { index, name, role, key, hash: channelHash(name, NO_BYTES) ^ (keyed?.keyHash ?? 0) };
};
