/** A marker with remarks: what a dictionary is for. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';

export const sampleMarker = create(meshtastic.TAKPacketV2Schema, {
  cotTypeId: 35,
  uid: '9405e320-9356-41c4-8449-f46990aa17f8',
  callsign: 'Trailhead 7',
  latitudeI: 471_234_567,
  longitudeI: -111_234_567,
  altitude: 9_999_999,
  staleSeconds: 86_400,
  remarks: 'Vehicle parked at the trailhead',
  payloadVariant: { case: 'marker', value: { kind: 5, iconset: 'COT_MAPPING_2525B/a-u/a-u-G', readiness: true } },
});
