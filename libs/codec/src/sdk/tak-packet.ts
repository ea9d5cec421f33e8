/** A TAKPacketV2 as the TAKPacket-SDK shows it: the payload is a field named after its kind. */
import { create } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { cotTypeId, cotTypeText } from '../packet/cot-type.ts';
import type { Packet, PayloadCase, PayloadVariant } from '../packet/payload.ts';

type Fields = Omit<Packet, '$typeName' | '$unknown' | 'payloadVariant'>;
type Payloads = { [C in PayloadCase]?: Extract<PayloadVariant, { case: C }>['value'] | undefined };

/**
 * One packet, and at most one of `pli`, `chat`, `aircraft`, `shape`, `marker`, `rab`, `route`, `casevac`, `emergency`, `task`,
 * `rawDetail`, `taktalk`, `taktalkRoom`.
 *
 * Units are those of the protocol and stand in the names: `latitudeI` and `longitudeI` in 1e-7 degrees, `altitude` in metres
 * over the ellipsoid (9999999: not known), `speed` in cm/s, `course` in 1/100 degrees, `battery` in percent,
 * `staleSeconds`, `rangeCm`, `bearingCdeg`, `strokeWeightX10`; points are relative to the packet's own position.
 */
export interface TakPacket extends Fields, Payloads {}

type Init<T> = T extends Uint8Array
  ? T
  : T extends (infer U)[]
    ? readonly Init<U>[]
    : T extends object
      ? { readonly [K in keyof T as Exclude<K, '$typeName' | '$unknown'>]?: Init<T[K]> | undefined }
      : T;

/** What a packet can be made of: every field may be left out, in nested messages too. */
export type TakPacketInit = Init<TakPacket>;

const payloadCases = (meshtastic.TAKPacketV2Schema.oneofs[0]?.fields ?? []).map(
  ({ localName }) => localName as PayloadCase,
);

/** Throws a TypeError for a packet with two payloads. */
export const packetOfTakPacket = (init: TakPacketInit): Packet => {
  const given = payloadCases.filter((name) => init[name] !== undefined && init[name] !== false);
  if (given.length > 1) throw new TypeError(`a packet with ${given.join(' and ')}: it has one payload`);
  const [name] = given;
  const payloadVariant = name === undefined ? { case: undefined } : { case: name, value: init[name] };
  // The fields by themselves are those of the message; TypeScript cannot follow the oneof through its names.
  const fields = { ...init, payloadVariant } as MessageInitShape<typeof meshtastic.TAKPacketV2Schema>;
  return create(meshtastic.TAKPacketV2Schema, fields);
};

export const takPacketOf = ({ $typeName: _name, $unknown: _unknown, payloadVariant, ...fields }: Packet): TakPacket =>
  payloadVariant.case === undefined ? fields : { ...fields, [payloadVariant.case]: payloadVariant.value };

/** Vertices of a drawing as a list, and a position report marked as one: where readers look for them. */
export const withLists = (packet: Packet): Packet => {
  const { case: name, value } = packet.payloadVariant;
  if (name === undefined) return { ...packet, payloadVariant: { case: 'pli', value: true } };
  if (name !== 'shape' || value.vertexLatDeltas.length === 0) return packet;
  const { vertexLatDeltas: lats, vertexLonDeltas: lons } = value;
  const vertices = lats.slice(0, lons.length).map((latDeltaI, at) => vertex(latDeltaI, lons[at] ?? 0));
  const shape = { ...value, vertices, vertexLatDeltas: [], vertexLonDeltas: [] };
  return { ...packet, payloadVariant: { case: name, value: shape } };
};

const vertex = (latDeltaI: number, lonDeltaI: number): meshtastic.CotGeoPoint => ({
  $typeName: 'meshtastic.CotGeoPoint',
  latDeltaI,
  lonDeltaI,
});

/** As readers of a generation of the schema find it: what they do not know they skip. */
export const forSchema = (packet: Packet, schema: 'a' | 'b'): Packet =>
  schema === 'a' ? withOldType(withLists(packet)) : withColumns(packet);

const withOldType = (packet: Packet): Packet => {
  const type = cotTypeText(packet.cotTypeId);
  return type === '' || cotTypeId(type, 'a') !== 0 ? packet : { ...packet, cotTypeId: 0, cotTypeStr: type };
};

const withColumns = (packet: Packet): Packet => {
  const { case: name, value } = packet.payloadVariant;
  if (name === 'pli') return { ...packet, payloadVariant: { case: undefined } };
  if (name !== 'shape' || value.vertices.length === 0 || value.vertexLatDeltas.length > 0) return packet;
  const shape = {
    ...value,
    vertices: [],
    vertexLatDeltas: value.vertices.map(({ latDeltaI }) => latDeltaI),
    vertexLonDeltas: value.vertices.map(({ lonDeltaI }) => lonDeltaI),
  };
  return { ...packet, payloadVariant: { case: name, value: shape } };
};
