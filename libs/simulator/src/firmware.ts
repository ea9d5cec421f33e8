/** In what the simulated firmware versions differ towards their client. */
export type FirmwareVersion = '2.7.22' | '2.7.26' | '2.8.0';

export interface Firmware {
  /** `DeviceMetadata.firmware_version`. */
  readonly text: string;
  /** How many module settings the handshake walks through, and from which number on they are told as empty messages. */
  readonly moduleConfigs: number;
  readonly emptyModuleConfigsFrom: number;
  /** Tells `region_presets`; other nodes without position and metrics, which come as packets after the handshake. */
  readonly thinNodes: boolean;
  /** What the roles TAK and TAK_TRACKER do to port 72: pack texts, spoil them, or nothing. */
  readonly takV1: 'packs' | 'spoils' | 'untouched';
  /** Gives its client what is encrypted with a key that it does not have; the channel is then the hash. */
  readonly showsUnreadable: boolean;
  /** Appends a signature of 66 bytes to broadcasts that leave room for it. */
  readonly signs: boolean;
}

const NONE_EMPTY = Infinity;

export const firmwares: Readonly<Record<FirmwareVersion, Firmware>> = {
  '2.7.22': {
    text: '2.7.22.96dd647',
    moduleConfigs: 13,
    emptyModuleConfigsFrom: NONE_EMPTY,
    thinNodes: false,
    takV1: 'packs',
    showsUnreadable: true,
    signs: false,
  },
  '2.7.26': {
    text: '2.7.26.54e0d8d',
    moduleConfigs: 16,
    emptyModuleConfigsFrom: 14,
    thinNodes: false,
    takV1: 'spoils',
    showsUnreadable: true,
    signs: false,
  },
  '2.8.0': {
    text: '2.8.0.7754068',
    moduleConfigs: 17,
    emptyModuleConfigsFrom: NONE_EMPTY,
    thinNodes: true,
    takV1: 'untouched',
    showsUnreadable: false,
    signs: true,
  },
};
