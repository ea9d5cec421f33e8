/** The radio's answer to want_config: everything it knows, in the order that the firmware promises. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { channelSlots } from './channels.ts';
import { fromRadio } from './from-radio.ts';
import { HW_MODEL, userOf } from './own-node.ts';
import type { Radio } from './radio.ts';

/** want_config with this nonce leaves out the other nodes. */
export const CONFIG_ONLY_NONCE = 69420;
/** want_config with this nonce asks for nodes and nothing else. */
const NODES_ONLY_NONCE = 69421;

/** Oldest client the firmware talks to (`MyNodeInfo.min_app_version`). */
const MIN_APP_VERSION = 30200;
const DEVICE_ID_BYTES = 16;
const NO_BYTES = new Uint8Array();

/** All messages up to and with `config_complete_id`. */
export const handshake = (radio: Radio, nonce: number): meshtastic.FromRadio[] => {
  const own = fromRadio({ case: 'nodeInfo', value: ownNodeInfo(radio) });
  const complete = fromRadio({ case: 'configCompleteId', value: nonce });
  if (nonce === NODES_ONLY_NONCE) return [own, ...otherNodes(radio), complete];
  return [
    fromRadio({ case: 'myInfo', value: myInfo(radio) }),
    fromRadio({ case: 'deviceuiConfig', value: NO_BYTES }),
    own,
    fromRadio({ case: 'metadata', value: metadata(radio) }),
    ...(radio.settings.firmware.thinNodes ? [fromRadio({ case: 'regionPresets', value: NO_BYTES })] : []),
    ...channelSlots(radio.mesh.channels).map((value) => fromRadio({ case: 'channel', value })),
    ...configs(radio).map((variant) => {
      const value = create(meshtastic.ConfigSchema, { payloadVariant: variant });
      return fromRadio({ case: 'config', value });
    }),
    ...moduleConfigs(radio).map((value) => fromRadio({ case: 'moduleConfig', value })),
    ...(nonce === CONFIG_ONLY_NONCE ? [] : otherNodes(radio)),
    ...fileInfos(),
    complete,
  ];
};

const ownNodeInfo = ({ settings, mesh }: Radio): meshtastic.NodeInfo =>
  create(meshtastic.NodeInfoSchema, {
    num: settings.node.num,
    user: userOf(settings.node),
    lastHeard: Math.floor(mesh.clock.now() / 1000),
    isFavorite: true,
  });

const otherNodes = ({ nodes, settings }: Radio): meshtastic.FromRadio[] =>
  nodes.list().map((node) => {
    if (!settings.firmware.thinNodes) return fromRadio({ case: 'nodeInfo', value: node });
    const { position: _position, deviceMetrics: _deviceMetrics, ...thin } = node;
    return fromRadio({ case: 'nodeInfo', value: create(meshtastic.NodeInfoSchema, thin) });
  });

const myInfo = ({ settings, nodes, bootCount }: Radio): meshtastic.MyNodeInfo =>
  create(meshtastic.MyNodeInfoSchema, {
    myNodeNum: settings.node.num,
    rebootCount: bootCount,
    minAppVersion: MIN_APP_VERSION,
    deviceId: new Uint8Array(DEVICE_ID_BYTES).fill(settings.node.num & 0xff),
    pioEnv: 'native',
    nodedbCount: nodes.list().length + 1,
  });

const metadata = ({ settings }: Radio): meshtastic.DeviceMetadata =>
  create(meshtastic.DeviceMetadataSchema, {
    firmwareVersion: settings.firmware.text,
    deviceStateVersion: 24,
    canShutdown: true,
    hasEthernet: true,
    role: userOf(settings.node).role,
    hwModel: HW_MODEL,
    hasPKC: true,
  });

const configs = ({ settings }: Radio): meshtastic.Config['payloadVariant'][] => {
  const { region, preset, hopLimit, node, rebroadcast: rebroadcastMode } = settings;
  const { role, publicKey } = userOf(node);
  const device = { role, rebroadcastMode, nodeInfoBroadcastSecs: 10_800 };
  const lora = { usePreset: true, modemPreset: preset, region, hopLimit, txEnabled: true };
  return [
    { case: 'device', value: create(meshtastic.Config_DeviceConfigSchema, device) },
    { case: 'position', value: create(meshtastic.Config_PositionConfigSchema, { positionBroadcastSecs: 3600 }) },
    { case: 'power', value: NO_BYTES },
    { case: 'network', value: NO_BYTES },
    { case: 'display', value: NO_BYTES },
    { case: 'lora', value: create(meshtastic.Config_LoRaConfigSchema, lora) },
    { case: 'bluetooth', value: NO_BYTES },
    { case: 'security', value: create(meshtastic.Config_SecurityConfigSchema, { publicKey, serialEnabled: true }) },
    { case: 'sessionkey', value: NO_BYTES },
    { case: 'deviceUi', value: NO_BYTES },
  ];
};

const moduleConfigs = ({ settings, admin: { tak } }: Radio): meshtastic.ModuleConfig[] => {
  const { moduleConfigs: count, emptyModuleConfigsFrom } = settings.firmware;
  return meshtastic.ModuleConfigSchema.fields.slice(0, count).map(({ number, localName }) => {
    if (number >= emptyModuleConfigsFrom || (localName === 'tak' && tak === undefined))
      return create(meshtastic.ModuleConfigSchema);
    const value = localName === 'tak' ? tak : NO_BYTES;
    const payloadVariant = { case: localName, value } as meshtastic.ModuleConfig['payloadVariant'];
    return create(meshtastic.ModuleConfigSchema, { payloadVariant });
  });
};

const fileInfos = (): meshtastic.FromRadio[] =>
  ['/prefs/config.proto', '/prefs/nodes.proto'].map((fileName, i) =>
    fromRadio({ case: 'fileInfo', value: create(meshtastic.FileInfoSchema, { fileName, sizeBytes: 180 + i }) }),
  );
