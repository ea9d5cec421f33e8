/** A simulated node's own messages: who it is, where it stands, how it is. */
import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic, nodeText } from '@cotbus/contracts';

export interface NodeIdentity {
  readonly num: number;
  readonly longName: string;
  /** At most 4 bytes. */
  readonly shortName: string;
  readonly role?: meshtastic.Config_DeviceConfig_Role;
}

const PUBLIC_KEY_BYTES = 32;
/** `HardwareModel.PORTDUINO`: firmware without a board. */
export const HW_MODEL = 37;

/** A key that stands for the node; there is no private one. */
const publicKey = (num: number): Uint8Array =>
  Uint8Array.from({ length: PUBLIC_KEY_BYTES }, (_, i) => (Math.imul(num + i, 0x9e3779b1) >>> 24) | 1);

export const userOf = ({ num, longName, shortName, role }: NodeIdentity): meshtastic.User =>
  create(meshtastic.UserSchema, {
    id: nodeText(num),
    longName,
    shortName,
    role: role ?? meshtastic.Config_DeviceConfig_Role.CLIENT,
    hwModel: HW_MODEL,
    publicKey: publicKey(num),
  });

export const userPayload = (node: NodeIdentity): Uint8Array => toBinary(meshtastic.UserSchema, userOf(node));

/** Payload of port 67. @param nowMs epoch milliseconds. */
export const telemetryPayload = (metrics: Partial<meshtastic.DeviceMetrics>, nowMs: number): Uint8Array => {
  const value = create(meshtastic.DeviceMetricsSchema, metrics);
  const telemetry = { time: Math.floor(nowMs / 1000), variant: { case: 'deviceMetrics' as const, value } };
  return toBinary(meshtastic.TelemetrySchema, create(meshtastic.TelemetrySchema, telemetry));
};
