/** A frame heard → CotEvent, by the port of the frame. */
import { create, fromBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { freshIdentity, NodeStateSchema, meshtastic } from '@cotbus/contracts';
import type { CotEvent, FrameHeard, NodeState } from '@cotbus/contracts';
import { isControl } from './cot/kind.ts';
import { correctTracker } from './frame/firmware-tracker.ts';
import { decodeV2Frame } from './frame/v2-frame.ts';
import { MAX_PACKET_BYTES } from './limits.ts';
import { MAX_LATITUDE_I, MAX_LONGITUDE_I } from './packet/geo.ts';
import { buildEvent } from './packet/packet.ts';
import { buildContact } from './plain/contact.ts';
import { buildTextMessage } from './plain/text-message.ts';
import { refuse } from './result.ts';
import type { Refused } from './result.ts';

type Decoded = { readonly ok: true; readonly event: CotEvent } | Refused;
type Decoder = (heard: FrameHeard, sender: NodeState) => Decoded;

/**
 * Refused: `ignored` (the radio's owner ignores the sender), `not_for_tak` (no event comes of this port),
 * `tak_identity` (the node shows itself in TAK), `unsupported` (a dialect or payload that is not read),
 * `dictionary_missing`, `garbled`, `impossible` and `too_large`. Any bytes on any port end as an event or as one of
 * these.
 */
export const decodeFrame = (heard: FrameHeard): Decoded => {
  const sender = heard.sender ?? create(NodeStateSchema, { num: heard.from });
  if (sender.ignored) return refuse('ignored', 'the owner of the radio ignores this node');
  // One byte more than the largest packet: the flags byte.
  if (heard.payload.length > MAX_PACKET_BYTES + 1) return refuse('too_large', `${heard.payload.length} bytes`);
  if (heard.refresh) return decodeContact(heard, sender);
  const decode = decoders.get(heard.port);
  return decode === undefined ? refuse('not_for_tak', portName(heard.port)) : decode(heard, sender);
};

const decodeV2: Decoder = (heard) => {
  const decoded = decodeV2Frame(heard.payload);
  if (!decoded.ok) return decoded;
  const built = buildEvent(correctTracker(decoded.packet, heard.from));
  if (built.ok && isControl(built.event.type)) {
    return refuse('not_for_tak', `${built.event.type} belongs to a TAK connection`);
  }
  return built;
};

const decodeContact: Decoder = (_, sender) => {
  const identity = freshIdentity(sender);
  if (identity !== undefined) {
    return refuse('tak_identity', `the node shows itself in TAK as ${identity.callsign || identity.uid}`);
  }
  // A radio in a TAK role sends no position of its own while its user reports: two icons for one person otherwise.
  return takRoles.has(sender.role) && sender.fix === undefined
    ? refuse('tak_identity', 'a radio in a TAK role without a position: its user reports to TAK')
    : { ok: true, event: buildContact(sender) };
};

const { TAK, TAK_TRACKER } = meshtastic.Config_DeviceConfig_Role;
const takRoles: ReadonlySet<number> = new Set([TAK, TAK_TRACKER]);

const decodePosition: Decoder = (heard, sender) => {
  const position = parse(meshtastic.PositionSchema, heard.payload);
  if (position === undefined) return refuse('garbled', 'no Position');
  const { latitudeI = 0, longitudeI = 0 } = position;
  return Math.abs(latitudeI) > MAX_LATITUDE_I || Math.abs(longitudeI) > MAX_LONGITUDE_I
    ? refuse('impossible', `position ${latitudeI}, ${longitudeI} (1e-7 degrees)`)
    : decodeContact(heard, sender);
};

const decodeNodeInfo: Decoder = (heard, sender) =>
  parse(meshtastic.UserSchema, heard.payload) === undefined
    ? refuse('garbled', 'no User')
    : decodeContact(heard, sender);

/** Only a device's own metrics are part of its contact. */
const decodeTelemetry: Decoder = (heard, sender) => {
  const telemetry = parse(meshtastic.TelemetrySchema, heard.payload);
  if (telemetry === undefined) return refuse('garbled', 'no Telemetry');
  const { case: name } = telemetry.variant;
  return name === 'deviceMetrics'
    ? decodeContact(heard, sender)
    : refuse('not_for_tak', `telemetry ${name ?? 'of an unknown kind'}`);
};

const parse = <S extends DescMessage>(schema: S, bytes: Uint8Array): MessageShape<S> | undefined => {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
};

const notYet: Decoder = ({ port }) => refuse('unsupported', portName(port));

const { PortNum } = meshtastic;
const decoders: ReadonlyMap<number, Decoder> = new Map([
  [PortNum.TEXT_MESSAGE_APP, buildTextMessage],
  [PortNum.POSITION_APP, decodePosition],
  [PortNum.NODEINFO_APP, decodeNodeInfo],
  [PortNum.TELEMETRY_APP, decodeTelemetry],
  [PortNum.ATAK_PLUGIN_V2, decodeV2],
  [PortNum.WAYPOINT_APP, notYet],
  [PortNum.ATAK_PLUGIN, notYet],
  [PortNum.ATAK_FORWARDER, notYet],
]);

const portNames: ReadonlyMap<number, string> = new Map(meshtastic.PortNumSchema.values.map((v) => [v.number, v.name]));
const portName = (port: number): string => `port ${port} (${portNames.get(port) ?? 'unknown'})`;
