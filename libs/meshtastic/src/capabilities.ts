/** What a radio's firmware can carry. The only place where versions are compared. */
import { meshtastic } from '@cotbus/contracts';

/** Fields of cotbus.v1.Capabilities. */
export interface RadioCapabilities {
  /** The radio and the apps of its time speak port 78. */
  readonly supportsTakV2: boolean;
  /** Port 72 leaves and reaches the radio unharmed. */
  readonly takV1Usable: boolean;
}

type Version = readonly [major: number, minor: number, patch: number];

/** Three numbers, then at most the hash of the build: `2.7.26.54e0d8d`. Anything else is a build that nobody vouches for. */
const VERSION = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?:\.[0-9a-fA-F]{1,40})?$/;

const TAK_V2_SINCE: Version = [2, 8, 0];
const SIGNS_SINCE: Version = [2, 8, 0];
/** These check port 72's strings as UTF-8, which compressed ones are not, and send an empty payload instead. */
const TAK_V1_BROKEN_FROM: Version = [2, 7, 23];
const TAK_V1_BROKEN_TO: Version = [2, 7, 26];

const { TAK, TAK_TRACKER } = meshtastic.Config_DeviceConfig_Role;

/**
 * @param firmwareVersion DeviceMetadata.firmware_version; an unknown form counts as older than 2.8.
 * @param role Config.DeviceConfig.Role: in the TAK roles alone older firmware rewrites port 72.
 */
export const capabilities = (firmwareVersion: string, role: number): RadioCapabilities => {
  const version = parseVersion(firmwareVersion);
  if (version === undefined) return { supportsTakV2: false, takV1Usable: true };
  const rewrites = role === TAK || role === TAK_TRACKER;
  const broken = !isBefore(version, TAK_V1_BROKEN_FROM) && !isBefore(TAK_V1_BROKEN_TO, version);
  return { supportsTakV2: !isBefore(version, TAK_V2_SINCE), takV1Usable: !(rewrites && broken) };
};

/**
 * Whether a radio appends a signature (XEdDSA) to broadcasts that leave room for it, at the cost of their airtime.
 * @param firmwareVersion DeviceMetadata.firmware_version
 */
export const signsBroadcasts = (firmwareVersion: string): boolean => {
  const version = parseVersion(firmwareVersion);
  return version !== undefined && !isBefore(version, SIGNS_SINCE);
};

const parseVersion = (text: string): Version | undefined => {
  const match = VERSION.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
};

const isBefore = (a: Version, b: Version): boolean =>
  a[0] !== b[0] ? a[0] < b[0] : a[1] !== b[1] ? a[1] < b[1] : a[2] < b[2];
